// One chart over steps, on uPlot: lines, or whatever a plugin draws.

import {axisOptions, lastAtMost} from './axis.js';
import {brief, colour, element, finite, number, tick, whole} from './format.js';
import {t} from './words.js';

const uPlot = window.uPlot;
const ratio = () => uPlot.pxRatio;
const GRID = {stroke: () => colour('line'), width: 1};
const FONT = '11px system-ui, sans-serif';
const WHOLE = [1, 2, 5].flatMap((m) => Array.from({length: 12}, (_, e) => m * 10 ** e)).sort((a, b) => a - b);

/** Bands for lost records, under every chart. */
function gapBands(timeline) {
  return {hooks: {drawClear: [(u) => {
    const ctx = u.ctx;
    const {left, top, width, height} = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const place = (step) => u.valToPos(timeline.toAxis(step), 'x', true);
    for (const [after, before] of timeline.gaps) {
      const b = place(before);
      const a = Math.min(after < 0 ? b : place(after), b - 3 * ratio());
      ctx.fillStyle = colour('gap');
      ctx.fillRect(a, top, b - a, height);
      ctx.strokeStyle = colour('gap-line');
      ctx.lineWidth = ratio();
      ctx.setLineDash([3 * ratio(), 3 * ratio()]);
      ctx.strokeRect(a, top - 2, b - a, height + 4);
      ctx.setLineDash([]);
    }
    ctx.restore();
  }]}};
}

/** From the largest digit below to the smallest digit above: 0.0037 to 1.6 becomes 0.003 to 2. */
function decades(u, min, max) {
  if (min === null || max === null || min <= 0) return [0.1, 1];
  const unit = (v) => 10 ** Math.floor(Math.log10(v));
  const low = Math.floor(min / unit(min) + 1e-9) * unit(min);
  const high = Math.ceil(max / unit(max) - 1e-9) * unit(max);
  return low < high ? [low, high] : [low / 2, high * 2];
}

/** Lines at powers of ten, as many as fit; where at most one is in sight, at 1, 2 and 5 times one. */
function logSplits(u, index, min, max) {
  const low = Math.floor(Math.log10(min) + 1e-9);
  const high = Math.ceil(Math.log10(max) - 1e-9);
  const within = (v) => v >= min * (1 - 1e-9) && v <= max * (1 + 1e-9);
  const exponents = Array.from({length: high - low + 1}, (_, k) => low + k);
  const powers = exponents.filter((k) => within(Number('1e' + k)));
  if (powers.length < 2) return exponents.flatMap((k) => [1, 2, 5].map((m) => Number(m + 'e' + k))).filter(within);
  const every = Math.ceil(powers.length / Math.max(2, Math.floor((u.over?.clientHeight || 100) / 26)));
  return powers.filter((k) => k % every === 0).map((k) => Number('1e' + k));
}

/** A flat line in the middle of its chart, everything else with a little room. */
function linear(u, min, max) {
  if (min === null || max === null) return [0, 1];
  if (max - min <= 1e-12 * Math.max(Math.abs(min), Math.abs(max))) {
    const room = Math.abs(min) * 0.1 || 1;
    return [min - room, max + room];
  }
  const room = (max - min) * 0.06;
  return [min >= 0 && min - room < 0 ? 0 : min - room, max + room];
}

function axis(more) {
  return {
    stroke: () => colour('muted'),
    font: FONT,
    grid: GRID,
    ticks: {stroke: () => colour('line'), width: 1, size: 4},
    ...more,
  };
}

/** The widest label decides the width of the axis. */
function axisWidth(u, labels, index, cycle) {
  if (cycle > 1) return u.axes[index]._size;
  u.ctx.save();
  u.ctx.font = FONT;
  const widths = (labels || []).map((text) => (text ? u.ctx.measureText(text).width : 0));
  u.ctx.restore();
  return Math.ceil(Math.max(26, ...widths) + 14);
}

