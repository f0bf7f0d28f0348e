// Samples that are pictures, as small as they are: 8 bits per pixel, channel by channel.

import {element} from './format.js';
import {bytes} from './raster.js';

/** Pixels as a canvas has them: red, green, blue and opaque, from 0 to 255. */
export function rgba(pixels, [height, width, channels]) {
  const area = height * width;
  const shown = new Uint8ClampedArray(4 * area);
  for (let p = 0; p < area; p++) {
    for (let c = 0; c < 3; c++) shown[4 * p + c] = pixels[(channels === 1 ? 0 : c) * area + p];
    shown[4 * p + 3] = 255;
  }
  return shown;
}

/** A canvas with the picture. */
export function smallPicture(base64, shape, label) {
  const [height, width] = shape;
  const canvas = element('canvas', {width, height, className: 'ib-small-picture'});
  canvas.setAttribute('role', 'img');
  canvas.setAttribute('aria-label', label);
  canvas.getContext('2d').putImageData(new ImageData(rgba(bytes(base64), shape), width, height), 0, 0);
  return canvas;
}
