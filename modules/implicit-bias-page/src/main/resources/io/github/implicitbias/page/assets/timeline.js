// What all charts have in common: the axis, the range of steps, gaps, events, the step shown, the
// runs that are drawn, and where the numbers come from. Charts that nobody can see are asked for
// once, and drawn when they come in sight.

import {AXES, Clock, timeOf} from './axis.js';
import {placed} from './findings.js';

const BATCH = 24; // columns of one question
const TIMES = 4096; // points of a time, to place the steps of a run on its axis

/** The run that panels show: what all charts need to know of it is told by update. */
class Shown {
  constructor(fetchSeries) {
    this.fetchSeries = fetchSeries;
    this.clear();
  }

  clear() {
    Object.assign(this, {version: null, full: [0, 1], gaps: [], clock: new Clock('step'), times: null, columns: null});
  }

  has() { return true; }
  basic(id) { return this.columns?.basic(id) ?? null; }
}

export class Timeline {
  /**
   * @param store what the reader points at
   * @param fetchSeries (columns, points, range, spacing) => {columns}, for the run that is shown
   * @param goTo called with a step when the reader clicks into a chart
   */
  constructor(store, fetchSeries, goTo) {
    this.store = store;
    this.goTo = goTo;
    this.charts = new Set();
    this.axis = AXES[0];
    this.main = new Shown(fetchSeries);
    this.reaxed = new Set(); // who wants to know that the axis is another
    this.others = []; // runs drawn over it, see compare.js
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) entry.target.ibChart.see(entry.isIntersecting);
      this.refresh().catch(() => {}); // told by the next beat, which asks again
    }, {rootMargin: '400px'});
    this.resizer = new ResizeObserver((entries) => {
      for (const entry of entries) entry.target.ibChart.resize();
    });
    this.clear();
  }

  get full() { return this.main.full; }
  get gaps() { return this.main.gaps; }
  get clock() { return this.main.clock; }

  /** Where a step of the run that is shown lies on the axis, and back; not rounded. */
  toAxis(step) { return this.clock.toAxis(step); }
  toStep(x) { return this.clock.toStep(x); }

  /** Steps that the charts show: those zoomed into, or as many as all runs need. */
  get shownSteps() {
    if (this.range) return this.range;
    let [from, to] = this.full.map((step) => this.toAxis(step));
    for (const run of this.drawn) {
      from = Math.min(from, run.clock.toAxis(run.full[0]));
      to = Math.max(to, run.clock.toAxis(run.full[1]));
    }
    const [first, last] = this.full;
    return [from < this.toAxis(first) ? this.toStep(from) : first, to > this.toAxis(last) ? this.toStep(to) : last];
  }

  /** The runs over the one that is shown which have a place on the axis. */
  get drawn() { return this.others.filter((run) => run.version !== null && run.clock.kind === this.axis.kind); }

  clear() {
    this.main.clear();
    Object.assign(this, {events: [], findings: [], summary: null, step: null, values: null, range: null, layer: null});
    this.axis = timeOf(this.axis.kind) === null ? this.axis : AXES[0];
    this.generation = (this.generation || 0) + 1;
    this.place();
    for (const chart of this.charts) chart.clear();
  }

  add(chart) {
    chart.box.ibChart = chart;
    this.charts.add(chart);
    this.observer.observe(chart.box);
    this.resizer.observe(chart.box);
  }

  remove(chart) {
    this.charts.delete(chart);
    this.observer.unobserve(chart.box);
    this.resizer.unobserve(chart.box);
  }

  /** New records, or another layer. */
  update({layer, events, ...ofRun}) {
    // Which charts are empty depends on the layer: all are asked for once, then those in sight.
    if (layer !== this.layer) for (const chart of this.charts) chart.keys.clear();
    this.layer = layer;
    this.events = events;
    Object.assign(this.main, ofRun);
    for (const chart of this.charts) chart.stale = true;
    return this.refresh();
  }

  /** What is said of the run as a whole. */
  judge(summary) {
    this.summary = summary;
    this.findings = placed(summary);
    for (const chart of this.charts) chart.judged?.();
  }

  /** Another step is shown. */
  at(step, values) {
    this.step = step;
    this.values = values;
    for (const chart of this.charts) chart.mark();
  }

  zoom(range) {
    if (range) {
      const kept = this.range;
      this.range = null;
      const [from, to] = this.shownSteps;
      this.range = kept;
      range = [Math.max(range[0], from), Math.min(range[1], to)];
      if (range[1] - range[0] < 2) return;
    }
    this.range = range;
    for (const chart of this.charts) chart.rescale();
    this.zoomed?.();
    this.refresh().catch(() => {});
  }

  /**
   * Chooses the axis; the range stays at its steps.
   *
   * @return whether the run has a place on it
   */
  async setAxis(kind) {
    const axis = AXES.find((a) => a.kind === kind) || AXES[0];
    const {generation} = this;
    this.wished = axis;
    await this.measure(axis);
    if (this.wished !== axis || generation !== this.generation) return false;
    if (axis.basic && !this.main.times?.clock.usable) return false;
    this.axis = axis;
    this.place();
    for (const chart of this.charts) chart.reaxis();
    for (const listener of this.reaxed) listener();
    await this.refresh();
    return true;
  }

  /** Reads the times of the runs, as far as the axis needs them and they are not known. */
  async measure(axis = this.axis) {
    if (axis.basic === null) return;
    await Promise.all([this.main, ...this.others].map(async (run) => {
      const {version} = run;
      if (version === null || (run.times && run.times.kind === axis.kind && run.times.version === version)) return;
      const column = run.basic(axis.basic);
      if (column === null) return;
      try {
        const found = (await run.fetchSeries([column], TIMES, null)).columns[column];
        if (run.version === version) run.times = {kind: axis.kind, version, clock: new Clock(axis.kind, 0, found)};
      } catch (e) {
        if (run === this.main) throw e; // that of another run is missing until it answers
      }
    }));
  }

  /** Gives every run the clock of the axis; one that has none keeps an old one and is not drawn. */
  place() {
    const first = Math.min(this.full[0], ...this.others.filter((r) => r.version !== null).map((r) => r.full[0]));
    for (const run of [this.main, ...this.others]) {
      if (this.axis.basic === null) run.clock = new Clock(this.axis.kind, first);
      else if (run.times?.kind === this.axis.kind && run.times.clock.usable) run.clock = run.times.clock;
      else if (run !== this.main) run.clock = new Clock('none');
    }
  }

  /** Other runs to draw over the one that is shown. */
  async compare(others) {
    this.others = others;
    await this.measure();
    this.place();
    for (const chart of this.charts) chart.forget(others);
    await this.refresh();
  }

  /** What a chart is asked of a run: whenever this changes its numbers are asked for again. */
  question(run) {
    let range = null;
    if (this.range) {
      // Empty where the run has no steps there.
      const [from, to] = this.range.map((step) => (run === this.main ? step : run.clock.toStep(this.toAxis(step))));
      range = [Math.max(run.full[0], Math.floor(from)), Math.min(run.full[1], Math.ceil(to))].map((step, end) =>
        (Number.isSafeInteger(step) ? step : run.full[1 - end]));
    }
    const spacing = this.axis.kind === 'log' ? 'log' : null;
    return {range, spacing, key: [this.generation, run.version, this.layer, range, spacing].join('\n')};
  }

  /** Asks for the numbers that visible charts lack, many in one question. */
  async refresh() {
    if (this.main.version === null) return;
    if (this.axis.basic) {
      await this.measure();
      this.place();
    }
    const touched = new Set();
    const asked = [this.ask(this.main, (chart) => chart.visible || chart.empty || typeof chart.constant === 'number' || !chart.keys.get(this.main),
      (chart, columns) => chart.data(columns))];
    for (const run of this.drawn) {
      asked.push(this.ask(run, (chart) => chart.visible, (chart, columns) => {
        chart.dataOf(run, columns);
        touched.add(chart);
      }).catch(() => {})); // whether it is still there is asked at every beat
    }
    try {
      await Promise.all(asked);
    } finally {
      for (const chart of touched) chart.overlay();
    }
  }

  async ask(run, wanted, deliver) {
    const {range, spacing, key} = this.question(run);
    const due = [...this.charts].filter((chart) => chart.columns && chart.keys.get(run) !== key && wanted(chart));
    due.sort((a, b) => b.visible - a.visible);
    const byPoints = new Map();
    for (const chart of due) {
      chart.keys.set(run, key);
      const points = chart.points();
      if (!byPoints.has(points)) byPoints.set(points, []);
      byPoints.get(points).push(chart);
    }
    const asked = [];
    for (const [points, charts] of byPoints) {
      let batch = [];
      let columns = new Set();
      const send = (some, names) => asked.push(run.fetchSeries(names, points, range, spacing).then((found) => {
        for (const chart of some) if (chart.keys.get(run) === key) deliver(chart, found.columns);
      }, (e) => {
        for (const chart of some) if (chart.keys.get(run) === key) chart.keys.delete(run); // try again at the next beat
        throw e;
      }));
      for (const chart of charts) {
        const names = run === this.main ? Object.values(chart.columns()) : chart.columnsOf(run);
        if (names.length === 0) {
          if (run !== this.main) deliver(chart, {});
          continue;
        }
        if (columns.size + names.length > BATCH && batch.length) {
          send(batch, [...columns]);
          batch = [];
          columns = new Set();
        }
        batch.push(chart);
        names.forEach((column) => columns.add(column));
      }
      if (batch.length) send(batch, [...columns]);
    }
    await Promise.all(asked);
  }

  rebuild() {
    for (const chart of this.charts) chart.rebuild();
  }
}
