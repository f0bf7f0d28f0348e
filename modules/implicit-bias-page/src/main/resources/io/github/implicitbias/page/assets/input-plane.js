// Input space: the data, the lines on which units switch, and what the network computes.

import {axes, diamond, equalScale, padded} from './drawing.js';
import {brief, colour, plural, tick, whole} from './format.js';
import {contour, onGrid} from './piecewise.js';
import {Plane} from './plane.js';
import {Trace} from './vector.js';

const LINES = 1000; // units whose lines are drawn
const CELL = 4; // pixels
const SIDES = ['k0', 'k1']; // below and above the middle: the colours of the classes 0 and 1

/** The part of the line w1 x + w2 y + b = 0 inside a box, as x1, y1, x2, y2; null if there is none. */
function clip(w1, w2, b, [x0, x1], [y0, y1]) {
  const long = Math.hypot(w1, w2);
  if (!(long > 0)) return null;
  const [nx, ny] = [w1 / long, w2 / long];
  const [px, py] = [-(b / long) * nx, -(b / long) * ny];
  let [from, to] = [-Infinity, Infinity];
  for (const [at, way, low, high] of [[px, -ny, x0, x1], [py, nx, y0, y1]]) {
    if (way === 0) {
      if (at < low || at > high) return null;
      continue;
    }
    const [s, t] = [(low - at) / way, (high - at) / way];
    from = Math.max(from, Math.min(s, t));
    to = Math.min(to, Math.max(s, t));
  }
  return from < to ? [px - from * ny, py + from * nx, px - to * ny, py + to * nx] : null;
}

export class InputPlane extends Plane {
  constructor(page) {
    super(page, 'input');
  }

  fits(scene) {
    return scene.kind !== 'bias' && scene.samples.length > 0;
  }

  paint(ctx, plot) {
    const {scene} = this;
    const of = (name) => scene.samples.map((s) => s[name]);
    const range = (values) => padded(values.reduce((p, v) => Math.min(p, v), Infinity), values.reduce((p, v) => Math.max(p, v), -Infinity), 0.15);
    this.scale = equalScale(range(of('x')), range(of('y')), plot);
    ctx.save();
    ctx.beginPath();
    ctx.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
    ctx.clip();
    this.level(ctx, plot);
    ctx.restore();
    axes(ctx, this.scale, plot, scene.kind === 'inputs' ? ['x₁', 'x₂'] : ['v₁', 'v₂'], tick);
    ctx.save();
    ctx.beginPath();
    ctx.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
    ctx.clip();
    this.switches(ctx, plot);
    this.data(ctx);
    ctx.restore();
  }

  /** What the network computes: its side as colour, its size as strength, the border as a line. */
  level(ctx, plot) {
    const {scene, scale} = this;
    this.drawnLevel = null;
    if (!scene.isFunction) return;
    const columns = Math.ceil((plot.right - plot.left) / CELL) + 1;
    const rows = Math.ceil((plot.bottom - plot.top) / CELL) + 1;
    const dx = CELL / scale.pixels;
    const {net, middle} = scene;
    const grid = {x: scale.toX(plot.left), y: scale.toY(plot.top), dx, dy: -dx, columns, rows};
    const values = onGrid(net, grid);
    const flat = 1e-12 * values.reduce((p, v) => Math.max(p, Math.abs(v)), 0); // what is 0 but for rounding
    const target = Math.max(...scene.samples.map((s) => Math.abs((s.target ?? 0) - middle)).slice(0, 10000));
    const full = target > 0 ? target : 1;
    const canvas = new OffscreenCanvas(columns, rows);
    const pen = canvas.getContext('2d');
    const image = pen.createImageData(columns, rows);
    const sides = SIDES.map((name) => parseInt(colour(name).slice(1), 16));
    const {data} = image;
    for (let i = 0; i < values.length; i++) {
      if (Math.abs(values[i] - middle) <= flat) values[i] = middle;
      const v = values[i] - middle;
      const n = sides[v > 0 ? 1 : 0];
      data[4 * i] = n >> 16;
      data[4 * i + 1] = (n >> 8) & 255;
      data[4 * i + 2] = n & 255;
      data[4 * i + 3] = v === 0 ? 0 : 10 + 58 * Math.min(1, Math.abs(v) / full);
    }
    pen.putImageData(image, 0, 0);
    ctx.drawImage(canvas, plot.left - CELL / 2, plot.top - CELL / 2, columns * CELL, rows * CELL);
    const pieces = contour(values, columns, rows, middle);
    const border = new Trace();
    for (let k = 0; k < pieces.length; k += 4) {
      border.moveTo(plot.left + pieces[k] * CELL, plot.top + pieces[k + 1] * CELL);
      border.lineTo(plot.left + pieces[k + 2] * CELL, plot.top + pieces[k + 3] * CELL);
    }
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1.5;
    ctx.globalAlpha = 0.8;
    ctx.stroke(border);
    ctx.globalAlpha = 1;
    this.drawnLevel = {...grid, middle, border: pieces.length / 4, at: (c, r) => values[r * columns + c]};
  }

