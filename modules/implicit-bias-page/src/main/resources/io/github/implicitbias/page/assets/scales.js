// The value axis of a chart: where it begins and ends, and where its lines lie.

import {ticks} from './drawing.js';
import {colour} from './format.js';

const GRID = {stroke: () => colour('line'), width: 1};
const FONT = '11px system-ui, sans-serif';

/** Distances between lines for numbers that are whole. */
export const WHOLE = [1, 2, 5].flatMap((m) => Array.from({length: 12}, (_, e) => m * 10 ** e)).sort((a, b) => a - b);

/** From the largest digit below to the smallest digit above: 0.0037 to 1.6 becomes 0.003 to 2. */
export function decades(u, min, max) {
  if (min === null || max === null || min <= 0) return [0.1, 1];
  const unit = (v) => 10 ** Math.floor(Math.log10(v));
  const low = Math.floor(min / unit(min) + 1e-9) * unit(min);
  const high = Math.ceil(max / unit(max) - 1e-9) * unit(max);
  return low < high ? [low, high] : [low / 2, high * 2];
}

/** Lines at powers of ten, as many as fit; where at most one is in sight, at 1, 2 and 5 times one. */
export function logSplits(u, index, min, max) {
  const low = Math.floor(Math.log10(min) + 1e-9);
  const high = Math.ceil(Math.log10(max) - 1e-9);
  const within = (v) => v >= min * (1 - 1e-9) && v <= max * (1 + 1e-9);
  const exponents = Array.from({length: high - low + 1}, (_, k) => low + k);
  const powers = exponents.filter((k) => within(Number('1e' + k)));
  if (powers.length < 2) {
    const fine = exponents.flatMap((k) => [1, 2, 5].map((m) => Number(m + 'e' + k))).filter(within);
    return fine.length > 1 ? fine : ticks(min, max, 3);
  }
  const every = Math.ceil(powers.length / Math.max(2, Math.floor((u.over?.clientHeight || 100) / 26)));
  return powers.filter((k) => k % every === 0).map((k) => Number('1e' + k));
}

/** Lines at round numbers, at least two of them; at whole numbers where only these occur. */
export function linearSplits(min, max, height, counting) {
  const count = Math.max(2, Math.floor(height / 34));
  if (!counting) return ticks(min, max, count);
  let at = WHOLE.findIndex((s) => (max - min) / s <= count);
  if (at < 0) at = WHOLE.length - 1;
  while (at > 0 && multiples(WHOLE[at], min, max).length < 2) at--;
  return multiples(WHOLE[at], min, max);
}

function multiples(step, min, max) {
  const found = [];
  for (let v = Math.ceil(min / step - 1e-9) * step; v <= max + 1e-9 * step; v += step) found.push(v + 0); // not -0
  return found;
}

/** The distance between the lines of an axis. */
export const stepOf = (splits) => (splits.length > 1 ? splits[1] - splits[0] : 0);

/** Shares of a whole have a little room, and none below 0 or above 1. */
export function shares(u, min, max) {
  if (min === null || max === null) return [0, 1];
  const room = Math.max((max - min) * 0.08, 0.005);
  return [Math.max(0, min - room), Math.min(1, max + room)];
}

/** A flat line in the middle of its chart, everything else with a little room. */
export function linear(u, min, max) {
  if (min === null || max === null) return [0, 1];
  if (max - min <= 1e-12 * Math.max(Math.abs(min), Math.abs(max))) {
    const room = Math.abs(min) * 0.1 || 1;
    return [min - room, max + room];
  }
  const room = (max - min) * 0.06;
  return [min >= 0 && min - room < 0 ? 0 : min - room, max + room];
}

/**
 * What is said of some values: `negative` if any is, `counting` if all are whole, and `wide` if they
 * are best seen on a logarithmic scale.
 */
export function described(values) {
  const negative = values.some((v) => v < 0);
  const positive = values.filter((v) => v > 0);
  return {
    negative,
    counting: values.length > 0 && values.every(Number.isInteger),
    // A zero now and then may fall off the edge; a line of zeros may not.
    wide: !negative && positive.length > 0.9 * values.length &&
      positive.reduce((a, b) => Math.max(a, b), 0) > 200 * positive.reduce((a, b) => Math.min(a, b), Infinity),
  };
}

const PLAIN = 1e15; // numbers up to this, and down to its reciprocal, are drawn as they are

/** The unit in which numbers are drawn: uPlot has no ticks for those that are very large or very small. */
export function unitOf(values) {
  const most = values.reduce((a, v) => Math.max(a, Math.abs(v)), 0);
  return most > PLAIN || (most > 0 && most < 1 / PLAIN) ? 10 ** Math.floor(Math.log10(most)) : 1;
}

/** What uPlot wants to know of an axis, with the looks of all our axes. */
export function axisLook(more) {
  return {
    stroke: () => colour('muted'),
    font: FONT,
    grid: GRID,
    ticks: {stroke: () => colour('line'), width: 1, size: 4},
    ...more,
  };
}

/** The widest label decides the width of the axis. */
export function axisWidth(u, labels, index, cycle) {
  if (cycle > 1) return u.axes[index]._size;
  u.ctx.save();
  u.ctx.font = FONT;
  const widths = (labels || []).map((text) => (text ? u.ctx.measureText(text).width : 0));
  u.ctx.restore();
  return Math.ceil(Math.max(26, ...widths) + 14);
}
