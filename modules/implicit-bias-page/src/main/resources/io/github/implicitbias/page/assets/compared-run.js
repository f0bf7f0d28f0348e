// A run that is drawn over the one in the panels: how it looks, and what is new of it.

import {fetchProgress, fetchRun, fetchSeries} from './api.js';
import {Clock} from './axis.js';

const NO_EVENTS = 2147483647; // events of other runs are not shown
// Vermilion and orange come late: they are the colours of bounds and of the score.
export const LOOKS = [
  {colour: 'c3', dash: [9, 4]},
  {colour: 'c4', dash: [3, 3]},
  {colour: 'c7', dash: [12, 3, 3, 3]},
  {colour: 'c2', dash: [6, 2]},
  {colour: 'c8', dash: [12, 3, 3, 3, 3, 3]},
  {colour: 'c5', dash: [16, 4]},
  {colour: 'c6', dash: [2, 2, 6, 2]},
];
export const MAIN = {colour: 'c1', dash: []};

/** A piece of the line by which a run is known. */
export function lineKey(colour, dash) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'line');
  svg.setAttribute('class', 'ib-line-key');
  svg.setAttribute('aria-hidden', 'true');
  for (const [name, value] of Object.entries({x1: 0, y1: 4, x2: 28, y2: 4, 'stroke-width': 2.5})) line.setAttribute(name, value);
  if (dash.length) line.setAttribute('stroke-dasharray', dash.join(' '));
  line.style.stroke = colour.startsWith('#') ? colour : `var(--${colour})`;
  svg.append(line);
  return svg;
}

const encode = (text) => encodeURIComponent(text).replace(/~/g, '%7E');

/** A run as a text of the address: session~worker. */
export const written = (run) => encode(run.session) + '~' + encode(run.worker);

/** A run of which an address tells, null if it is none. */
export function read(text) {
  try {
    const [session, worker, ...more] = text.split('~').map(decodeURIComponent);
    return worker === undefined || more.length ? null : {session, worker};
  } catch (e) {
    return null; // not written by us
  }
}

/** A run over the one that is shown. */
export class ComparedRun {
  constructor({session, worker}, slot) {
    Object.assign(this, {session, worker, slot, ...LOOKS[slot], version: null, records: 0, full: [0, 1], gaps: [],
      clock: new Clock('none'), times: null, columns: new Set(), startedAt: null, name: session});
  }

  has(column) { return this.columns.has(column); }

  fetchSeries(columns, points, range, spacing) { return fetchSeries(this, columns, points, range, spacing); }

  key(colour) { return lineKey(colour, this.dash); }

  /** Asks for what is new; returns whether there was anything. */
  async look() {
    let now = await fetchProgress(this, NO_EVENTS);
    if (now.startedAt !== this.startedAt) {
      const header = await fetchRun(this);
      this.columns = new Set(header.columns);
      this.startedAt = header.startedAt;
      this.times = null;
      now = await fetchProgress(this, NO_EVENTS);
    } else if (this.seen === now.version) {
      return false;
    }
    this.seen = now.version;
    this.records = now.records;
    this.full = [now.firstStep, now.lastStep];
    this.gaps = now.gaps;
    this.version = now.records ? now.startedAt + '.' + now.version : null;
    return true;
  }
}