  /** Per unit the line on which it switches, with a small tick on the side where it is on. */
  switches(ctx, plot) {
    const {scene, scale} = this;
    this.drawnLines = [];
    if (scene.kind !== 'inputs') return;
    const xs = [scale.toX(plot.left), scale.toX(plot.right)];
    const ys = [scale.toY(plot.bottom), scale.toY(plot.top)];
    const strength = (j) => scene.norm[j] * (scene.outgoing ? scene.outgoing[j] ?? 0 : 1);
    const units = Array.from({length: scene.units}, (_, j) => j).filter((j) => scene.there(j)).sort((i, j) => strength(j) - strength(i));
    const most = units.length ? strength(units[0]) : 0;
    for (const j of units.slice(0, LINES)) {
      const found = clip(scene.x[j], scene.y[j], scene.biasOf(j), xs, ys);
      if (!found) continue;
      const line = [scale.x(found[0]), scale.y(found[1]), scale.x(found[2]), scale.y(found[3])];
      const way = [scene.x[j] / scene.norm[j], -scene.y[j] / scene.norm[j]];
      this.drawnLines.push({unit: j, line, way, part: most > 0 ? strength(j) / most : 1});
      this.lines.push({kind: 'unit', number: j, line});
    }
    const crowd = Math.min(1, Math.sqrt(50 / Math.max(1, this.drawnLines.length)));
    this.left = units.length - Math.min(units.length, LINES);
    for (const l of [...this.drawnLines].reverse()) {
      ctx.strokeStyle = scene.unitColour(l.unit);
      ctx.globalAlpha = (0.15 + 0.75 * l.part) * crowd;
      ctx.lineWidth = 0.7 + 1.3 * l.part * crowd;
      this.line(ctx, l, 3 + 4 * crowd);
    }
    ctx.globalAlpha = 1;
  }

  line(ctx, {line: [x1, y1, x2, y2], way}, tooth = 7) {
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    // Off the middle: of lines through one point the ticks would lie on each other.
    for (const part of [0.22, 0.78]) {
      const [x, y] = [x1 + part * (x2 - x1), y1 + part * (y2 - y1)];
      ctx.moveTo(x, y);
      ctx.lineTo(x + tooth * way[0], y + tooth * way[1]);
    }
    ctx.stroke();
  }

  data(ctx) {
    const {scene, scale} = this;
    const r = scene.samples.length > 2000 ? 1.5 : scene.samples.length > 300 ? 3 : 5;
    const edge = r > 2 ? colour('ink') : null;
    ctx.lineWidth = 0.75;
    for (const s of scene.samples) {
      const spot = {kind: 'sample', number: s.sample, x: scale.x(s.x), y: scale.y(s.y), r};
      diamond(ctx, spot.x, spot.y, r, scene.sampleColour(s.sample, s.target), edge);
      this.spots.push(spot);
    }
  }

  markOf(ctx, kind, number) {
    if (kind === 'sample') {
      const spot = this.spot('sample', number);
      if (spot) this.ring(ctx, spot);
      return;
    }
    const line = this.drawnLines.find((l) => l.unit === number);
    if (!line) return;
    ctx.strokeStyle = colour('card');
    ctx.lineWidth = 6;
    this.line(ctx, line);
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 2.5;
    this.line(ctx, line);
  }

  describe() {
    const {scene} = this;
    const plane = scene.kind === 'inputs';
    const lines = this.drawnLines.length;
    const caption = [
      'diamonds: ' + (scene.complete ? 'samples' : whole(scene.samples.length) + ' of ' + plural(scene.run.samples.count, 'sample')),
      ...(plane ? ['a line per unit: it is on towards the small ticks; strong: large |a|·‖w‖' + (scene.outgoing ? '' : ', here ‖w‖')] : []),
      ...(this.left > 0 ? ['the ' + whole(LINES) + ' strongest of ' + plural(this.left + LINES, 'unit')] : []),
      ...(this.drawnLevel ? ['in the colour of class 1: the network is above ' + brief(this.drawnLevel.middle) + ', of class 0: below' + (this.drawnLevel.border ? ', the line between' : '')] : []),
    ].join(' · ');
    return {
      title: plane ? 'Input space' : 'Data',
      heading: plane ? (this.drawnLevel ? 'data, switching lines and learned function' : 'data and switching lines') : 'in the same plane',
      caption: caption[0].toUpperCase() + caption.slice(1),
      label: (plane ? 'Input space' : 'Inputs in the plane of weight space') + ' at step ' + scene.step + ': ' + plural(scene.samples.length, 'sample') +
        (plane ? ', ' + plural(lines, 'line') + ' on which units switch' : '') + (this.drawnLevel ? ', the sign of the network as colour' : '') +
        '. Up and down keys go through the units.',
    };
  }

  get shown() {
    if (!this.scene || !this.scale || this.stale || this.element.hidden) return null;
    return {
      step: this.scene.step,
      scale: {x0: this.scale.x(0), y0: this.scale.y(0), pixels: this.scale.pixels},
      points: this.spots.map(({number, x, y}) => ({sample: number, x, y})),
      lines: this.drawnLines,
      level: this.drawnLevel,
      millis: this.millis,
    };
  }
}