export class LineChart {
  /**
   * @param timeline what all charts share
   * @param box the element to draw in; its height is that of the chart
   * @param options
   *   series  [{name, label, colour, width, dash, draw: false for a plugin to draw it}]
   *   columns () => {name: column of the run}; without it the chart is given numbers by load
   *   scale   'auto', 'log' or 'linear'
   *   change  (name, value) => what is drawn of a value
   *   y       more options of the value axis; range of its scale as `range`
   *   fine    true for a point per pixel
   *   compare names of the series that are drawn of other runs too; all, unless it says otherwise.
   *           One series: the colour is that of the run; more: that of the series
   *   legend  element for the legend
   *   extra   (chart, hovered step) => more elements for the legend
   *   plugins of uPlot
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
    this.found = {};
    this.plot = null;
    this.joined = [[]]; // of the run that is shown: steps, then a line per series
    this.drawn = [[]]; // what uPlot is given: places on the axis, then a line per series and run
    this.over = []; // lines of other runs: {run, name}
    this.keys = new Map(); // per run what was asked for
    this.of = new Map(); // per other run what was found: per series {steps, values}
    this.now = element('div', {className: 'ib-now'});
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
    this.load(Object.fromEntries(Object.entries(this.columns())
      .filter(([, column]) => columns[column]).map(([name, column]) => [name, columns[column]])));
  }

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
    this.describe();
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
    return [this.log, this.counting, ...this.over.map((line) => line.name + line.run.colour)].join();
  }

  /** Zero and below have no place on a logarithmic scale. */
  decide() {
    const all = [this.found, ...this.timeline.drawn.map((run) => this.of.get(run) || {})]
      .flatMap((found) => this.series.flatMap((s) => finite((found[s.name] || {values: []}).values))).filter((v) => v !== null);
    this.negative = all.some((v) => v < 0);
    this.counting = all.length > 0 && all.every(Number.isInteger);
    if (this.scale !== 'auto') {
      this.log = this.scale === 'log' && !this.negative;
      return;
    }
    const positive = all.filter((v) => v > 0);
    // A zero now and then may fall off the edge; a line of zeros may not.
    this.log = !this.negative && positive.length > 0.9 * all.length &&
      positive.reduce((a, b) => Math.max(a, b), 0) > 200 * positive.reduce((a, b) => Math.min(a, b), Infinity);
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
    this.joined = uPlot.join(own);
    if (timeline.axis.kind === 'step' && others.length === 0) {
      this.drawn = this.joined;
      return;
    }
    this.drawn = uPlot.join([...own.map(([steps, values]) => [steps.map((step) => timeline.toAxis(step)), values]), ...others]);
  }

  line(name, found, gaps) {
    const change = this.options.change || ((_, v) => v);
    const x = [...(found?.steps || [])];
    const y = finite(found?.values || []).map((v) => (v === null || (this.log && v <= 0) ? null : change(name, v)));
    for (const [after, before] of gaps) {
      let at = x.findIndex((step) => step >= before);
      if (at < 0) at = x.length;
      if (at === 0 || after < 0) continue;
      x.splice(at, 0, (after + before) / 2);
      y.splice(at, 0, null);
    }
    return [x, y];
  }

  rebuild() {
    this.plot?.destroy();
    this.plot = null;
    if (!this.visible) return;
    if (this.box.clientWidth === 0 || this.drawn[0].length === 0) {
      this.legend();
      return;
    }
    this.stale = false;
    this.plot = new uPlot(this.plotOptions(), this.drawn, this.box);
    this.plot.over.append(this.now);
    this.mark();
  }

