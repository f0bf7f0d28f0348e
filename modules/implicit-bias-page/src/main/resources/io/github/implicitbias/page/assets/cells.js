// An activation pattern as a picture: a cell per unit and sample, the classes of the samples above,
// the numbers of the units on the left, and on the right how many samples each is on for.

import {blocksOf} from './classes.js';
import {classColour, colour} from './format.js';
import {LABELS, markOf, packed, STATES} from './raster.js';

const STRIP = 8; // height of the strip of classes
const NAMES = 13; // height of the labels above it
const BARS = 64; // width of the bars of active support

/**
 * Where everything lies, in pixels of the canvas.
 *
 * @param wide pixels of the page that there are for it
 * @param large whether the window is very large
 */
export function layoutOf({units, samples}, {strip, wide, large, dpr}) {
  const room = Math.max(100, wide - LABELS - BARS) * dpr;
  const cellW = Math.max(1, Math.min(60 * dpr, room / samples));
  const cellH = Math.max(1, Math.min(Math.round((large ? 40 : 26) * dpr), Math.floor(((large ? 640 : 400) * dpr) / units)));
  const left = Math.round(LABELS * dpr);
  const top = strip ? Math.round((NAMES + STRIP + 4) * dpr) : 0;
  const x = (column) => left + Math.round(column * cellW); // cells fill the width: some are a pixel wider
  return {cellW, cellH, left, top, dpr, x, right: x(samples), width: x(samples) + Math.round(BARS * dpr), height: top + cellH * units};
}

export class Cells {
  constructor(canvas, over) {
    this.canvas = canvas;
    this.over = over; // for marks
    this.layout = null;
  }

  /** Shows or hides the picture. */
  set hidden(hidden) { this.canvas.hidden = this.over.hidden = hidden; }

  clear() { this.layout = null; }

  /** @param orders {rows, columns, support} of the pattern */
  draw(pattern, orders, classes, room) {
    const strip = classes.some((c) => c >= 0);
    const size = {units: orders.rows.length, samples: orders.columns.length};
    const layout = {...layoutOf(size, {...room, strip}), ...orders};
    Object.assign(this, {layout, pattern, grouped: room.grouped});
    const {width, height, dpr} = layout;
    for (const canvas of [this.canvas, this.over]) {
      if (canvas.width === Math.floor(width) && canvas.height === Math.floor(height)) continue;
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = width / dpr + 'px';
      canvas.style.height = height / dpr + 'px';
    }
    const ctx = this.canvas.getContext('2d');
    ctx.clearRect(0, 0, width, height);
    this.fill(ctx);
    this.lines(ctx);
    if (strip) this.strip(ctx, classes);
    this.margins(ctx);
  }

  /** Pixel by pixel, a row of units once and then copied down: fast, and every cell exact. */
  fill(ctx) {
    const {rows, columns, left, top, right, cellH, x} = this.layout;
    const area = this.area(ctx, Math.max(1, right - left), Math.max(1, cellH * rows.length));
    const pixels = new Uint32Array(area.data.buffer);
    const colours = Uint32Array.from(STATES, (name) => packed(colour(name)));
    const cells = new Int32Array(area.width);
    columns.forEach((sample, column) => cells.fill(sample, x(column) - left, x(column + 1) - left));
    rows.forEach((unit, y) => {
      const from = y * cellH * area.width;
      this.pattern.paint(unit, cells, colours, pixels, from);
      for (let line = 1; line < cellH; line++) pixels.copyWithin(from + line * area.width, from, from + area.width);
    });
    ctx.putImageData(area, left, top);
  }

  /** Pixels to draw into, the same as last time if they are as many. */
  area(ctx, width, height) {
    if (!this.pixels || this.pixels.width !== width || this.pixels.height !== height) {
      this.pixels = ctx.createImageData(width, height);
    }
    return this.pixels;
  }

  lines(ctx) {
    const {rows, columns, left, top, right, cellW, cellH, dpr, x} = this.layout;
    ctx.fillStyle = colour('card');
    const line = Math.max(1, Math.round(dpr));
    if (cellW >= 4 * dpr) {
      for (let column = 1; column < columns.length; column++) ctx.fillRect(x(column), top, line, cellH * rows.length);
    }
    if (cellH >= 5 * dpr) {
      for (let y = 1; y < rows.length; y++) ctx.fillRect(left, top + y * cellH, right - left, line);
    }
  }

  strip(ctx, classes) {
    const {columns, dpr, x} = this.layout;
    const none = colour('line');
    const shades = new Map();
    const shadeOf = (c) => {
      if (!shades.has(c)) shades.set(c, c < 0 ? none : classColour(c));
      return shades.get(c);
    };
    ctx.font = 11 * dpr + 'px system-ui, sans-serif';
    ctx.textAlign = 'center';
    ctx.textBaseline = 'bottom';
    for (const [c, from, to] of blocksOf(columns, classes)) {
      ctx.fillStyle = shadeOf(c);
      ctx.fillRect(x(from), Math.round(NAMES * dpr), x(to) - x(from), Math.round(STRIP * dpr));
      ctx.fillStyle = colour('muted');
      if (c >= 0 && ctx.measureText(String(c)).width + 4 * dpr <= x(to) - x(from)) ctx.fillText(String(c), (x(from) + x(to)) / 2, NAMES * dpr);
    }
  }

