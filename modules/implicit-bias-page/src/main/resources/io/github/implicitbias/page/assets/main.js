// Where the page begins.

import {askFrom} from './api.js';
import {EmbeddedRuns} from './embedded-runs.js';
import {inspect} from './inspect.js';
import {Page} from './page.js';
import {installFrom} from './words.js';

/** Shows a run that lies in the document, or else those of the server. */
export function begin() {
  installFrom(document);
  const embedded = EmbeddedRuns.here();
  if (embedded) askFrom(embedded);
  const page = new Page(embedded);
  window.implicitBias = inspect(page);
  page.start();
}

if (globalThis.document) begin();
