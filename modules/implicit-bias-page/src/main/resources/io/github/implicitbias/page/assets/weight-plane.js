// Weight space: a point per unit with its path over the steps, plain or with the direction as angle
// and the logarithm of the norm as radius.

import {axes, diamond, dot, equalScale, halo, padded} from './drawing.js';
import {brief, colour, plural, tick, whole} from './format.js';
import {LossMap, lossSamples} from './loss-map.js';
import {Plane} from './plane.js';
import {extentOf, Plain, Polar} from './projection.js';
import {Trace} from './vector.js';

const RAYS = 200; // samples whose rays are drawn
const PATHS = 512; // units of a layer up to which paths are drawn

const NAMES = {inputs: ['w₁', 'w₂'], bias: ['w', 'b'], directions: ['v₁', 'v₂']};

export class WeightPlane extends Plane {
  constructor(page) {
    super(page, 'space');
    this.mode = 'plain';
    this.lossMap = new LossMap();
  }

  paint(ctx, plot) {
    const {scene} = this;
    const extent = extentOf(scene);
    const polar = this.mode === 'polar';
    this.drawnLoss = null;
    this.plot = plot;
    this.projection = polar ? new Polar(extent.norms, {...plot, left: 10}) : new Plain([extent.xs, extent.ys], plot, lossSamples(scene).length ? 0.3 : 0.08);
    ctx.save();
    if (polar) {
      this.rings(ctx);
    } else {
      this.drawnLoss = this.lossMap.draw(ctx, scene, this.projection.scale, plot);
      axes(ctx, this.projection.scale, plot, NAMES[scene.kind], tick);
      ctx.beginPath();
      ctx.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
      ctx.clip();
    }
    this.rays(ctx);
    this.paths(ctx);
    this.points(ctx);
    ctx.restore();
  }

  rings(ctx) {
    const p = this.projection;
    const [line, muted, soft, ink] = ['line', 'muted', 'soft', 'ink'].map(colour);
    dot(ctx, p.cx, p.cy, p.inner, soft);
    ctx.strokeStyle = line;
    for (const angle of [0, 1, 2, 3]) {
      const [c, s] = [Math.cos((angle * Math.PI) / 4), Math.sin((angle * Math.PI) / 4)];
      ctx.beginPath();
      ctx.moveTo(p.cx - p.outer * c, p.cy - p.outer * s);
      ctx.lineTo(p.cx + p.outer * c, p.cy + p.outer * s);
      ctx.globalAlpha = angle % 2 ? 0.6 : 1;
      ctx.stroke();
    }
    ctx.globalAlpha = 1;
    ctx.beginPath();
    ctx.arc(p.cx, p.cy, p.outer, 0, 2 * Math.PI);
    ctx.strokeStyle = muted;
    ctx.globalAlpha = 0.6;
    ctx.stroke();
    ctx.globalAlpha = 1;
    const rings = p.rings();
    const every = Math.ceil(rings.length / Math.max(2, (p.outer - p.inner) / 26));
    ctx.font = '10px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    this.labels = [];
    rings.forEach((norm, k) => {
      const r = p.radius(norm);
      ctx.lineWidth = 1;
      ctx.strokeStyle = line;
      ctx.beginPath();
      ctx.arc(p.cx, p.cy, r, 0, 2 * Math.PI);
      ctx.stroke();
      if ((rings.length - 1 - k) % every === 0) this.labels.push([brief(norm), p.cx + r * Math.cos(2.75), p.cy + r * Math.sin(2.75)]);
    });
    ctx.fillStyle = ink;
    ctx.font = 'italic 13px system-ui, sans-serif';
    const [x, y] = NAMES[this.scene.kind];
    ctx.textAlign = 'left';
    halo(ctx, x, p.cx + p.outer + 5, p.cy);
    ctx.textAlign = 'center';
    halo(ctx, y, p.cx, p.cy - p.outer - 8);
  }

  /** Whether a line through 0 separates the weights that switch a sample on from those that do not. */
  get separable() {
    const {kind, bias} = this.scene;
    return kind === 'bias' || (kind === 'inputs' && !bias);
  }

  rayed() {
    return this.separable ? this.scene.samples.filter((s) => s.x !== 0 || s.y !== 0).slice(0, RAYS) : [];
  }

