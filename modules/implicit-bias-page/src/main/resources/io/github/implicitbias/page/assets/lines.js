// One chart over steps, on uPlot: lines, or whatever a plugin draws.

import {colour, element} from './format.js';
import {Legend} from './legend.js';
import {plotOptions} from './plot.js';
import {described, unitOf} from './scales.js';
import {constantOf, finite, lineWithGaps} from './series.js';
import {t} from './words.js';

// uPlot is a script of the page, not a module: it is there once there is something to draw.
const plotting = () => globalThis.uPlot;

export class LineChart {
  /**
   * @param timeline what all charts share
   * @param box the element to draw in; its height is that of the chart
   * @param options
   *   series  [{name, label, colour, width, dash, draw: false for a plugin to draw it, legend: false
   *           for no number, ends: whether its name stands at its end, first: before all others}]
   *   columns () => {name: column of the run}; without it the chart is given numbers by load
   *   scale   'auto', 'log' or 'linear'
   *   change  (name, value) => what is drawn of a value
   *   y       more options of the value axis; range of its scale as `range`
   *   fine    true for a point per pixel
   *   compare names of the series that are drawn of other runs too; all, unless it says otherwise.
   *           One series: the colour is that of the run; more: that of the series
   *   legend  element for the legend
   *   more    () => numbers of series that no column has, {name: {steps, values}}
   *   titleY  (chart) => what the values are, and in which unit
   *   share   true for shares of a whole, as percent
   *   constant (value, null if it is none) => called with the one value of all that is drawn
   *   extra   (chart, hovered step) => more elements for the legend
   *   plugins of uPlot
   *   at      (name, step) => the value at a step, where no column has it
   *   zoomed  () => called when other steps are shown
   *   seen    () => called when the chart comes into sight
   *   empty   (is it) => called when it becomes known whether there is anything to draw
   */
  constructor(timeline, box, options) {
    this.timeline = timeline;
    this.box = box;
    this.options = options;
    this.columns = options.columns || null;
    this.series = options.series;
    this.scale = options.scale || 'auto';
    this.visible = false;
    this.empty = false;
    this.constant = null;
    this.unit = 1; // of what is drawn
    this.found = {};
    this.many = new Set(); // names of the series that have more than two points
    this.plot = null;
    this.joined = [[]]; // of the run that is shown: steps, then a line per series
    this.drawn = [[]]; // what uPlot is given: places on the axis, then a line per series and run
    this.over = []; // lines of other runs: {run, name}
    this.keys = new Map(); // per run what was asked for
    this.of = new Map(); // per other run what was found: per series {steps, values}
    this.now = element('div', {className: 'ib-now'});
    this.legend = new Legend(this);
    timeline.add(this);
  }

  points() {
    if (this.options.fine) return Math.max(200, Math.round(this.box.clientWidth));
    return this.options.points || Math.min(512, Math.max(200, 64 * Math.round(this.box.clientWidth / 96)));
  }

  /** Comes into sight, or leaves it. */
  see(visible) {
    this.visible = visible;
    if (!visible) return;
    this.options.seen?.();
    if (!this.plot) this.rebuild();
    else this.mark();
  }

  clear() {
    this.keys.clear();
    this.of.clear();
    this.empty = false;
    this.loaded = false;
    this.found = {};
    this.plot?.destroy();
    this.plot = null;
    this.joined = [[]];
    this.drawn = [[]];
    this.over = [];
    this.options.legend?.replaceChildren();
  }

  destroy() {
    this.timeline.remove(this);
    this.clear();
  }

  /** New numbers: per column {steps, values}. */
  data(columns) {
    this.load({...Object.fromEntries(Object.entries(this.columns())
      .filter(([, column]) => columns[column]).map(([name, column]) => [name, columns[column]])), ...this.options.more?.()});
  }

  /** Something else is said of the run as a whole. */
  judged() {
    if (this.options.more && this.loaded) this.load({...this.found, ...this.options.more()});
    else this.plot?.redraw(false);
  }

  /** Two points are no trend: they are points. */
  isLine(name) { return this.many.has(name); }

  get titleY() { return [this.options.titleY?.(this), this.log ? t('(log)') : ''].filter(Boolean).join(' '); }

  /** Names of the series that are drawn of other runs. */
  get compared() {
    return this.columns ? this.options.compare || this.series.map((s) => s.name) : [];
  }

  /** The columns of another run that belong over the lines of this chart: those it has. */
  columnsOf(run) {
    const columns = this.columns();
    return this.compared.map((name) => columns[name]).filter((column) => column && run.has(column));
  }

  /** New numbers of another run; overlay draws them. */
  dataOf(run, columns) {
    const own = this.columns();
    this.of.set(run, Object.fromEntries(this.compared.filter((name) => columns[own[name]]).map((name) => [name, columns[own[name]]])));
  }

  /** Only these runs are compared from now on. */
  forget(kept) {
    let gone = false;
    for (const run of [...this.of.keys()]) {
      if (!kept.includes(run)) {
        this.of.delete(run);
        this.keys.delete(run);
        gone = true;
      }
    }
    if (gone || this.plot) this.overlay();
  }

  /** Draws the lines again: those of other runs have changed. */
  overlay() {
    if (this.loaded) this.redraw();
  }

  /** The axis is another one. */
  reaxis() {
    if (!this.loaded) return;
    this.arrange();
    this.rebuild();
  }

  /** New numbers: per series {steps, values}; and, if they change, the series. */
  load(found, series) {
    const other = series && series.map((s) => s.name).join() !== this.series.map((s) => s.name).join();
    if (series) this.series = series;
    this.found = found;
    this.legend.describe();
    this.loaded = true;
    this.redraw(other);
  }

