// Where weights lie in a picture: to scale, or with the direction as angle and the logarithm of the
// norm as radius.

import {equalScale, padded} from './drawing.js';

const DECADES = 12; // of the norm; what is smaller lies in the middle
const INNER = 0.13; // radius of the middle, as a part of the whole

/** Radius as the logarithm of the norm, angle as the direction. */
export class Polar {
  constructor([least, most], {left, top, right, bottom}) {
    const high = Math.log10(most);
    const low = Math.max(Math.log10(least), high - DECADES);
    const room = Math.max(0.06 * (high - low), 0.02);
    Object.assign(this, {low: low - room, high: high + room});
    this.cx = (left + right) / 2;
    this.cy = (top + bottom) / 2;
    this.outer = Math.min(right - left, bottom - top) / 2 - 14;
    this.inner = INNER * this.outer;
  }

  radius(norm) {
    if (!(norm > 0)) return 0;
    const part = (Math.log10(norm) - this.low) / (this.high - this.low);
    return part < 0 ? this.inner * 0.6 : this.inner + (this.outer - this.inner) * part;
  }

  place(x, y, norm) {
    const r = this.radius(norm);
    const long = Math.hypot(x, y);
    if (!(long > 0)) return [this.cx, this.cy];
    return [this.cx + (r * x) / long, this.cy - (r * y) / long];
  }

  /** Powers of ten; where there are less than two, also their doubles and fives. */
  rings() {
    const found = [];
    for (const multiples of [[1], [1, 2, 5]]) {
      found.length = 0;
      for (let k = Math.floor(this.low); k <= this.high; k++) {
        for (const m of multiples) {
          const at = k + Math.log10(m);
          if (at >= this.low && at <= this.high) found.push(Number(m + 'e' + k));
        }
      }
      if (found.length >= 2) break;
    }
    return found;
  }
}

/** The plane as it is, to scale. */
export class Plain {
  constructor([xs, ys], plot, room) {
    this.scale = equalScale(padded(...xs, room), padded(...ys, room), plot);
  }

  place(x, y) {
    return [this.scale.x(x), this.scale.y(y)];
  }
}

/** Least and greatest of coordinates and norms, over the run as far as the paths tell it. */
export function extentOf(scene) {
  const xs = [0, 0];
  const ys = [0, 0];
  const norms = [Infinity, 0];
  const take = (x, y, norm) => {
    if (typeof x !== 'number' || typeof y !== 'number') return;
    [xs[0], xs[1], ys[0], ys[1]] = [Math.min(xs[0], x), Math.max(xs[1], x), Math.min(ys[0], y), Math.max(ys[1], y)];
    if (norm > 0) [norms[0], norms[1]] = [Math.min(norms[0], norm), Math.max(norms[1], norm)];
  };
  const {series} = scene;
  if (series) series.x.forEach((row, k) => row.forEach((x, i) => take(x, series.y[k][i], series.norm[k][i])));
  for (let j = 0; j < scene.units; j++) if (scene.there(j)) take(scene.x[j], scene.y[j], scene.norm[j]);
  return {xs, ys, norms: norms[1] > 0 ? norms : [1, 1]};
}
