// Drawing on planes with two axes: round numbers, scales, grids, points.

import {colour} from './format.js';

/** Round numbers in a range, about so many. */
export function ticks(low, high, count) {
  const span = high - low;
  if (!(span > 0) || !Number.isFinite(span)) return [];
  const rough = span / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(rough));
  const steps = [10, 5, 2, 1, 0.5, 0.2, 0.1].map((m) => m * power);
  // An axis with one number on it says nothing of its scale.
  const wanted = steps.filter((s) => s >= rough * 0.999).length - 1;
  for (let k = wanted; ; k++) {
    const found = multiples(steps[k], low, high, span);
    if (found.length > 1 || k === steps.length - 1) return found;
  }
}

function multiples(step, low, high, span) {
  const found = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + 1e-9 * span; k++) found.push(k * step);
  found.step = step;
  return found;
}

/** A range with room at both sides; one of no width gets some. */
export function padded(low, high, part) {
  if (!(low <= high)) return [-1, 1];
  const room = high > low ? (high - low) * part : Math.abs(low) * 0.5 || 1;
  return [low - room, high + room];
}

/** The scale of a plane whose two axes have the same unit: as large as fits, in the middle. */
export function equalScale([x0, x1], [y0, y1], {left, top, right, bottom}) {
  const pixels = Math.min((right - left) / (x1 - x0), (bottom - top) / (y1 - y0));
  const cx = (left + right) / 2 - ((x0 + x1) / 2) * pixels;
  const cy = (top + bottom) / 2 + ((y0 + y1) / 2) * pixels;
  return {
    x: (v) => cx + v * pixels,
    y: (v) => cy - v * pixels,
    toX: (px) => (px - cx) / pixels,
    toY: (py) => (cy - py) / pixels,
    pixels,
  };
}

/** Grid lines and numbers of two linear axes. */
export function axes(ctx, scale, plot, [nameX, nameY], tick) {
  const [line, muted, ink] = ['line', 'muted', 'ink'].map(colour);
  const across = ticks(scale.toX(plot.left), scale.toX(plot.right), (plot.right - plot.left) / 80);
  const up = ticks(scale.toY(plot.bottom), scale.toY(plot.top), (plot.bottom - plot.top) / 60);
  ctx.lineWidth = 1;
  ctx.fillStyle = muted;
  ctx.font = '11px system-ui, sans-serif';
  ctx.textAlign = 'center';
  ctx.textBaseline = 'top';
  for (const v of across) {
    const x = Math.round(scale.x(v)) + 0.5;
    ctx.strokeStyle = v === 0 ? muted : line;
    ctx.globalAlpha = v === 0 ? 0.5 : 1;
    ctx.beginPath();
    ctx.moveTo(x, plot.top);
    ctx.lineTo(x, plot.bottom);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillText(tick(v, across.step), x, plot.bottom + 5);
  }
  ctx.textAlign = 'right';
  ctx.textBaseline = 'middle';
  for (const v of up) {
    const y = Math.round(scale.y(v)) + 0.5;
    ctx.strokeStyle = v === 0 ? muted : line;
    ctx.globalAlpha = v === 0 ? 0.5 : 1;
    ctx.beginPath();
    ctx.moveTo(plot.left, y);
    ctx.lineTo(plot.right, y);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.fillText(tick(v, up.step), plot.left - 6, y);
  }
  ctx.fillStyle = ink;
  ctx.font = 'italic 13px system-ui, sans-serif';
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  halo(ctx, nameX, plot.right - 4, plot.bottom - 3);
  ctx.textAlign = 'left';
  ctx.textBaseline = 'top';
  halo(ctx, nameY, plot.left + 5, plot.top + 2);
}

/** Text that stays readable on lines. */
export function halo(ctx, text, x, y) {
  ctx.lineWidth = 3;
  ctx.lineJoin = 'round';
  ctx.strokeStyle = colour('card');
  ctx.strokeText(text, x, y);
  ctx.fillText(text, x, y);
}

export function dot(ctx, x, y, r, fill, edge) {
  ctx.beginPath();
  ctx.arc(x, y, r, 0, 2 * Math.PI);
  ctx.fillStyle = fill;
  ctx.fill();
  if (edge) {
    ctx.strokeStyle = edge;
    ctx.stroke();
  }
}

/** A square on its tip: samples, so that they are not taken for units. */
export function diamond(ctx, x, y, r, fill, edge) {
  ctx.beginPath();
  ctx.moveTo(x - r, y);
  ctx.lineTo(x, y - r);
  ctx.lineTo(x + r, y);
  ctx.lineTo(x, y + r);
  ctx.closePath();
  ctx.fillStyle = fill;
  ctx.fill();
  if (edge) {
    ctx.strokeStyle = edge;
    ctx.stroke();
  }
}
