// A run that is drawn over the one in the panels: how it looks, and what is new of it.

import {fetchProgress, fetchRun, fetchSeries} from './api.js';
import {Clock} from './axis.js';
import {Columns} from './columns.js';

const NO_EVENTS = 2147483647; // events of other runs are not shown
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

/** A run as an address or a list has it: {id, session, worker, name, startedAt} as far as it is known. */
export class ComparedRun {
  constructor(entry, slot) {
    Object.assign(this, {entry, slot, ...LOOKS[slot], version: null, records: 0, full: [0, 1], gaps: [],
      clock: new Clock('none'), times: null, columns: null, name: entry.session ?? entry.id});
  }

  get id() { return this.entry.id; }
  get session() { return this.entry.session; }
  get worker() { return this.entry.worker; }

  /** Whether the run has a column of this name: columns of several runs belong together by their names. */
  has(column) { return Boolean(this.columns?.byName(column)); }
  basic(id) { return this.columns?.basic(id) ?? null; }

  fetchSeries(columns, points, range, spacing) { return fetchSeries(this, columns, points, range, spacing); }

  key(colour) { return lineKey(colour, this.dash); }

  /** Asks for what is new; returns whether there was anything. */
  async look() {
    if (this.columns === null) {
      const {id, session, worker, name, startedAt, ...header} = await fetchRun(this);
      this.entry = {...this.entry, session, worker, name, startedAt};
      this.columns = new Columns(header);
    }
    const now = await fetchProgress(this, NO_EVENTS);
    if (this.seen === now.version) return false;
    this.seen = now.version;
    this.records = now.records;
    this.full = [now.firstStep, now.lastStep];
    this.gaps = now.gaps;
    this.version = now.records ? String(now.version) : null;
    return true;
  }
}
