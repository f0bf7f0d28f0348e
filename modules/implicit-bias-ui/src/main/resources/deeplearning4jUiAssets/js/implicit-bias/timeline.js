// What all charts have in common: the range of steps, gaps, events, the step shown, and where the
// numbers come from. Charts that nobody can see are asked for once, and drawn when they come in sight.

const BATCH = 24; // columns of one question

export class Timeline {
  /**
   * @param store what the reader points at
   * @param fetchSeries (columns, points, range) => {columns}, for the run that is shown
   * @param goTo called with a step when the reader clicks into a chart
   */
  constructor(store, fetchSeries, goTo) {
    this.store = store;
    this.fetchSeries = fetchSeries;
    this.goTo = goTo;
    this.charts = new Set();
    this.observer = new IntersectionObserver((entries) => {
      for (const entry of entries) entry.target.ibChart.see(entry.isIntersecting);
      this.refresh().catch(() => {}); // told by the next beat, which asks again
    }, {rootMargin: '400px'});
    this.resizer = new ResizeObserver((entries) => {
      for (const entry of entries) entry.target.ibChart.resize();
    });
    this.clear();
  }

  clear() {
    Object.assign(this, {gaps: [], events: [], step: null, values: null, range: null, full: [0, 1], version: null, layer: null});
    this.generation = (this.generation || 0) + 1;
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
  update(changes) {
    const marks = changes.gaps || changes.events;
    // Which charts are empty depends on the layer: all are asked for once, then those in sight.
    if (changes.layer !== this.layer) for (const chart of this.charts) chart.key = null;
    Object.assign(this, changes);
    if (marks) for (const chart of this.charts) chart.stale = true;
    return this.refresh();
  }

  /** Another step is shown. */
  at(step, values) {
    this.step = step;
    this.values = values;
    for (const chart of this.charts) chart.mark();
  }

  zoom(range) {
    if (range) {
      range = [Math.max(range[0], this.full[0]), Math.min(range[1], this.full[1])];
      if (range[1] - range[0] < 2) return;
    }
    this.range = range;
    for (const chart of this.charts) chart.rescale();
    this.zoomed?.();
    this.refresh().catch(() => {});
  }

  /** Asks for the numbers that visible charts lack, many in one question. */
  async refresh() {
    if (this.version === null) return;
    const key = [this.generation, this.version, this.layer, this.range].join('\n');
    const due = [...this.charts].filter((chart) => chart.columns && chart.key !== key && (chart.visible || chart.empty || !chart.key));
    due.sort((a, b) => b.visible - a.visible);
    const byPoints = new Map();
    for (const chart of due) {
      chart.key = key;
      const points = chart.points();
      if (!byPoints.has(points)) byPoints.set(points, []);
      byPoints.get(points).push(chart);
    }
    const asked = [];
    for (const [points, charts] of byPoints) {
      let batch = [];
      let columns = new Set();
      const send = (some, names) => asked.push(this.fetchSeries(names, points, this.range).then((found) => {
        for (const chart of some) if (chart.key === key) chart.data(found.columns);
      }, (e) => {
        for (const chart of some) if (chart.key === key) chart.key = null; // try again at the next beat
        throw e;
      }));
      for (const chart of charts) {
        const wanted = Object.values(chart.columns());
        if (wanted.length === 0) continue;
        if (columns.size + wanted.length > BATCH && batch.length) {
          send(batch, [...columns]);
          batch = [];
          columns = new Set();
        }
        batch.push(chart);
        wanted.forEach((column) => columns.add(column));
      }
      if (batch.length) send(batch, [...columns]);
    }
    await Promise.all(asked);
  }

  rebuild() {
    for (const chart of this.charts) chart.rebuild();
  }
}
