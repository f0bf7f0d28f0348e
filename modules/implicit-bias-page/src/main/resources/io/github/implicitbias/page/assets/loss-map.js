// How large the loss of a single unit is over the plane of its weights.

import {colour} from './format.js';
import {contour, lossAt} from './piecewise.js';
import {Trace} from './vector.js';

const WORK = 2e6; // losses of single samples that one picture may cost
const LEVELS = [0.004, 0.02, 0.05, 0.1, 0.18, 0.28, 0.4, 0.53, 0.67, 0.82, 0.93]; // parts of the plane below the contours

/** The samples of a loss that is a function of the plane: that of one unit. All, or it is another loss. */
export function lossSamples({single, loss, slope, kind, samples, complete}) {
  const known = single && loss && slope !== null && kind !== 'directions' && complete;
  return known && samples.every((s) => s.target !== null) ? samples : [];
}

/** The losses on a grid of points `cell` pixels apart, row by row from the top left of the plot. */
export function lossGrid(scene, samples, scale, plot) {
  const width = plot.right - plot.left;
  const height = plot.bottom - plot.top;
  const cell = Math.max(3, Math.sqrt((width * height * samples.length) / WORK));
  const columns = Math.ceil(width / cell) + 1;
  const rows = Math.ceil(height / cell) + 1;
  const bias = scene.kind === 'inputs' ? scene.biasOf(0) : 0;
  return {cell, columns, rows, bias, values: () => {
    const values = new Float64Array(columns * rows);
    for (let r = 0; r < rows; r++) {
      const v = scale.toY(plot.top + r * cell);
      for (let c = 0; c < columns; c++) {
        values[r * columns + c] = lossAt(samples, scene.loss, scene.slope, bias, scale.toX(plot.left + c * cell), v);
      }
    }
    return values;
  }};
}

/** Levels with so large a part of the values below. */
export function levelsOf(values) {
  const sorted = Float64Array.from(values).sort();
  // Between two values: a contour through a corner of the grid would have gaps.
  const quantile = (part) => {
    const at = Math.floor(part * (sorted.length - 2));
    return (sorted[at] + sorted[at + 1]) / 2;
  };
  return [...new Set(LEVELS.map(quantile))];
}

export class LossMap {
  constructor() {
    this.cache = null;
  }

  /** Draws the map; returns what is drawn, null if the loss is no function of the plane. */
  draw(ctx, scene, scale, plot) {
    const samples = lossSamples(scene);
    if (samples.length === 0) return null;
    const grid = lossGrid(scene, samples, scale, plot);
    const {cell, columns, rows} = grid;
    const key = [columns, rows, grid.bias, scale.toX(0), scale.toY(0), scale.pixels, colour('c3'), samples.length, scene.run.id, scene.layer].join();
    if (!this.cache || this.cache.key !== key) {
      const values = grid.values();
      const levels = levelsOf(values);
      const lines = this.contours(values, levels, grid, plot);
      this.cache = {key, levels, values, lines, pixels: this.bands(values, columns, rows, levels)};
    }
    const {levels, values, lines, pixels} = this.cache;
    ctx.save();
    ctx.beginPath();
    ctx.rect(plot.left, plot.top, plot.right - plot.left, plot.bottom - plot.top);
    ctx.clip();
    ctx.drawImage(pixels, plot.left - cell / 2, plot.top - cell / 2, columns * cell, rows * cell);
    ctx.strokeStyle = colour('c3');
    ctx.lineWidth = 1;
    ctx.globalAlpha = 0.5;
    ctx.stroke(lines);
    ctx.restore();
    return {levels, columns, rows, cell, at: (c, r) => values[r * columns + c]};
  }

  contours(values, levels, {cell, columns, rows}, plot) {
    const lines = new Trace();
    for (const level of levels) {
      const pieces = contour(values, columns, rows, level);
      for (let k = 0; k < pieces.length; k += 4) {
        lines.moveTo(plot.left + pieces[k] * cell, plot.top + pieces[k + 1] * cell);
        lines.lineTo(plot.left + pieces[k + 2] * cell, plot.top + pieces[k + 3] * cell);
      }
    }
    return lines;
  }

  /** Strong where the loss is small. */
  bands(values, columns, rows, levels) {
    const canvas = new OffscreenCanvas(columns, rows);
    const ctx = canvas.getContext('2d');
    const image = ctx.createImageData(columns, rows);
    const n = parseInt(colour('c3').slice(1), 16);
    for (let i = 0; i < values.length; i++) {
      const below = levels.filter((level) => level < values[i]).length;
      image.data.set([n >> 16, (n >> 8) & 255, n & 255, 84 * (1 - below / levels.length)], 4 * i);
    }
    ctx.putImageData(image, 0, 0);
    return canvas;
  }
}
