// One chart over steps, on uPlot: lines, or whatever a plugin draws.

import {brief, colour, element, finite, tick, whole} from './format.js';
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
    for (const [after, before] of timeline.gaps) {
      const b = u.valToPos(before, 'x', true);
      const a = Math.min(after < 0 ? b : u.valToPos(after, 'x', true), b - 3 * ratio());
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
    this.joined = [[]];
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
    this.key = null;
    this.empty = false;
    this.found = {};
    this.plot?.destroy();
    this.plot = null;
    this.joined = [[]];
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

  /** New numbers: per series {steps, values}; and, if they change, the series. */
  load(found, series) {
    const other = series && series.map((s) => s.name).join() !== this.series.map((s) => s.name).join();
    if (series) this.series = series;
    this.found = found;
    this.describe();
    const before = [this.log, this.counting].join();
    this.decide();
    this.arrange();
    const empty = !this.joined.slice(1).some((line) => line.some((v) => v !== null && v !== undefined));
    if (!this.timeline.range) {
      this.empty = empty;
      this.options.empty?.(empty);
    }
    if (!this.plot || other || before !== [this.log, this.counting].join()) {
      this.plot?.destroy();
      this.plot = null;
      if (this.visible) this.rebuild();
    } else {
      this.stale = false;
      this.plot.setData(this.joined);
      this.mark();
    }
  }

  /** Zero and below have no place on a logarithmic scale. */
  decide() {
    const all = this.series.flatMap((s) => finite((this.found[s.name] || {values: []}).values)).filter((v) => v !== null);
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
    const change = this.options.change || ((name, v) => v);
    this.counts = {};
    if (this.series.length === 0) {
      this.joined = [[]];
      return;
    }
    this.joined = uPlot.join(this.series.map((s) => {
      const found = this.found[s.name] || {steps: [], values: []};
      const x = [...found.steps];
      const y = finite(found.values).map((v) => (v === null || (this.log && v <= 0) ? null : change(s.name, v)));
      this.counts[s.name] = x.length;
      for (const [after, before] of this.timeline.gaps) {
        let at = x.findIndex((step) => step >= before);
        if (at < 0) at = x.length;
        if (at === 0 || after < 0) continue;
        x.splice(at, 0, (after + before) / 2);
        y.splice(at, 0, null);
      }
      return [x, y];
    }));
  }

  rebuild() {
    this.plot?.destroy();
    this.plot = null;
    if (!this.visible) return;
    if (this.box.clientWidth === 0 || this.joined[0].length === 0) {
      this.legend();
      return;
    }
    this.stale = false;
    this.plot = new uPlot(this.plotOptions(), this.joined, this.box);
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
          const [from, to] = timeline.range || timeline.full;
          return from === to ? [from - 0.5, to + 0.5] : [from, to];
        }},
        y: this.log ? {distr: 3, range: decades} : {distr: 1, range: y.range || linear},
      },
      axes: [
        axis({size: 28, space: 70, incrs: WHOLE, values: (u, splits) => splits.map((v) => whole(v))}),
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
        stroke: () => (s.colour.startsWith('#') ? s.colour : colour(s.colour)),
        width: s.width || 1.5,
        dash: s.dash,
        spanGaps: false,
        pxAlign: 0,
        points: s.draw === false ? {show: false} : {show: () => this.counts[s.name] < 40, size: 4},
        ...(s.draw === false ? {paths: () => null} : {}),
      }))],
      plugins: [gapBands(timeline), ...(this.options.plugins || [])],
      hooks: {
        ready: [(u) => {
          let downAt = null;
          u.over.addEventListener('mousedown', (e) => { downAt = e.clientX; });
          u.over.addEventListener('click', (e) => {
            if (downAt !== null && Math.abs(e.clientX - downAt) < 4) timeline.goTo(Math.round(u.posToVal(e.offsetX, 'x')));
          });
        }],
        setSelect: [(u) => {
          if (u.select.width > 4) {
            const range = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')];
            u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
            timeline.zoom([Math.floor(range[0]), Math.ceil(range[1])]);
          }
        }],
        setCursor: [(u) => {
          if (u.cursor.event) timeline.store.set({pointedStep: u.cursor.left >= 0 ? Math.round(u.posToVal(u.cursor.left, 'x')) : null});
          if (this.visible) this.legend();
        }],
      },
    };
  }

  /** The line of the step shown, and the legend. */
  mark() {
    const {step, range, full} = this.timeline;
    if (this.plot) {
      const [from, to] = range || full;
      const x = step === null || step < from || step > to ? -1 : this.plot.valToPos(step, 'x');
      this.now.hidden = x < 0;
      this.now.style.transform = `translateX(${Math.round(x)}px)`;
      if (this.stale) {
        this.stale = false;
        this.arrange();
        this.plot.setData(this.joined);
      }
    }
    if (this.visible) this.legend();
  }

  rescale() {
    this.plot?.setData(this.joined);
    this.mark();
  }

  resize() {
    const {clientWidth: width, clientHeight: height} = this.box;
    if (width === 0) return;
    if (!this.plot) {
      if (this.visible && this.joined[0].length) this.rebuild();
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
    const at = this.plot?.cursor.idx;
    const hovered = at !== null && at !== undefined && this.joined[0][at] !== undefined && this.plot.cursor.left >= 0;
    const of = hovered ? Math.round(this.joined[0][at]) : this.options.tellStep ? this.timeline.step : null;
    const shown = of === null ? [] : [element('span', {className: 'ib-hovered', textContent: t('step {0}', whole(of))})];
    this.series.forEach((s, i) => {
      if (s.legend === false || (!this.counts?.[s.name] && this.series.length > 1 && this.columns)) return;
      const key = element('span', {className: 'ib-key line'});
      key.style.background = s.colour.startsWith('#') ? s.colour : `var(--${s.colour})`;
      shown.push(element('span', {}, key, (s.label ?? s.name) + ' ', element('b', {textContent: this.text(s.name, i, hovered ? at : null)})));
    });
    if (extra) shown.push(...extra(this, hovered ? Math.round(this.joined[0][at]) : null));
    if (this.timeline.gaps.length && this.options.tellGaps) shown.push(element('span', {}, element('span', {className: 'ib-key gap'}), t('lost')));
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
    if (at === null) {
      const {values} = this.timeline;
      const column = this.columns?.()[name];
      if (!values || !column) return '';
      return values[column] === null ? this.before(name, this.timeline.step) : brief(values[column]);
    }
    const v = this.joined[i + 1][at];
    if (v === null) return '';
    return v === undefined ? this.before(name, this.joined[0][at]) : brief(this.options.read ? this.options.read(v) : v);
  }

  /** A value that is not computed at every record: the last one drawn before a step. */
  before(name, step) {
    const found = this.found[name];
    if (!found || this.options.everyRecord) return '';
    let low = 0;
    let high = found.steps.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (found.steps[middle] <= step) low = middle + 1;
      else high = middle;
    }
    if (low === 0) return '';
    const at = found.steps[low - 1];
    return brief(found.values[low - 1]) + (at === step ? '' : ' at ' + whole(at));
  }
}