  /** Both ends of the line on which a sample's product with the weights is 0. */
  ray({x, y}) {
    const long = Math.hypot(x, y);
    const [dx, dy] = [-y / long, x / long];
    const p = this.projection;
    if (p instanceof Polar) return [p.cx - p.outer * dx, p.cy + p.outer * dy, p.cx + p.outer * dx, p.cy - p.outer * dy];
    const far = 2 * Math.hypot(this.size.width, this.size.height) / p.scale.pixels;
    const middle = Math.hypot(p.scale.toX(this.size.width / 2), p.scale.toY(this.size.height / 2));
    return [...p.place(-(far + middle) * dx, -(far + middle) * dy), ...p.place((far + middle) * dx, (far + middle) * dy)];
  }

  /** Dashed: the borders of the activation regions; at the rim the directions of the samples. */
  rays(ctx) {
    const {scene, projection: p} = this;
    const rayed = this.rayed();
    this.drawnRays = rayed.map((s) => ({sample: s.sample, line: this.ray(s)}));
    ctx.lineWidth = 1;
    ctx.setLineDash([3, 4]);
    ctx.globalAlpha = rayed.length > 60 ? 0.4 : 0.75;
    rayed.forEach((s, k) => {
      const {line} = this.drawnRays[k];
      ctx.strokeStyle = scene.sampleColour(s.sample, s.target);
      ctx.beginPath();
      ctx.moveTo(line[0], line[1]);
      ctx.lineTo(line[2], line[3]);
      ctx.stroke();
      this.lines.push({kind: 'sample', number: s.sample, line});
    });
    ctx.setLineDash([]);
    ctx.globalAlpha = 1;
    if (!(p instanceof Polar)) return;
    ctx.lineWidth = 0.75;
    for (const s of scene.samples.slice(0, RAYS)) {
      const long = Math.hypot(s.x, s.y);
      if (!(long > 0)) continue;
      const [x, y] = [p.cx + (p.outer * s.x) / long, p.cy - (p.outer * s.y) / long];
      diamond(ctx, x, y, 4, scene.sampleColour(s.sample, s.target), colour('ink'));
      this.spots.push({kind: 'sample', number: s.sample, x, y, r: 4});
    }
    ctx.font = '10px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = colour('muted');
    for (const [text, x, y] of this.labels) halo(ctx, text, x, y);
  }

  /** The path of one unit of the series, and its records up to the step; null where it is broken. */
  path(i) {
    const {series} = this.scene;
    return series.steps.map((step, k) => {
      const [x, y, norm] = [series.x[k][i], series.y[k][i], series.norm[k][i]];
      return typeof x === 'number' && typeof y === 'number' && typeof norm === 'number' ? this.projection.place(x, y, norm) : null;
    });
  }

  paths(ctx) {
    const {scene} = this;
    this.drawnPaths = [];
    if (!scene.series || scene.units > PATHS) return;
    const {passed} = scene;
    const colours = new Map();
    scene.series.units.forEach((unit, i) => {
      if (unit >= scene.units || !scene.there(unit)) return;
      const points = this.path(i);
      this.drawnPaths.push({unit, points});
      const c = scene.unitColour(unit);
      if (!colours.has(c)) colours.set(c, [new Trace(), new Trace()]);
      const [whole, done] = colours.get(c);
      trace(whole, points);
      trace(done, [...points.slice(0, passed), this.placeOf(unit)]);
    });
    const crowd = Math.min(1, 40 / Math.max(1, this.drawnPaths.length));
    ctx.lineJoin = 'round';
    for (const [c, [whole, done]] of colours) {
      ctx.strokeStyle = c;
      ctx.lineWidth = 1;
      ctx.globalAlpha = 0.16 + 0.14 * crowd;
      ctx.stroke(whole);
      ctx.lineWidth = 0.8 + 0.8 * crowd;
      ctx.globalAlpha = 0.3 + 0.5 * crowd;
      ctx.stroke(done);
    }
    ctx.globalAlpha = 1;
  }

  placeOf(unit) {
    const {scene} = this;
    return this.projection.place(scene.x[unit], scene.y[unit], scene.norm[unit]);
  }

  points(ctx) {
    const {scene} = this;
    const most = scene.outgoing ? Math.max(scene.mostOutgoing || 0, ...scene.outgoing.filter((v) => v !== null)) : 0;
    const many = scene.units > 512;
    const found = [];
    for (let j = 0; j < scene.units; j++) {
      if (!scene.there(j)) continue;
      const [x, y] = this.placeOf(j);
      const part = most > 0 ? (scene.outgoing[j] || 0) / most : null;
      const r = part === null ? (scene.units === 1 ? 6.5 : many ? 2.5 : 4.5) : (many ? 1 : 2.5) + (many ? 3.5 : 7) * Math.sqrt(part);
      found.push({kind: 'unit', number: j, x, y, r});
    }
    const edge = many ? null : colour('card');
    ctx.lineWidth = 1;
    ctx.globalAlpha = many ? 0.5 : 0.9;
    for (const s of [...found].sort((p, q) => q.r - p.r)) {
      s.colour = scene.unitColour(s.number);
      dot(ctx, s.x, s.y, s.r, s.colour, edge);
    }
    ctx.globalAlpha = 1;
    this.spots.push(...found);
  }

