// A pattern that is too large for its panel: means of blocks of cells, with a frame around the cells
// that are drawn exactly beside it.

import {blocksOf} from './classes.js';
import {classColour, colour, element, whole} from './format.js';
import {fillPixels, ramp} from './ramp.js';
import {t} from './words.js';

/** Cells that are drawn exactly: units and samples. */
export const EXACT = {units: 120, samples: 300};

const LEAST = {units: 12, samples: 30};
const BEGIN = {units: 48, samples: 120};
const MOST = {rows: 200, columns: 400};
const ROOM = {left: 46, top: 24, right: 62, bottom: 20};

/** Whether all cells can be drawn exactly. */
export const fits = (units, samples) => units <= EXACT.units && samples <= EXACT.samples;

const within = (v, low, high) => Math.max(low, Math.min(high, v));

/**
 * A frame moved and sized as far as the pattern goes.
 *
 * @param by {unit, sample, factor}: how far its corner moves, and by what its sides are multiplied
 */
export function moved(frame, {unit = 0, sample = 0, factor = 1}, all) {
  const units = within(Math.round(frame.units * factor), Math.min(LEAST.units, all.units), Math.min(EXACT.units, all.units));
  const samples = within(Math.round(frame.samples * factor), Math.min(LEAST.samples, all.samples), Math.min(EXACT.samples, all.samples));
  // The middle stays where it is.
  const from = (at, before, now, by, most) => within(Math.round(at + (before - now) / 2 + by), 0, most - now);
  return {
    unit: from(frame.unit, frame.units, units, unit, all.units),
    sample: from(frame.sample, frame.samples, samples, sample, all.samples),
    units,
    samples,
  };
}

/** The frame with the middle at a place. */
export const centred = (frame, unit, sample, all) =>
  moved(frame, {unit: unit - frame.unit - frame.units / 2, sample: sample - frame.sample - frame.samples / 2}, all);

/**
 * Means of blocks of a pattern in an order: row by row from 0 to 1.
 *
 * @return {rows, columns, means, profile}, profile being the mean of each row
 */
export function meansOf(pattern, {rows: units, columns: samples}) {
  const rows = Math.min(MOST.rows, units.length);
  const columns = Math.min(MOST.columns, samples.length);
  const bins = Int32Array.from(samples, (_, k) => Math.floor((k * columns) / samples.length));
  const sums = new Float64Array(rows * columns);
  const wide = new Float64Array(columns);
  for (const bin of bins) wide[bin]++;
  const high = new Float64Array(rows);
  units.forEach((unit, k) => {
    const row = Math.floor((k * rows) / units.length);
    high[row]++;
    const from = unit * pattern.stride;
    for (let i = 0; i < samples.length; i++) {
      const sample = samples[i];
      sums[row * columns + bins[i]] += (pattern.bits[from + (sample >> 3)] >> (sample & 7)) & 1;
    }
  });
  const profile = new Float64Array(rows);
  const means = sums.map((sum, k) => {
    const [row, column] = [Math.floor(k / columns), k % columns];
    profile[row] += sum / (high[row] * samples.length);
    return sum / (high[row] * wide[column]);
  });
  return {rows, columns, means, profile};
}

export class PatternOverview {
  /** @param changed called when the frame is another */
  constructor(changed) {
    this.changed = changed;
    this.canvas = element('canvas');
    this.over = element('canvas', {className: 'ib-overview-frame'});
    this.over.setAttribute('aria-hidden', 'true');
    this.canvas.setAttribute('role', 'img');
    this.element = element('div', {className: 'ib-overview', tabIndex: 0, hidden: true}, this.canvas, this.over);
    this.element.setAttribute('role', 'group');
    this.element.setAttribute('aria-label', t('Frame of the exact cells: arrow keys move it, + and − size it'));
    this.frame = null;
    this.element.addEventListener('keydown', (e) => this.key(e));
    this.element.addEventListener('pointerdown', (e) => {
      this.element.setPointerCapture(e.pointerId);
      this.go(e);
    });
    this.element.addEventListener('pointermove', (e) => { if (this.element.hasPointerCapture(e.pointerId)) this.go(e); });
  }

  /** Another layer or run: the frame begins at the first cells again. */
  forget() { this.frame = null; }

  get all() { return {units: this.orders.rows.length, samples: this.orders.columns.length}; }

  /** The part of the orders that is drawn exactly: all of it, if it fits. */
  part(pattern, orders) {
    this.orders = orders;
    if (fits(orders.rows.length, orders.columns.length)) {
      this.element.hidden = true;
      return orders;
    }
    this.frame = moved(this.frame ?? {unit: 0, sample: 0, ...BEGIN}, {}, this.all);
    const {unit, sample, units, samples} = this.frame;
    return {...orders, rows: orders.rows.slice(unit, unit + units), columns: orders.columns.slice(sample, sample + samples)};
  }

