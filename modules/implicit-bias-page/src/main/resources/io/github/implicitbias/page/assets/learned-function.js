// The function of one input that a network computes, with the kinks its units make, and the data.

import {axes, diamond, dot, padded} from './drawing.js';
import {brief, colour, plural, tick} from './format.js';
import {cornersOf} from './piecewise.js';
import {Plane} from './plane.js';

const BEYOND = 0.2; // of the range of the data, on both sides
const OVER = 1; // of the range of the targets: how far the picture follows the function

export class LearnedFunction extends Plane {
  constructor(page) {
    super(page, 'function');
  }

  fits(scene) {
    return scene.kind === 'bias' && scene.isFunction && scene.samples.length > 0;
  }

  paint(ctx, plot) {
    const {scene} = this;
    const of = (name) => scene.samples.map((s) => s[name]).filter((v) => v !== null);
    const least = (values) => values.reduce((p, v) => Math.min(p, v), Infinity);
    const most = (values) => values.reduce((p, v) => Math.max(p, v), -Infinity);
    const xs = padded(least(of('x')), most(of('x')), BEYOND);
    const {net} = scene;
    this.corners = cornersOf(net, xs[0], xs[1]);
    const targets = of('target').length ? [least(of('target')), most(of('target'))] : [least(this.corners.y), most(this.corners.y)];
    const span = targets[1] - targets[0] || Math.abs(targets[1]) || 1;
    const ys = padded(
      Math.min(targets[0], Math.max(least(this.corners.y), targets[0] - OVER * span)),
      Math.max(targets[1], Math.min(most(this.corners.y), targets[1] + OVER * span)), 0.12);
    const [kx, ky] = [(plot.right - plot.left) / (xs[1] - xs[0]), (plot.bottom - plot.top) / (ys[1] - ys[0])];
    this.scale = {
      x: (v) => plot.left + (v - xs[0]) * kx, y: (v) => plot.bottom - (v - ys[0]) * ky,
      toX: (px) => xs[0] + (px - plot.left) / kx, toY: (py) => ys[0] + (plot.bottom - py) / ky,
    };
    axes(ctx, this.scale, plot, ['x', 'f(x)'], tick);
    ctx.save();
    ctx.beginPath();
    ctx.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
    ctx.clip();
    this.data(ctx);
    ctx.beginPath();
    this.corners.x.forEach((x, k) => ctx[k ? 'lineTo' : 'moveTo'](this.scale.x(x), this.scale.y(this.corners.y[k])));
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 2;
    ctx.lineJoin = 'round';
    ctx.stroke();
    this.kinks(ctx, net);
    ctx.restore();
  }

  kinks(ctx, net) {
    const {scene, scale} = this;
    const {kinks} = this.corners;
    const most = kinks.reduce((p, k) => Math.max(p, k.size), 0);
    const edge = colour('card');
    const found = kinks.map((k) => ({
      kind: 'unit', number: net.units[k.unit], x: scale.x(k.x), y: scale.y(k.y),
      r: 2 + 5.5 * Math.sqrt(most > 0 ? k.size / most : 0),
    }));
    ctx.lineWidth = 1;
    for (const s of [...found].sort((p, q) => q.r - p.r)) {
      s.colour = scene.unitColour(s.number);
      dot(ctx, s.x, s.y, s.r, s.colour, edge);
    }
    this.spots.push(...found);
  }

  data(ctx) {
    const {scene, scale} = this;
    const r = scene.samples.length > 300 ? 3 : 5.5;
    ctx.lineWidth = 0.75;
    for (const s of scene.samples) {
      if (s.target === null) continue;
      const spot = {kind: 'sample', number: s.sample, x: scale.x(s.x), y: scale.y(s.target), r};
      const c = scene.run.samples.classes[s.sample] ?? -1;
      diamond(ctx, spot.x, spot.y, r, c >= 0 ? scene.sampleColour(s.sample, s.target) : colour('score'), colour('ink'));
      this.spots.push(spot);
    }
  }

  markOf(ctx, kind, number) {
    const spot = this.spot(kind, number);
    if (!spot) return;
    if (kind === 'unit') {
      ctx.setLineDash([2, 3]);
      ctx.lineWidth = 1;
      ctx.beginPath();
      ctx.moveTo(spot.x, 8);
      ctx.lineTo(spot.x, this.size.height - 24);
      ctx.stroke();
      ctx.setLineDash([]);
      dot(ctx, spot.x, spot.y, spot.r, spot.colour);
    }
    this.ring(ctx, spot);
  }

  describe() {
    const {scene} = this;
    const kinks = this.corners.kinks.length;
    const outside = this.scene.units - this.scene.odd - kinks;
    return {
      title: 'Learned function',
      heading: 'and its kinks',
      caption: 'Diamonds: samples · a kink per unit at −b/w, its size |a·w|' +
        (outside > 0 ? ' · ' + plural(outside, 'unit') + ' with ' + (outside === 1 ? 'its kink' : 'kinks') + ' outside this range or none' : ''),
      label: 'Learned function at step ' + scene.step + ' from ' + brief(this.corners.x[0]) + ' to ' + brief(this.corners.x[this.corners.x.length - 1]) +
        ': ' + plural(kinks, 'kink') + ', ' + plural(scene.samples.length, 'sample') + '. Up and down keys go through the units.',
    };
  }

  get shown() {
    if (!this.scene || !this.corners || this.stale || this.element.hidden) return null;
    const {x, y, kinks} = this.corners;
    const {net} = this.scene;
    const [x0, y0] = [this.scale.x(0), this.scale.y(0)];
    return {
      step: this.scene.step,
      corners: x.map((v, k) => [v, y[k]]),
      kinks: kinks.map((k) => ({unit: net.units[k.unit], x: k.x, y: k.y, size: k.size})),
      scale: {x0, y0, perX: this.scale.x(1) - x0, perY: this.scale.y(1) - y0},
      points: this.spots.map(({kind, number, x: px, y: py}) => ({kind, number, x: px, y: py})),
      millis: this.millis,
    };
  }
}
