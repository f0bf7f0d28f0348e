// Colours between two of the palette, and pictures made pixel by pixel.

import {colour} from './format.js';

/** "#rrggbb" as three numbers. */
export const rgbOf = (hex) => [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));

/** 256 colours from one to another, as three numbers each. */
export function rampOf(from, to) {
  const [a, b] = [from, to].map(rgbOf);
  return Array.from({length: 256}, (_, k) => a.map((v, c) => Math.round(v + ((b[c] - v) * k) / 255)));
}

/** The ends of ramps in the palette, by what they mean. */
const ENDS = {share: ['off', 'on'], flips: ['flips-few', 'flips-many'], count: ['count-few', 'count-many']};

/** The ramp of a meaning: a share, flips or a count. */
export const ramp = (meaning) => rampOf(...ENDS[meaning].map(colour));

/** Fills a canvas: `at(x, y)` gives three numbers per pixel, null for nothing. */
export function fillPixels(canvas, width, height, at) {
  canvas.width = width;
  canvas.height = height;
  const ctx = canvas.getContext('2d');
  const area = ctx.createImageData(width, height);
  for (let y = 0, p = 0; y < height; y++) {
    for (let x = 0; x < width; x++, p += 4) {
      const c = at(x, y);
      if (!c) continue;
      [area.data[p], area.data[p + 1], area.data[p + 2]] = c;
      area.data[p + 3] = 255;
    }
  }
  ctx.putImageData(area, 0, 0);
}
