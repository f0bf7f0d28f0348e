// Loss with events, and flips per step: two uPlot charts that share their range of steps.

import uPlot from '/assets/webjars/uplot/1.6.30/dist/uPlot.esm.js';
import {colour, finite, number, tick, whole, element} from './format.js';

const ratio = () => uPlot.pxRatio;

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
        for (const [from, to] of state.gaps) {
          const a = u.valToPos(from - 0.5, 'x', true);
          const b = Math.max(u.valToPos(to + 0.5, 'x', true), a + 3 * ratio());
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

function axis(more) {
  return {
    stroke: () => colour('muted'),
    font: '11px system-ui, sans-serif',
    grid: {stroke: () => colour('line'), width: 1},
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
    this.state = {gaps: [], events: [], step: null};
    this.log = true;
    this.range = null;
    this.full = [0, 1];
    this.loss = null;
    this.flips = null;
    this.data = {loss: [[], [], []], flips: [[], [], [], []]};
    this.boxes = {loss: document.getElementById('loss-chart'), flips: document.getElementById('flips-chart')};
    new ResizeObserver(() => this.resize()).observe(this.boxes.loss);
  }

  rebuild() {
    this.loss?.destroy();
    this.flips?.destroy();
    this.loss = new uPlot(this.lossOptions(), this.data.loss, this.boxes.loss);
    this.flips = new uPlot(this.flipsOptions(), this.stacked(), this.boxes.flips);
  }

  common(box) {
    return {
      width: Math.max(box.clientWidth, 120),
      height: box.clientHeight,
      legend: {show: false},
      padding: [12, 12, 0, 0],
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
      scales: {x: this.x(), y: this.log ? {distr: 3} : {distr: 1}},
      axes: [steps, values()],
      series: [
        {},
        {label: 'loss', stroke: () => colour('loss'), width: 2, points: {show: false}, spanGaps: false},
        {label: 'score', stroke: () => colour('score'), width: 1.25, dash: [5, 4], points: {show: false}, spanGaps: false},
      ],
      plugins: [marks(this.state), eventMarks(this.state)],
    };
  }

  flipsOptions() {
    // One stem per record, at least one pixel wide; upwards switched on, downwards switched off.
    const stems = (name) => ({
      label: name,
      stroke: () => colour(name),
      fill: () => colour(name),
      width: 0,
      points: {show: false},
      paths: uPlot.paths.bars({size: [0.9, 14, Math.max(1, ratio())], align: 0}),
    });
    return {
      ...this.common(this.boxes.flips),
      scales: {x: this.x(), y: {range: (u, min, max) => {
        const top = Math.max(max || 0, 1);
        const bottom = Math.min(min || 0, 0);
        return [bottom * 1.08, top * 1.08];
      }}},
      axes: [steps, values({
        incrs: [1, 2, 5].flatMap((m) => Array.from({length: 9}, (_, e) => m * 10 ** e)).sort((a, b) => a - b),
        values: (u, splits) => splits.map((v) => whole(Math.abs(v))),
      })],
      series: [{}, stems('reactivation'), stems('activation'), stems('deactivation')],
      plugins: [marks(this.state)],
    };
  }

  /** Reactivations stand on activations, so they are drawn first, at the height of the sum. */
  stacked() {
    const [x, on, again, off] = this.data.flips;
    return [
      x,
      again.map((v, i) => (v === null ? null : v + (on[i] || 0))),
      on,
      off.map((v) => (v === null ? null : -v)),
    ];
  }

  /** New numbers for both charts; `full` is the range of steps of the whole run. */
  update(loss, flips, full) {
    this.full = full;
    this.data.loss = loss ? [loss.steps, finite(loss.loss), finite(loss.score)] : [[], [], []];
    this.data.flips = flips
      ? [flips.steps, finite(flips.activation), finite(flips.reactivation), finite(flips.deactivation)]
      : [[], [], [], []];
    // A logarithmic scale has no place for zero and below.
    if (this.log) this.data.loss = [this.data.loss[0], ...this.data.loss.slice(1).map((s) => s.map((v) => (v > 0 ? v : null)))];
    if (!this.loss) {
      this.rebuild();
    } else {
      this.loss.setData(this.data.loss);
      this.flips.setData(this.stacked());
    }
    this.legends();
  }

  mark(changes) {
    Object.assign(this.state, changes);
    this.loss?.redraw(false);
    this.flips?.redraw(false);
    this.legends();
  }

  scale(log) {
    this.log = log;
  }

  zoom(range) {
    if (range) {
      range = [Math.max(range[0], this.full[0]), Math.min(range[1], this.full[1])];
      if (range[1] - range[0] < 2) return;
    }
    this.range = range;
    this.loss?.setData(this.data.loss);
    this.flips?.setData(this.stacked());
    this.zoomed(range);
  }

  /** The legends show the numbers under the pointer, or else those of the current step. */
  legends() {
    this.legend('loss', ['loss', 'score'], this.data.loss, (v) => number(v), 'event');
    this.legend('flips', ['activation', 'reactivation', 'deactivation'], this.data.flips, (v) => number(v));
  }

  legend(chart, names, data, text, extra) {
    const u = this[chart];
    const box = document.getElementById(chart + '-legend');
    if (!u) return;
    let at = u.cursor.idx;
    if (at === null || at === undefined) at = this.state.step === null ? -1 : data[0].indexOf(this.state.step);
    const shown = names.map((name, i) => element('span', {},
      element('span', {className: 'ib-key ' + name}), name + ' ',
      element('b', {textContent: at >= 0 && at !== null && data[i + 1][at] !== undefined ? text(data[i + 1][at]) : ''})));
    if (extra && this.state.events.length) {
      shown.push(element('span', {}, element('span', {className: 'ib-key ' + extra}), extra));
    }
    if (this.state.gaps.length) {
      shown.push(element('span', {}, element('span', {className: 'ib-key gap'}), 'lost'));
    }
    if (u.cursor.idx !== null && u.cursor.idx !== undefined && data[0][at] !== undefined) {
      shown.unshift(element('span', {textContent: 'step ' + whole(data[0][at])}));
    }
    box.replaceChildren(...shown);
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
    Object.assign(this.state, {gaps: [], events: [], step: null});
    this.update(null, null, [0, 1]);
  }
}
