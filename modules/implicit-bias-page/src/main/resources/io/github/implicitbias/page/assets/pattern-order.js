// In which order the rows and columns of an activation pattern are drawn.

import {bySimilarity} from './raster.js';

const numbered = (length) => Array.from({length}, (_, i) => i);

export class PatternOrder {
  constructor() {
    this.similar = {}; // {samples, units, step}: found once, rows that jump at every step say nothing
  }

  forget() { this.similar = {}; }

  /** The step at which an order by similarity was found, undefined for none. */
  get step() { return this.similar.step; }

  /** Orders by similarity are those of this pattern. */
  takeFrom(pattern) {
    this.similar = {samples: bySimilarity(pattern.columns()), units: bySimilarity(pattern.rows()), step: pattern.step};
  }

  /**
   * @param samples 'class', 'data' or 'similar'
   * @param units 'index', 'support' or 'similar'
   * @param classes of the samples
   * @return {rows, columns, support}: units and samples in their order, and per unit how many samples it is on for
   */
  of(pattern, {samples, units}, classes) {
    const support = pattern.support();
    return {rows: this.rows(pattern, units, support), columns: this.columns(pattern, samples, classes), support};
  }

  columns(pattern, order, classes) {
    const {samples} = pattern;
    if (order === 'similar') return this.alike(pattern, 'samples', samples, () => pattern.columns());
    const columns = numbered(samples);
    if (order === 'class') columns.sort((a, b) => (classes[a] ?? 0) - (classes[b] ?? 0) || a - b);
    return columns;
  }

  rows(pattern, order, support) {
    const {units} = pattern;
    if (order === 'similar') return this.alike(pattern, 'units', units, () => pattern.rows());
    const rows = numbered(units);
    if (order === 'support') rows.sort((a, b) => support[b] - support[a] || a - b);
    return rows;
  }

  alike(pattern, what, length, rows) {
    if (!this.similar[what] || this.similar[what].length !== length) {
      this.similar[what] = bySimilarity(rows());
      this.similar.step = pattern.step;
    }
    return this.similar[what];
  }
}
