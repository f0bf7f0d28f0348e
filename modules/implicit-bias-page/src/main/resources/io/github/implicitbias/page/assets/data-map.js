// The map of the training samples: the mean of a measure against how much it changed, as a density,
// with single samples where there are few.

import {axes, dot, halo} from './drawing.js';
import {brief, classColour, colour, tick, whole} from './format.js';
import {ramp} from './ramp.js';
import {Sketch} from './sketch.js';
import {counted, t} from './words.js';

const FEW = 4; // samples of a cell up to which each is a point
const NEAR = 7; // pixels to the point that is meant

/** A scale of two axes with units of their own. */
export function scaleOf([x0, x1], [y0, y1], {left, top, right, bottom}) {
  return {
    x: (v) => left + ((v - x0) / (x1 - x0)) * (right - left),
    y: (v) => bottom - ((v - y0) / (y1 - y0)) * (bottom - top),
    toX: (px) => x0 + ((px - left) / (right - left)) * (x1 - x0),
    toY: (py) => y0 + ((bottom - py) / (bottom - top)) * (y1 - y0),
  };
}

/** Names of the axes outside of the plot, where nothing lies under them. */
export function nameAxes(ctx, plot, across, up) {
  ctx.fillStyle = colour('ink');
  ctx.font = '11px system-ui, sans-serif';
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(across, plot.right, plot.bottom + 36);
  ctx.textAlign = 'left';
  ctx.fillText(up, 2, 13);
}

/** A number from 0 to 1 that is always the same for a whole number: places of points in a cell. */
export function scattered(n) {
  let h = Math.imul(n ^ (n >>> 16), 0x45d9f3b);
  h = Math.imul(h ^ (h >>> 16), 0x45d9f3b);
  return ((h ^ (h >>> 16)) >>> 0) / 4294967296;
}

/** How dark a cell with so many samples is, from 40 to 255. */
export const darkness = (count, most) => Math.round(40 + (215 * Math.log(count / FEW)) / Math.log(Math.max(FEW + 1, most) / FEW));

/** How many samples there are per column and per row of cells. */
export function marginalsOf({cell, of, columns, rows}) {
  const across = new Array(columns).fill(0);
  const up = new Array(rows).fill(0);
  cell.forEach((k, n) => {
    across[k % columns] += of[n];
    up[Math.floor(k / columns)] += of[n];
  });
  return {across, up};
}

/** The cell at a place in the units of the axes; -1 outside. */
export function cellAt({across, up, columns, rows}, x, y) {
  const column = Math.floor(((x - across[0]) / (across[1] - across[0])) * columns);
  const row = Math.floor(((y - up[0]) / (up[1] - up[0])) * rows);
  const inside = (v, n) => v >= 0 && v < n;
  return inside(column, columns) && inside(row, rows) ? row * columns + column : -1;
}

export class DataMap {
  /** @param panel what is told of choices: choose(sample) */
  constructor(panel) {
    this.panel = panel;
    this.sketch = new Sketch(t('Data map'), 'ib-map');
    this.map = null;
    const {canvas} = this.sketch;
    canvas.addEventListener('mousemove', (e) => this.point(e));
    canvas.addEventListener('mouseleave', () => panel.tell(null));
    canvas.addEventListener('click', (e) => {
      const sample = this.sampleAt(e);
      if (sample !== null) panel.choose(sample);
    });
  }

  /**
   * @param map the answer of the server
   * @param listed samples with a ring around them: {sample, x, y}
   * @param chosen the one that is named, or null
   */
  show(map, listed, chosen) {
    Object.assign(this, {map, listed, chosen});
    this.counts = new Map(map.cell.map((k, n) => [k, map.of[n]]));
    this.most = map.of.reduce((a, b) => Math.max(a, b), 0);
    const what = map.measure === 'margin' ? t('mean margin') : t('mean confidence');
    this.sketch.show(map.count === 0 ? null : {
      label: t('Data map') + ': ' + counted(map.count, '{0} sample|{0} samples', whole(map.count)) + ', ' + what,
      paint: (ctx, w, h) => this.paint(ctx, w, h),
    });
    this.sketch.legend.replaceChildren(...this.panel.legendOfMap(map, FEW, this.most));
  }

  paint(ctx, width, height) {
    const {map} = this;
    const plot = {left: 46, top: 50, right: width - 58, bottom: height - 40};
    const scale = scaleOf(map.across, map.up, plot);
    Object.assign(this, {plot, scale});
    const isMargin = map.measure === 'margin';
    axes(ctx, scale, plot, ['', ''], tick);
    nameAxes(ctx, plot, isMargin ? t('deviation of the margin over the epochs') : t('deviation of the confidence'),
      isMargin ? t('mean margin') : t('mean confidence'));
    this.marginals(ctx, plot);
    if (isMargin && map.up[0] < 0 && map.up[1] > 0) this.zero(ctx, plot, scale.y(0));
    if (!map.points.all) this.cells(ctx, plot);
    this.points(ctx);
    this.words(ctx, plot, isMargin);
    for (const one of this.listed) this.ring(ctx, one);
    if (this.chosen) this.name(ctx, this.chosen);
  }