  show(pattern, orders, classes, height) {
    this.element.hidden = fits(orders.rows.length, orders.columns.length);
    if (this.element.hidden) return;
    this.element.style.height = height + 'px';
    const dpr = window.devicePixelRatio || 1;
    const [w, h] = [this.element.clientWidth, height];
    if (w < 120) return;
    for (const canvas of [this.canvas, this.over]) Object.assign(canvas, {width: Math.round(w * dpr), height: Math.round(h * dpr)});
    this.plot = {left: ROOM.left, top: ROOM.top, right: w - ROOM.right, bottom: h - ROOM.bottom};
    const found = meansOf(pattern, orders);
    const shades = ramp('share');
    const cells = document.createElement('canvas');
    fillPixels(cells, found.columns, found.rows, (x, y) => shades[Math.round(255 * found.means[y * found.columns + x])]);
    const ctx = this.canvas.getContext('2d');
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, w, h);
    ctx.imageSmoothingEnabled = false;
    const {left, top, right, bottom} = this.plot;
    ctx.drawImage(cells, left, top, right - left, bottom - top);
    this.found = found;
    this.margins(ctx, classes, found.profile);
    this.drawFrame();
    this.canvas.setAttribute('aria-label', t('Overview: {0} units, {1} samples, a cell is a mean', whole(this.all.units), whole(this.all.samples)));
  }

  /** Classes above, numbers at the sides, and how much of each row is on. */
  margins(ctx, classes, profile) {
    const {left, top, right, bottom} = this.plot;
    const {units, samples} = this.all;
    const x = (k) => left + ((right - left) * k) / samples;
    ctx.font = '11px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'middle';
    for (const [c, from, to] of blocksOf(this.orders.columns, classes)) {
      if (c < 0) continue;
      ctx.fillStyle = classColour(c);
      ctx.fillRect(x(from), top - 9, Math.max(1, x(to) - x(from) - 1), 6);
      ctx.fillStyle = colour('ink');
      if (x(to) - x(from) > 14) ctx.fillText(String(c), (x(from) + x(to)) / 2, top - 16);
    }
    const h = (bottom - top) / profile.length;
    ctx.fillStyle = colour('line2');
    profile.forEach((v, k) => ctx.fillRect(right + 8, top + k * h, 48 * v, Math.max(0.5, h)));
    ctx.fillStyle = colour('muted');
    ctx.textAlign = 'right';
    for (const part of [0, 0.5, 1]) ctx.fillText(whole(Math.round(units * part)), left - 6, top + (bottom - top) * part + (part === 0 ? 5 : part === 1 ? -5 : 0));
    ctx.textBaseline = 'top';
    ctx.fillText(whole(samples), right, bottom + 4);
    ctx.fillText('100 %', right + 60, bottom + 4);
    ctx.textAlign = 'left';
    ctx.fillText('0', left, bottom + 4);
  }

  drawFrame() {
    const {left, top, right, bottom} = this.plot;
    const {units, samples} = this.all;
    const dpr = window.devicePixelRatio || 1;
    const ctx = this.over.getContext('2d');
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, this.over.width, this.over.height);
    const {frame} = this;
    const box = [left + ((right - left) * frame.sample) / samples, top + ((bottom - top) * frame.unit) / units,
      ((right - left) * frame.samples) / samples, Math.max(3, ((bottom - top) * frame.units) / units)];
    for (const [shade, width] of [['card', 4], ['accent', 2]]) {
      ctx.strokeStyle = colour(shade);
      ctx.lineWidth = width;
      ctx.strokeRect(...box);
    }
  }

  go(e) {
    const box = this.element.getBoundingClientRect();
    const {left, top, right, bottom} = this.plot;
    const unit = ((e.clientY - box.top - top) / (bottom - top)) * this.all.units;
    const sample = ((e.clientX - box.left - left) / (right - left)) * this.all.samples;
    this.put(centred(this.frame, unit, sample, this.all));
  }

  key(e) {
    const {units, samples} = this.frame;
    const by = {
      ArrowLeft: {sample: -samples / 4}, ArrowRight: {sample: samples / 4}, ArrowUp: {unit: -units / 4}, ArrowDown: {unit: units / 4},
      '+': {factor: 0.75}, '-': {factor: 1 / 0.75}, '−': {factor: 1 / 0.75},
    }[e.key];
    if (!by || e.ctrlKey || e.metaKey || e.altKey) return;
    e.preventDefault();
    e.stopPropagation(); // on the page arrows go from step to step
    this.put(moved(this.frame, by, this.all));
  }

  /** Puts the frame where a unit or a sample is, if it is not in it. */
  reveal(unit, sample) {
    if (this.element.hidden || !this.frame) return false;
    const {frame, orders} = this;
    const [row, column] = [orders.rows.indexOf(unit), orders.columns.indexOf(sample)];
    const isIn = (at, from, many) => at < 0 || (at >= from && at < from + many);
    if (isIn(row, frame.unit, frame.units) && isIn(column, frame.sample, frame.samples)) return false;
    this.put(centred(frame, row < 0 ? frame.unit + frame.units / 2 : row, column < 0 ? frame.sample + frame.samples / 2 : column, this.all));
    return true;
  }

  put(frame) {
    if (String(Object.values(frame)) === String(Object.values(this.frame))) return;
    this.frame = frame;
    this.drawFrame();
    this.changed();
  }

  /** For the address. */
  get kept() { return this.frame && !this.element.hidden ? Object.values(this.frame).join('~') : null; }

  restore(text) {
    const numbers = text.split('~').map(Number);
    if (numbers.length !== 4 || !numbers.every((n) => Number.isInteger(n) && n >= 0)) return;
    const [unit, sample, units, samples] = numbers;
    this.frame = {unit, sample, units, samples};
  }
}
