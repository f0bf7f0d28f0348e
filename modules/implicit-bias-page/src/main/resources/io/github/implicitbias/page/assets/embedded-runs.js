// Several runs that lie in the page: their rows, and each run as one that lies in a page alone.

import {EmbeddedRun} from './embedded.js';
import {ApiError} from './http.js';
import {Parts} from './parts.js';

/** The rows of a file as a server answers: with the end values asked for, or else the usual ones. */
export function rowsWith({answer, usual}, asked) {
  const ends = asked.length ? asked : usual;
  const places = ends.map((end) => answer.ends.indexOf(end));
  return {...answer, ends, rows: answer.rows.map((row) => ({...row, ends: row.ends && places.map((k) => (k < 0 ? null : row.ends[k]))}))};
}

export class EmbeddedRuns {
  /** The runs in this page, or the run; null if there is none. */
  static here() {
    const parts = Parts.in(document);
    return parts.has('rows') ? new EmbeddedRuns(parts) : EmbeddedRun.here();
  }

  constructor(parts, partsOf = (prefix) => Parts.in(document, prefix)) {
    this.hasMany = true;
    this.runs = new Map();
    this.ready = parts.json('rows').then((found) => {
      this.found = found;
      for (const {id, prefix} of found.whole) this.runs.set(id, () => new EmbeddedRun(partsOf(prefix)));
    });
  }

  /** How much of a run is here. */
  describe({id}) { return this.run(id).describe(); }

  run(id) {
    const known = this.runs.get(id);
    if (!known) throw new ApiError(404, 'This file has no more of this run than its row.');
    if (typeof known === 'function') this.runs.set(id, known());
    return this.runs.get(id);
  }

  async answer(name, parameters) {
    await this.ready;
    const query = new URLSearchParams(parameters);
    if (name === 'runs') return this.found.runs;
    if (name === 'rows') return rowsWith(this.found, query.getAll('end'));
    return this.run(query.get('run')).answer(name, parameters);
  }

  visitsFile(parameters) { return this.run(new URLSearchParams(parameters).get('run')).visitsFile(); }
}
