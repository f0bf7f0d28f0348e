// Numbers of the epochs, as lines.

import {nameAxes, scaleOf} from './data-map.js';
import {axes, dot, padded} from './drawing.js';
import {colour, tick} from './format.js';
import {t} from './words.js';

const DOTS = 40; // epochs up to which each is a dot

/** Lines over the epochs, counted from 1. */
export function paintEpochs(ctx, width, height, epochs, lines, [low, high]) {
  const plot = {left: 46, top: 24, right: width - 12, bottom: height - 40};
  const at = epochs.epoch.map((e) => e + 1);
  const ends = at.length > 1 ? [at[0], at[at.length - 1]] : [at[0] - 1, at[0] + 1];
  const known = lines.flatMap(([name]) => epochs[name]).filter(Number.isFinite);
  const top = high === 1 ? 1 : known.reduce((a, b) => Math.max(a, b), -Infinity);
  const range = padded(known.reduce((a, b) => Math.min(a, b), Infinity), top, 0.08);
  const scale = scaleOf(padded(...ends, 0.02), [Math.max(low, range[0]), Math.min(high, range[1])], plot);
  axes(ctx, scale, plot, ['', ''], tick);
  nameAxes(ctx, plot, t('epoch'), '');
  for (const [name, shade] of lines) {
    const values = epochs[name];
    ctx.strokeStyle = colour(shade);
    ctx.lineWidth = 2;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    let pen = false;
    values.forEach((v, k) => {
      const there = Number.isFinite(v);
      if (there) ctx[pen ? 'lineTo' : 'moveTo'](scale.x(at[k]), scale.y(v));
      pen = there;
    });
    ctx.stroke();
    if (at.length <= DOTS) {
      values.forEach((v, k) => {
        if (Number.isFinite(v)) dot(ctx, scale.x(at[k]), scale.y(v), 2.75, colour(shade));
      });
    }
  }
}