  cells(ctx, plot) {
    const {columns, rows, cell, of} = this.map;
    const [w, h] = [(plot.right - plot.left) / columns, (plot.bottom - plot.top) / rows];
    const shades = ramp('count');
    const told = new Set(this.map.points.sample.map((_, k) => cellAt(this.map, this.map.points.deviation[k], this.map.points.mean[k])));
    cell.forEach((k, n) => {
      const [x, y] = [plot.left + (k % columns) * w, plot.bottom - (Math.floor(k / columns) + 1) * h];
      if (of[n] >= FEW) {
        ctx.fillStyle = `rgb(${shades[darkness(of[n], this.most)].join(',')})`;
        ctx.fillRect(x, y, w + 0.3, h + 0.3);
      } else if (!told.has(k)) {
        // Too many to be told one by one: somewhere in their cell.
        for (let j = 0; j < of[n]; j++) dot(ctx, x + w * scattered(4 * k + j), y + h * scattered(4 * k + j + 1e6), 1.1, colour('muted'));
      }
    });
  }

  points(ctx) {
    const {points} = this.map;
    const [one, grey] = [points.all && this.panel.hasColours, colour('muted')];
    const r = !points.all ? 1.2 : points.sample.length > 500 ? 2 : 3.5;
    ctx.globalAlpha = points.all ? 0.8 : 1;
    points.sample.forEach((sample, k) => {
      dot(ctx, this.scale.x(points.deviation[k]), this.scale.y(points.mean[k]), r, one ? classColour(points.label[k]) : grey);
    });
    ctx.globalAlpha = 1;
  }

  marginals(ctx, plot) {
    const {across, up} = marginalsOf(this.map);
    const part = (v, all) => Math.log1p(v) / Math.log1p(Math.max(...all));
    const [w, h] = [(plot.right - plot.left) / across.length, (plot.bottom - plot.top) / up.length];
    ctx.fillStyle = colour('line2');
    across.forEach((v, k) => { if (v) ctx.fillRect(plot.left + k * w, plot.top - 4 - 24 * part(v, across), Math.max(1, w - 0.6), 24 * part(v, across)); });
    up.forEach((v, k) => { if (v) ctx.fillRect(plot.right + 4, plot.bottom - (k + 1) * h, 42 * part(v, up), Math.max(1, h - 0.6)); });
    ctx.fillStyle = colour('muted');
    ctx.font = '11px system-ui, sans-serif';
    ctx.textAlign = 'right';
    ctx.textBaseline = 'bottom';
    ctx.fillText(t('count (log)'), plot.right + 54, 13);
  }

  zero(ctx, plot, y) {
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 3]);
    ctx.beginPath();
    ctx.moveTo(plot.left, y);
    ctx.lineTo(plot.right, y);
    ctx.stroke();
    ctx.setLineDash([]);
    ctx.font = '11px system-ui, sans-serif';
    ctx.fillStyle = colour('muted');
    ctx.textAlign = 'right';
    ctx.textBaseline = 'top';
    halo(ctx, t('wrong more often than right'), plot.right - 4, y + 3);
  }

  words(ctx, plot, isMargin) {
    const at = (x, y) => [plot.left + x * (plot.right - plot.left), plot.top + y * (plot.bottom - plot.top)];
    ctx.font = '600 11px system-ui, sans-serif';
    ctx.fillStyle = colour('ink');
    ctx.textBaseline = 'middle';
    const words = [[t('easy'), 0.02, 0.04, 'left'], [t('hard to learn, or mislabelled'), 0.98, 0.96, 'right'],
      ...(isMargin ? [] : [[t('ambiguous'), 0.98, 0.5, 'right']])];
    for (const [text, x, y, align] of words) {
      ctx.textAlign = align;
      halo(ctx, text, ...at(x, y));
    }
  }

  ring(ctx, {x, y}) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1.5;
    ctx.beginPath();
    ctx.arc(this.scale.x(x), this.scale.y(y), 4, 0, 2 * Math.PI);
    ctx.stroke();
  }

  name(ctx, {id, x, y}) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return;
    const [px, py] = [this.scale.x(x), this.scale.y(y)];
    dot(ctx, px, py, 6, colour('accent'));
    ctx.font = '600 11px system-ui, sans-serif';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = colour('accent');
    const right = px > (this.plot.left + this.plot.right) / 2;
    ctx.textAlign = right ? 'right' : 'left';
    halo(ctx, '#' + id, px + (right ? -10 : 10), py);
  }

  placeOf(e) {
    const box = this.sketch.canvas.getBoundingClientRect();
    return [e.clientX - box.left, e.clientY - box.top];
  }

  /** The sample whose point is nearest, null if none is near. */
  sampleAt(e) {
    if (!this.scale) return null;
    const [px, py] = this.placeOf(e);
    const {points} = this.map;
    const all = [...points.sample.map((sample, k) => [sample, points.deviation[k], points.mean[k]]), ...this.listed.map(({sample, x, y}) => [sample, x, y])];
    let best = null;
    let least = NEAR;
    for (const [sample, x, y] of all) {
      const d = Math.hypot(this.scale.x(x) - px, this.scale.y(y) - py);
      if (d < least) [best, least] = [sample, d];
    }
    return best;
  }

  point(e) {
    if (!this.scale) return;
    const [px, py] = this.placeOf(e);
    const [x, y] = [this.scale.toX(px), this.scale.toY(py)];
    const count = this.counts.get(cellAt(this.map, x, y)) ?? 0;
    const sample = this.sampleAt(e);
    const lines = [];
    if (sample !== null) lines.push(t('sample {0}', whole(sample)));
    if (count > 0) lines.push(counted(count, '{0} sample here|{0} samples here', whole(count)));
    if (lines.length) lines.push(t('mean {0}, deviation {1}', brief(Number(y.toPrecision(3))), brief(Number(x.toPrecision(3)))));
    this.panel.tell(lines.length ? e : null, lines.join('\n'));
  }
}
