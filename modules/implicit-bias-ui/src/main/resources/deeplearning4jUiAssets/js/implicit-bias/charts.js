// Loss with events, and flips per step: two uPlot charts that share their range of steps.

import uPlot from '/assets/webjars/uplot/1.6.30/dist/uPlot.esm.js';
import {colour, element, finite, number, tick, whole, words} from './format.js';

const ratio = () => uPlot.pxRatio;
const FLIPS = ['activation', 'reactivation', 'deactivation'];

/** Bands for lost records, the line of the current step: drawn under and over every chart. */
function marks(state) {
  return {
    hooks: {
      drawClear: [(u) => {
        const ctx = u.ctx;
        const {left, top, width, height} = u.bbox;
        ctx.save();
        ctx.beginPath();
        ctx.rect(left, top, width, height);
        ctx.clip();
        for (const [after, before] of state.gaps) {
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
      }],
      draw: [(u) => {
        if (state.step === null) return;
        const x = Math.round(u.valToPos(state.step, 'x', true));
        const {left, top, width, height} = u.bbox;
        if (x < left - 1 || x > left + width + 1) return;
        const ctx = u.ctx;
        ctx.save();
        ctx.fillStyle = colour('ink');
        ctx.globalAlpha = 0.75;
        ctx.fillRect(x - ratio() / 2, top, ratio(), height);
        ctx.restore();
      }],
    },
  };
}

/** Markers at the top of the loss chart, one per event that is not a flip. */
function eventMarks(state) {
  return {
    hooks: {
      draw: [(u) => {
        const ctx = u.ctx;
        const {left, top, width, height} = u.bbox;
        const size = 4 * ratio();
        ctx.save();
        ctx.fillStyle = colour('event');
        ctx.strokeStyle = colour('event');
        ctx.lineWidth = ratio();
        let last = -Infinity;
        for (const event of state.events) {
          const x = Math.round(u.valToPos(event.step, 'x', true));
          if (x < left || x > left + width || x - last < 2) continue;
          last = x;
          ctx.globalAlpha = 0.35;
          ctx.beginPath();
          ctx.moveTo(x, top);
          ctx.lineTo(x, top + height);
          ctx.stroke();
          ctx.globalAlpha = 1;
          ctx.beginPath();
          ctx.moveTo(x - size, top - size);
          ctx.lineTo(x + size, top - size);
          ctx.lineTo(x, top + size);
          ctx.fill();
        }
        ctx.restore();
      }],
    },
  };
}

/**
 * Flips as stems from zero, at least a pixel wide: upwards switched on, downwards switched off.
 * Where kinds share a place they are not added up: the taller is drawn first, the shorter over it.
 */
function stems() {
  return {
    hooks: {
      draw: [(u) => {
        const {left, top, width, height} = u.bbox;
        const [x] = u.data;
        const zero = Math.round(u.valToPos(0, 'y', true));
        const scale = u.scales.x;
        const apart = width / Math.max(1, scale.max - scale.min);
        const thick = Math.max(Math.round(ratio()), Math.min(14 * ratio(), Math.floor(apart * 0.7)));
        const bars = [];
        FLIPS.forEach((name, k) => u.data[k + 1].forEach((v, i) => {
          if (v) bars.push([x[i], v, name]);
        }));
        bars.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
        const colours = Object.fromEntries(FLIPS.map((name) => [name, colour(name)]));
        const ctx = u.ctx;
        ctx.save();
        ctx.beginPath();
        ctx.rect(left, top, width, height);
        ctx.clip();
        for (const [step, v, name] of bars) {
          const y = Math.round(u.valToPos(v, 'y', true));
          ctx.fillStyle = colours[name];
          ctx.fillRect(Math.round(u.valToPos(step, 'x', true) - thick / 2), Math.min(y, zero), thick, Math.abs(y - zero));
        }
        ctx.fillStyle = colour('gap-line');
        ctx.fillRect(left, zero, width, ratio());
        ctx.restore();
      }],
    },
  };
}

const GRID = {stroke: () => colour('line'), width: 1};

/** From the largest digit below to the smallest digit above: 0.0037 to 1.6 becomes 0.003 to 2. */
function decades(u, min, max) {
  if (min === null || max === null || min <= 0) return [0.1, 1];
  const unit = (v) => 10 ** Math.floor(Math.log10(v));
  const low = Math.floor(min / unit(min) + 1e-9) * unit(min);
  const high = Math.ceil(max / unit(max) - 1e-9) * unit(max);
  return low < high ? [low, high] : [low / 2, high * 2];
}

/** Lines only at powers of ten, unless there is at most one of them in sight. */
function powersOfTen(u, splits) {
  const powers = splits.filter((v) => Math.abs(Math.log10(v) % 1) < 1e-9);
  return powers.length < 2 ? splits : splits.map((v) => (powers.includes(v) ? v : null));
}

function axis(more) {
  return {
    stroke: () => colour('muted'),
    font: '11px system-ui, sans-serif',
    grid: GRID,
    ticks: {stroke: () => colour('line'), width: 1, size: 4},
    ...more,
  };
}

/** Steps are whole numbers: no ticks in between. */
const steps = axis({
  size: 30,
  space: 70,
  incrs: [1, 2, 5].flatMap((m) => Array.from({length: 12}, (_, e) => m * 10 ** e)).sort((a, b) => a - b),
  values: (u, splits) => splits.map((v) => whole(v)),
});

/** Width of the widest label decides the width of the axis. */
const values = (more) => axis({size: 56, values: (u, splits) => splits.map(tick), ...more});

export class Charts {
  /**
   * @param goTo called with a step when the reader clicks into a chart
   * @param zoomed called with the new range of steps, or null for all
   */
  constructor(goTo, zoomed) {
    this.goTo = goTo;
    this.zoomed = zoomed;
    this.state = {gaps: [], events: [], step: null, values: null};
    this.wantsLog = true;
    this.negative = false;
    this.range = null;
    this.full = [0, 1];
    this.loss = null;
    this.flips = null;
    this.columns = {};
    this.arrange();
    this.boxes = {loss: document.getElementById('loss-chart'), flips: document.getElementById('flips-chart')};
    new ResizeObserver(() => this.resize()).observe(this.boxes.loss);
  }

  /** A loss below zero, such as the logarithm of one, has no place on a logarithmic scale. */
  get log() {
    return this.wantsLog && !this.negative;
  }

  rebuild() {
    this.loss?.destroy();
    this.flips?.destroy();
    this.loss = new uPlot(this.lossOptions(), this.data.loss, this.boxes.loss);
    this.flips = new uPlot(this.flipsOptions(), this.data.flips, this.boxes.flips);
  }

  common(box) {
    return {
      width: Math.max(box.clientWidth, 120),
      height: box.clientHeight,
      legend: {show: false},
      padding: [12, 26, 0, 0],
      cursor: {
        sync: {key: 'implicit-bias', setSeries: false},
        drag: {x: true, y: false, setScale: false},
        points: {size: 6},
        y: false,
        bind: {dblclick: () => () => this.zoom(null)},
      },
      hooks: {
        ready: [(u) => {
          let downAt = null;
          u.over.addEventListener('mousedown', (e) => { downAt = e.clientX; });
          u.over.addEventListener('click', (e) => {
            if (downAt !== null && Math.abs(e.clientX - downAt) < 4) {
              this.goTo(Math.round(u.posToVal(e.offsetX, 'x')));
            }
          });
        }],
        setSelect: [(u) => {
          if (u.select.width > 4) {
            const range = [u.posToVal(u.select.left, 'x'), u.posToVal(u.select.left + u.select.width, 'x')];
            u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
            this.zoom([Math.floor(range[0]), Math.ceil(range[1])]);
          }
        }],
        setCursor: [() => this.legends()],
      },
    };
  }

  x() {
    return {time: false, range: () => {
      const [from, to] = this.range || this.full;
      return from === to ? [from - 0.5, to + 0.5] : [from, to];
    }};
  }

  lossOptions() {
    return {
      ...this.common(this.boxes.loss),
      scales: {x: this.x(), y: this.log ? {distr: 3, range: decades} : {distr: 1}},
      axes: [steps, values(this.log ? {grid: {...GRID, filter: powersOfTen}} : {})],
      series: [
        {},
        {label: 'loss', stroke: () => colour('loss'), width: 2, points: {show: false}, spanGaps: false},
        {label: 'score', stroke: () => colour('score'), width: 1.25, dash: [5, 4], points: {show: false}, spanGaps: false},
      ],
      plugins: [marks(this.state), eventMarks(this.state)],
    };
  }

  flipsOptions() {
    const kind = (name) => ({label: name, stroke: () => colour(name), paths: () => null, points: {show: false}});
    return {
      ...this.common(this.boxes.flips),
      scales: {x: this.x(), y: {range: (u, min, max) => [Math.min(min || 0, 0) * 1.08, Math.max(max || 0, 1) * 1.08]}},
      axes: [steps, values({
        incrs: [1, 2, 5].flatMap((m) => Array.from({length: 9}, (_, e) => m * 10 ** e)).sort((a, b) => a - b),
        values: (u, splits) => splits.map((v) => whole(Math.abs(v))),
      })],
      series: [{}, ...FLIPS.map(kind)],
      plugins: [stems(), marks(this.state)],
    };
  }

  /**
   * New numbers for both charts.
   *
   * @param columns per series name {steps, values}, or null for none
   * @param full first and last step of the whole run
   */
  update(columns, full) {
    this.full = full;
    this.columns = columns || {};
    const log = this.log;
    this.negative = ['loss', 'score'].some((name) => finite((this.columns[name] || {values: []}).values).some((v) => v < 0));
    this.arrange();
    if (!this.loss || log !== this.log) {
      this.rebuild();
    } else {
      this.loss.setData(this.data.loss);
      this.flips.setData(this.data.flips);
    }
    this.legends();
  }

  /** Series are thinned one by one, so each has steps of its own: joined, with breaks at gaps. */
  arrange() {
    const table = (name, change) => {
      const found = this.columns[name] || {steps: [], values: []};
      const x = [...found.steps];
      const y = finite(found.values).map((v) => (v === null ? null : change(v)));
      for (const [after, before] of this.state.gaps) {
        let at = x.findIndex((step) => step >= before);
        if (at < 0) at = x.length;
        if (at === 0 || after < 0) continue;
        x.splice(at, 0, (after + before) / 2);
        y.splice(at, 0, null);
      }
      return [x, y];
    };
    // A logarithmic scale has no place for zero and below.
    const height = this.log ? (v) => (v > 0 ? v : null) : (v) => v;
    this.data = {
      loss: uPlot.join(['loss', 'score'].map((name) => table(name, height))),
      flips: uPlot.join(FLIPS.map((name) => table(name, (v) => (name === 'deactivation' ? -v : v)))),
    };
  }

  mark(changes) {
    Object.assign(this.state, changes);
    this.loss?.redraw(false);
    this.flips?.redraw(false);
    this.legends();
  }

  scale(log) {
    this.wantsLog = log;
    this.arrange();
    this.rebuild();
  }

  zoom(range) {
    if (range) {
      range = [Math.max(range[0], this.full[0]), Math.min(range[1], this.full[1])];
      if (range[1] - range[0] < 2) return;
    }
    this.range = range;
    this.loss?.setData(this.data.loss);
    this.flips?.setData(this.data.flips);
    this.zoomed(range);
  }

  /** The legends show the numbers under the pointer, or else those of the current step. */
  legends() {
    this.legend('loss', ['loss', 'score']);
    this.legend('flips', FLIPS);
  }

  legend(chart, names) {
    const u = this[chart];
    if (!u) return;
    const at = u.cursor.idx;
    const hovered = at !== null && at !== undefined && this.data[chart][0][at] !== undefined;
    const text = (name, i) => {
      if (!hovered) return this.state.values ? number(this.state.values[name]) : '';
      const v = this.data[chart][i + 1][at];
      return v === null || v === undefined ? '' : number(chart === 'flips' ? Math.abs(v) : v);
    };
    const key = (name) => element('span', {className: 'ib-key ' + name});
    const shown = names.map((name, i) =>
      element('span', {}, key(name), name + ' ', element('b', {textContent: text(name, i)})));
    if (chart === 'loss' && this.state.events.length) shown.push(element('span', {}, key('event'), 'event'));
    if (this.state.gaps.length) shown.push(element('span', {}, key('gap'), 'lost'));
    if (hovered) {
      const step = Math.round(this.data[chart][0][at]);
      shown.unshift(element('span', {textContent: 'step ' + whole(step)}));
      if (chart === 'loss') shown.push(...this.eventsAt(u, step));
    }
    document.getElementById(chart + '-legend').replaceChildren(...shown);
  }

  /** The event marked nearest to a step, if the pointer is on its mark. */
  eventsAt(u, step) {
    const reach = 5 * (u.posToVal(1, 'x') - u.posToVal(0, 'x'));
    const near = this.state.events.filter((event) => Math.abs(event.step - step) <= reach);
    if (near.length === 0) return [];
    const first = near.reduce((a, b) => (Math.abs(b.step - step) < Math.abs(a.step - step) ? b : a));
    const text = words(first.kind) + ' at ' + whole(first.step) + (near.length > 1 ? ', ' + whole(near.length - 1) + ' more' : '');
    return [element('b', {textContent: text})];
  }

  resize() {
    for (const name of ['loss', 'flips']) {
      const box = this.boxes[name];
      if (this[name] && box.clientWidth > 0) {
        this[name].setSize({width: box.clientWidth, height: box.clientHeight});
      }
    }
  }

  clear() {
    this.range = null;
    Object.assign(this.state, {gaps: [], events: [], step: null, values: null});
    this.update(null, [0, 1]);
  }
}