  plotOptions() {
    const {timeline} = this;
    const y = this.options.y || {};
    return {
      width: this.box.clientWidth,
      height: this.box.clientHeight,
      legend: {show: false},
      padding: [this.options.top ?? 8, 16, 0, 0],
      focus: {alpha: 0.2},
      cursor: {
        sync: {key: 'implicit-bias', setSeries: false},
        drag: {x: true, y: false, setScale: false},
        points: {size: 6},
        y: false,
        bind: {dblclick: () => () => timeline.zoom(null)},
      },
      scales: {
        x: {time: false, range: () => {
          const [from, to] = timeline.shownSteps.map((step) => timeline.toAxis(step));
          return from === to ? [from - 0.5, to + 0.5] : [from, to];
        }},
        y: this.log ? {distr: 3, range: decades} : {distr: 1, range: y.range || linear},
      },
      axes: [
        axis({size: 28, ...axisOptions(timeline)}),
        axis({
          size: axisWidth,
          space: 26,
          values: (u, splits, index, space, step) => splits.map((v) => tick(v, this.log ? 0 : step)),
          ...(this.log ? {splits: logSplits, filter: (u, splits) => splits} : {}),
          ...(this.counting && !this.log ? {incrs: WHOLE} : {}),
          ...(y.whole ? {incrs: WHOLE, values: (u, splits) => splits.map((v) => whole(Math.abs(v)))} : {}),
        }),
      ],
      series: [{}, ...this.series.map((s) => ({
        label: s.label || s.name,
        stroke: () => this.stroke(s),
        width: s.width || 1.5,
        dash: s.dash,
        alpha: this.over.length && !this.compared.includes(s.name) ? 0.55 : 1,
        spanGaps: false,
        pxAlign: 0,
        points: s.draw === false ? {show: false} : {show: () => this.counts[s.name] < 40, size: 4},
        ...(s.draw === false ? {paths: () => null} : {}),
      })), ...this.over.map(({run, name, series}) => ({
        label: run.name + ', ' + (series.label || name),
        stroke: () => this.stroke(series, run),
        width: Math.max(1.25, (series.width || 1.5) - 0.25),
        dash: run.dash,
        alpha: this.compared.length > 1 ? 0.75 : 1,
        spanGaps: false,
        pxAlign: 0,
        points: {show: false},
      }))],
      plugins: [gapBands(timeline), ...(this.options.plugins || [])],
      hooks: {
        ready: [(u) => {
          this.mark(); // only now it is known where a step lies
          let downAt = null;
          u.over.addEventListener('mousedown', (e) => { downAt = e.clientX; });
          u.over.addEventListener('click', (e) => {
            if (downAt !== null && Math.abs(e.clientX - downAt) < 4) timeline.goTo(Math.round(timeline.toStep(u.posToVal(e.offsetX, 'x'))));
          });
        }],
        setSelect: [(u) => {
          if (u.select.width > 4) {
            const range = [u.select.left, u.select.left + u.select.width].map((x) => timeline.toStep(u.posToVal(x, 'x')));
            u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
            timeline.zoom([Math.floor(range[0]), Math.ceil(range[1])]);
          }
        }],
        setCursor: [(u) => {
          if (u.cursor.event) timeline.store.set({pointedStep: u.cursor.left >= 0 ? Math.round(timeline.toStep(u.posToVal(u.cursor.left, 'x'))) : null});
          if (this.visible) this.legend();
        }],
      },
    };
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
    if (this.visible) this.legend();
  }