  /** Unit numbers on the left; on the right how many samples a unit is on for. */
  margins(ctx) {
    const {rows, support, dpr, left, top, cellH, right} = this.layout;
    const {samples} = this.pattern;
    const size = Math.min(11 * dpr, Math.max(cellH - 1, 8 * dpr));
    ctx.textBaseline = 'middle';
    const every = Math.max(1, Math.ceil((size + 3 * dpr) / cellH));
    const full = (BARS - 10) * dpr;
    const [muted, faint, dead, linear] = ['muted', 'line', 'dead', 'linear'].map(colour);
    rows.forEach((unit, y) => {
      const centre = top + (y + 0.5) * cellH;
      const mark = {dead, linear}[markOf(support[unit], samples, this.grouped)] || null;
      if (y % every === 0) {
        ctx.font = (mark ? '600 ' : '') + size + 'px system-ui, sans-serif';
        ctx.textAlign = 'right';
        ctx.fillStyle = mark || muted;
        ctx.fillText(String(unit), left - 12 * dpr, centre);
      }
      const thick = Math.max(1, Math.min(cellH - (cellH >= 4 ? 2 : 0), 10 * dpr));
      const at = Math.round(centre - thick / 2);
      if (mark) this.sign(ctx, mark, mark === linear, left - 6 * dpr, centre, Math.min(3 * dpr, thick / 2));
      ctx.fillStyle = faint;
      ctx.fillRect(right + 8 * dpr, at, full, Math.round(thick));
      ctx.fillStyle = mark || muted;
      ctx.fillRect(right + 8 * dpr, at, (full * support[unit]) / samples, Math.round(thick));
    });
  }

  /** A cross for dead, a filled box for linear: the colour is not the only sign. */
  sign(ctx, mark, linear, x, y, r) {
    const {dpr} = this.layout;
    ctx.fillStyle = ctx.strokeStyle = mark;
    if (linear || r < 2 * dpr) {
      ctx.fillRect(x - r, y - r, 2 * r, Math.max(1, 2 * r));
      return;
    }
    ctx.lineWidth = 1.5 * dpr;
    ctx.beginPath();
    ctx.moveTo(x - r, y - r);
    ctx.lineTo(x + r, y + r);
    ctx.moveTo(x + r, y - r);
    ctx.lineTo(x - r, y + r);
    ctx.stroke();
  }

  /** Lines around the row and the column that are marked. */
  mark(store) {
    const g = this.layout;
    if (!g) return;
    const ctx = this.over.getContext('2d');
    ctx.clearRect(0, 0, this.over.width, this.over.height);
    ctx.strokeStyle = colour('ink');
    const unit = (number) => {
      const y = g.rows.indexOf(number);
      if (y >= 0) ctx.strokeRect(g.left - 1, g.top + y * g.cellH - 0.5, g.right - g.left + 2, Math.max(2, g.cellH) + 1);
    };
    const sample = (number) => {
      const x = g.columns.indexOf(number);
      if (x >= 0) ctx.strokeRect(g.x(x) - 0.5, 0.5, Math.max(2, g.x(x + 1) - g.x(x)) + 1, this.over.height - 1);
    };
    for (const [pointed, chosen, draw] of [['unit', 'chosenUnit', unit], ['sample', 'chosenSample', sample]]) {
      ctx.lineWidth = 2 * g.dpr;
      ctx.globalAlpha = 1;
      if (store.get(chosen) !== null) draw(store.get(chosen));
      ctx.lineWidth = 1.5 * g.dpr;
      ctx.globalAlpha = 0.7;
      if (store.get(pointed) !== null) draw(store.get(pointed));
    }
  }

  /** What lies at a place of the canvas: a unit, a sample, or both; null for neither. */
  at(e) {
    const g = this.layout;
    if (!g) return null;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((e.clientX - box.left) * g.dpr - g.left) / g.cellW);
    const y = Math.floor(((e.clientY - box.top) * g.dpr - g.top) / g.cellH);
    const unit = y >= 0 && y < g.rows.length ? g.rows[y] : null;
    const sample = x >= 0 && x < g.columns.length ? g.columns[x] : null;
    return {unit, sample: y < g.rows.length ? sample : null};
  }

  /** The picture to take away: the cells as an image, the margins as they are drawn. */
  figure(title, legend) {
    const {dpr, left, right} = this.layout;
    const {width, height} = this.canvas;
    return {title, width: width / dpr, height: height / dpr, legend, draw: (ctx) => {
      ctx.save();
      ctx.scale(1 / dpr, 1 / dpr);
      ctx.drawImage(this.canvas, left, 0, right - left, height, left, 0, right - left, height);
      this.margins(ctx);
      ctx.restore();
    }};
  }

  /** The place of every cell, for tests. */
  get shown() {
    if (!this.layout) return null;
    const {cellW, cellH, left, top, rows, columns, dpr, x} = this.layout;
    return {cellW, cellH, left, top, rows, columns, dpr, x};
  }
}