  redraw(other = false) {
    const before = this.shape;
    this.decide();
    this.arrange();
    const empty = !this.joined.slice(1).some((line) => line.some((v) => v !== null && v !== undefined));
    if (!this.timeline.range) {
      this.empty = empty;
      this.options.empty?.(empty);
      this.constant = this.over.length ? null : constantOf(this.joined.slice(1));
      this.options.constant?.(this.constant === null ? null : this.constant * this.unit);
    }
    if (!this.plot || other || before !== this.shape) {
      this.plot?.destroy();
      this.plot = null;
      if (this.visible) this.rebuild();
    } else {
      this.stale = false;
      this.plot.setData(this.drawn);
      this.mark();
    }
  }

  /** Whatever a plot is made anew for. */
  get shape() {
    return [this.log, this.counting, this.unit, ...this.series.map((s) => [s.name, this.isLine(s.name), s.colour]), ...this.over.map((line) => line.name + line.run.colour)].join();
  }

  /** Zero and below have no place on a logarithmic scale. */
  decide() {
    const all = [this.found, ...this.timeline.drawn.map((run) => this.of.get(run) || {})]
      .flatMap((found) => this.series.flatMap((s) => finite((found[s.name] || {values: []}).values))).filter((v) => v !== null);
    const {negative, counting, wide} = described(all);
    Object.assign(this, {negative, counting, unit: unitOf(all)});
    this.log = this.scale === 'auto' ? wide : this.scale === 'log' && !negative;
  }

  setScale(scale) {
    this.scale = scale;
    this.decide();
    this.arrange();
    this.rebuild();
  }

  /** Series are thinned one by one, so each has steps of its own: joined, with breaks at gaps. */
  arrange() {
    this.counts = {};
    this.over = [];
    if (this.series.length === 0) {
      this.joined = [[]];
      this.drawn = [[]];
      return;
    }
    const {timeline} = this;
    const own = this.series.map((s) => {
      const line = this.line(s.name, this.found[s.name], timeline.gaps);
      this.counts[s.name] = (this.found[s.name]?.steps || []).length;
      return line;
    });
    // Zoomed in, a line stays what it is as a whole.
    if (!timeline.range) this.many = new Set(this.series.map((s) => s.name).filter((name) => this.counts[name] > 2));
    const others = [];
    for (const run of timeline.drawn) {
      const found = this.of.get(run) || {};
      for (const s of this.series) {
        if (!found[s.name]?.steps.length) continue;
        const [steps, values] = this.line(s.name, found[s.name], run.gaps);
        this.over.push({run, name: s.name, series: s});
        others.push([steps.map((step) => run.clock.toAxis(step)), values]);
      }
    }
    this.joined = plotting().join(own);
    if (timeline.axis.kind === 'step' && others.length === 0) {
      this.drawn = this.joined;
      return;
    }
    this.drawn = plotting().join([...own.map(([steps, values]) => [steps.map((step) => timeline.toAxis(step)), values]), ...others]);
  }

  line(name, found, gaps) {
    const change = this.options.change || ((_, v) => v);
    return lineWithGaps(found, gaps, (v) => (this.log && v <= 0 ? null : change(name, v) / this.unit));
  }

  /** Makes the plot once more; where its box has no size, as in a row that is closed, only if it is to be taken away. */
  rebuild(anyway = false) {
    this.plot?.destroy();
    this.plot = null;
    if (!this.visible) return;
    if ((this.box.clientWidth === 0 && !anyway) || this.drawn[0].length === 0) {
      this.legend.fill();
      return;
    }
    this.stale = false;
    this.plot = new (plotting())(plotOptions(this), this.drawn, this.box);
    this.plot.over.append(this.now);
    this.mark();
  }

  stroke(series, run = null) {
    if (run && this.compared.length === 1) return colour(run.colour);
    return series.colour.startsWith('#') ? series.colour : colour(series.colour);
  }

  /** The line of the step shown, and the legend. */
  mark() {
    const {step, shownSteps: [from, to]} = this.timeline;
    if (this.plot) {
      const x = step === null || step < from || step > to ? -1 : this.plot.valToPos(this.timeline.toAxis(step), 'x');
      this.now.hidden = x < 0;
      this.now.style.transform = `translateX(${Math.round(x)}px)`;
      if (this.stale) {
        this.stale = false;
        this.redraw();
      }
    }
    if (this.visible) this.legend.fill();
  }

  rescale() {
    if (this.options.zoomed) this.options.zoomed();
    this.plot?.setData(this.drawn);
    this.mark();
  }

  resize() {
    const {clientWidth: width, clientHeight: height} = this.box;
    if (width === 0) return;
    if (!this.plot) {
      if (this.visible && this.drawn[0].length) this.rebuild();
      return;
    }
    if (this.plot.width !== width || this.plot.height !== height) {
      this.plot.setSize({width, height});
      this.mark();
    }
  }

  /** Draws the others faintly; null for none. */
  focus(name) {
    const at = this.series.findIndex((s) => s.name === name);
    this.plot?.setSeries(at < 0 ? null : at + 1, {focus: at >= 0});
  }

  /** What is drawn of all runs, for tests. */
  get overlaid() {
    return {
      x: this.drawn[0],
      lines: [...this.series.map((s, i) => ({name: s.name, id: null, session: null, y: this.drawn[i + 1]})),
        ...this.over.map(({run, name}, i) => ({name, id: run.id, session: run.session, worker: run.worker, y: this.drawn[i + 1 + this.series.length]}))],
    };
  }
}