  markOf(ctx, kind, number) {
    if (this.mode !== 'polar') {
      const {left, top, right, bottom} = this.plot;
      ctx.beginPath();
      ctx.rect(left, top, right - left, bottom - top);
      ctx.clip();
    }
    if (kind === 'unit') {
      const path = this.drawnPaths.find((p) => p.unit === number);
      if (path) {
        const line = new Trace();
        trace(line, path.points);
        ctx.lineWidth = 2;
        ctx.strokeStyle = this.scene.unitColour(number);
        ctx.stroke(line);
      }
      const spot = this.spot('unit', number);
      if (spot) {
        dot(ctx, spot.x, spot.y, spot.r, spot.colour);
        this.ring(ctx, spot);
      }
      return;
    }
    const ray = this.drawnRays.find((r) => r.sample === number);
    if (ray) {
      ctx.lineWidth = 2;
      ctx.setLineDash([6, 4]);
      ctx.beginPath();
      ctx.moveTo(ray.line[0], ray.line[1]);
      ctx.lineTo(ray.line[2], ray.line[3]);
      ctx.stroke();
      ctx.setLineDash([]);
    }
    const spot = this.spot('sample', number);
    if (spot) this.ring(ctx, spot);
  }

  describe() {
    const {scene} = this;
    const polar = this.mode === 'polar';
    const points = scene.units - scene.odd;
    const rays = this.drawnRays.length;
    const caption = [
      ...(scene.kind === 'directions' ? ['v₁, v₂: the first two ' + scene.space] : []),
      polar ? 'angle: direction of the weights; radius: their norm, logarithmic' + (this.spots.some((s) => s.kind === 'sample') ? '; at the rim: directions of the samples' : '')
        : this.drawnLoss ? 'deep colour: small loss' + (scene.kind === 'inputs' && scene.bias ? ' at the bias of this step' : '') : 'a point per unit',
      ...(rays ? ['dashed: across this line a sample is switched on or off' + (rays < scene.samples.length && rays === RAYS ? ' (the first ' + whole(rays) + ' samples)' : '')] : []),
      ...(this.drawnPaths.length ? ['strong: the path up to this step'] : scene.units > PATHS ? ['paths are left out: ' + plural(scene.units, 'unit')] : []),
      ...(scene.odd ? [plural(scene.odd, 'unit') + ' without finite weights not drawn'] : []),
    ].join(' · ');
    const heading = polar ? 'direction and magnitude' : this.drawnLoss ? 'loss in the regions of activation' : 'to scale';
    return {
      title: 'Weight space',
      heading,
      caption: caption[0].toUpperCase() + caption.slice(1),
      label: 'Weight space of ' + scene.layer + ' at step ' + scene.step + ', ' + heading + ': ' + plural(points, 'unit') + ' as points' +
        (this.drawnPaths.length ? ' with paths' : '') + (rays ? ', ' + whole(rays) + ' dashed lines of samples' : '') + '. Up and down keys go through the units.',
    };
  }

  get shown() {
    if (!this.scene || !this.projection || this.stale) return null;
    const p = this.projection;
    return {
      mode: this.mode,
      step: this.scene.step,
      points: this.spots.filter((s) => s.kind === 'unit').map(({number, x, y, r, colour: c}) => ({unit: number, x, y, r, colour: c})),
      scale: p instanceof Polar ? {cx: p.cx, cy: p.cy, inner: p.inner, outer: p.outer, low: p.low, high: p.high}
        : {x0: p.scale.x(0), y0: p.scale.y(0), pixels: p.scale.pixels},
      rays: this.drawnRays,
      paths: this.drawnPaths,
      loss: this.drawnLoss,
      millis: this.millis,
    };
  }
}

function trace(path, points) {
  let pen = false;
  for (const point of points) {
    if (point && pen) path.lineTo(point[0], point[1]);
    else if (point) path.moveTo(point[0], point[1]);
    pen = point !== null;
  }
}
