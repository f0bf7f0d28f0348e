// The frame of a chart of many runs: two axes with titles, linear, logarithmic, or a place per word.

import {ticks} from './drawing.js';
import {tick} from './format.js';
import {logSplits, stepOf} from './scales.js';
import {drawn} from './svg.js';
import {t} from './words.js';

const linear = (low, high, from, to) => (v) => from + ((v - low) / (high - low || 1)) * (to - from);

/**
 * An axis: where values lie between two pixels, and its labels.
 *
 * @param values numbers, or the words in their order
 * @param room pixels that a label needs
 */
export function axisOf(values, {log = false, words = false, from, to, room = 60, shown = null}) {
  if (words) {
    const at = linear(-0.6, values.length - 0.4, from, to);
    const place = new Map(values.map((value, k) => [value, at(k)]));
    return {at: (v) => place.get(v), labels: values.map((value, k) => [at(k), String(value)])};
  }
  let [low, high] = [Math.min(...values), Math.max(...values)];
  if (log) [low, high] = low < high ? [low / (high / low) ** 0.05, high * (high / low) ** 0.05] : [low / 2, high * 2];
  else [low, high] = low < high ? [low - 0.05 * (high - low), high + 0.05 * (high - low)] : [low - (Math.abs(low) * 0.1 || 1), high + (Math.abs(high) * 0.1 || 1)];
  const f = log ? Math.log : (v) => v;
  const scale = linear(f(low), f(high), from, to);
  const count = Math.max(2, Math.floor(Math.abs(to - from) / room));
  const splits = shown && shown.length <= count ? shown : log ? logSplits({over: {clientHeight: count * 26}}, 0, low, high) : ticks(low, high, count);
  const step = log ? 0 : stepOf(splits);
  return {at: (v) => scale(f(v)), labels: splits.map((v) => [scale(f(v)), tick(v, step)])};
}

export const withLog = (title, log) => title + (log ? ' ' + t('(log)') : '');

/**
 * An SVG with axes in a box: {svg, x, y, width, height, left, right, top, bottom}.
 *
 * @param x what axisOf wants to know of the values across, with a title
 * @param y the same upwards
 */
export function frame(box, x, y, {height = 330, right = 14, label}) {
  const width = Math.max(220, box.clientWidth);
  const [left, top, bottom] = [54, 26, height - 36];
  const svg = drawn('svg', {width, height, viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': label, class: 'ib-frame'});
  const across = axisOf(x.values, {...x, from: left, to: width - right, room: 56});
  const up = axisOf(y.values, {...y, from: bottom, to: top, room: 44});
  for (const [at, text] of up.labels) {
    svg.append(drawn('line', {class: 'grid', x1: left, x2: width - right, y1: at, y2: at}),
      drawn('text', {x: left - 6, y: at + 4, 'text-anchor': 'end'}, text));
  }
  svg.append(drawn('line', {class: 'axis', x1: left, x2: width - right, y1: bottom, y2: bottom}));
  for (const [at, text] of across.labels) {
    svg.append(drawn('line', {class: 'axis', x1: at, x2: at, y1: bottom, y2: bottom + 4}),
      drawn('text', {x: at, y: bottom + 16, 'text-anchor': 'middle'}, text));
  }
  svg.append(drawn('text', {class: 'title', x: 4, y: 12}, withLog(y.title, y.log)),
    drawn('text', {class: 'title', x: width - right, y: height - 4, 'text-anchor': 'end'}, withLog(x.title, x.log)));
  box.replaceChildren(svg);
  return {svg, x: across.at, y: up.at, width, height, left, right: width - right, top, bottom};
}

/** The path through points; a null ends a stretch. */
export function pathOf(points) {
  let d = '';
  let pen = false;
  for (const point of points) {
    if (point) d += (pen ? 'L' : 'M') + point[0].toFixed(1) + ' ' + point[1].toFixed(1);
    pen = point !== null;
  }
  return d;
}

/** A path that is a dot at each point. */
export const dotsOf = (points) => points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join('');