  rescale() {
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

  /** The numbers under the pointer, or else those of the step shown. */
  legend() {
    const {legend, extra} = this.options;
    if (!legend) return;
    const {timeline} = this;
    const idx = this.plot?.cursor.idx;
    const hovered = idx !== null && idx !== undefined && this.drawn[0][idx] !== undefined && this.plot.cursor.left >= 0;
    const x = hovered ? this.drawn[0][idx] : null;
    const at = hovered ? idx : null;
    const step = hovered ? Math.round(timeline.toStep(x)) : timeline.step;
    const shown = [];
    if (step !== null && (hovered || this.options.tellStep)) {
      const {axis} = timeline;
      shown.push(element('span', {className: 'ib-hovered', textContent: t('step {0}', whole(step)) +
        (axis.column && hovered ? ', ' + axis.label + ' ' + number(Number(x.toPrecision(4))) : '')}));
    }
    // Numbers of other runs need room: of few runs, and where there are few lines.
    const runs = timeline.drawn.filter((run) => Object.keys(this.of.get(run) || {}).length);
    const told = step !== null && runs.length < 4 && runs.length * this.compared.length <= 4 ? runs : [];
    this.series.forEach((s, i) => {
      if (s.legend === false || (!this.counts?.[s.name] && this.series.length > 1 && this.columns)) return;
      const key = element('span', {className: 'ib-key line'});
      key.style.background = s.colour.startsWith('#') ? s.colour : `var(--${s.colour})`;
      const own = element('span', {}, key, (s.label ?? s.name) + ' ', element('b', {textContent: this.text(s.name, i, at)}));
      const theirs = told.filter((run) => this.of.get(run)[s.name]).map((run) => {
        const there = Math.floor(run.clock.toStep(x ?? timeline.toAxis(step)) + 1e-6);
        return element('span', {className: 'ib-other-run', title: run.name},
          run.key(this.compared.length === 1 ? run.colour : s.colour), element('b', {textContent: this.textOf(run, s.name, there)}));
      });
      shown.push(theirs.length ? element('span', {className: 'ib-values-of'}, own, ...theirs) : own);
    });
    if (extra) shown.push(...extra(this, hovered ? step : null));
    if (timeline.gaps.length && this.options.tellGaps) shown.push(element('span', {}, element('span', {className: 'ib-key gap'}), t('lost')));
    legend.replaceChildren(...shown);
    this.describe();
  }

  /** The picture in words: what it is called, and the numbers of its legend. */
  describe() {
    const title = (this.box.closest('figure, article') ?? this.box.closest('section'))?.querySelector('figcaption, .ib-statement, h2');
    this.box.setAttribute('role', 'img');
    const numbers = [...(this.options.legend?.children ?? [])].map((part) => part.textContent.trim()).join(', ');
    this.box.setAttribute('aria-label', [(title?.textContent || 'chart').replace(/\.$/, ''), numbers].filter(Boolean).join(': '));
  }

  text(name, i, at) {
    const {timeline} = this;
    if (at === null) {
      const {values} = timeline;
      const column = this.columns?.()[name];
      if (!values || !column) return '';
      if (values[column] !== null) return brief(values[column]);
      return this.options.everyRecord ? '' : this.before(name, timeline.step);
    }
    const v = this.drawn[i + 1][at];
    if (v === null) return '';
    if (v !== undefined) return brief(this.options.read ? this.options.read(v) : v);
    const step = Math.round(timeline.toStep(this.drawn[0][at]));
    return step > timeline.full[1] ? '–' : this.before(name, step);
  }

  /** Of another run the value drawn at a step, or the last one drawn before it; nothing past its end. */
  textOf(run, name, step) {
    const found = this.of.get(run)[name];
    const at = lastAtMost(found.steps, step);
    if (at < 0 || step > run.full[1]) return '–';
    return brief(found.values[at]) + (found.steps[at] === step ? '' : ' at ' + whole(found.steps[at]));
  }

  /** A value that is not computed at every record: the last one drawn before a step. */
  before(name, step) {
    const found = this.found[name];
    if (!found || (this.options.everyRecord && this.over.length === 0)) return '';
    const last = lastAtMost(found.steps, step);
    if (last < 0) return '';
    const at = found.steps[last];
    return brief(found.values[last]) + (at === step ? '' : ' at ' + whole(at));
  }

  /** What is drawn of all runs, for tests. */
  get overlaid() {
    return {
      x: this.drawn[0],
      lines: [...this.series.map((s, i) => ({name: s.name, session: null, y: this.drawn[i + 1]})),
        ...this.over.map(({run, name}, i) => ({name, session: run.session, worker: run.worker, y: this.drawn[i + 1 + this.series.length]}))],
    };
  }
}
