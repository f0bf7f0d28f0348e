// The channels of a convolution: at which positions each is on for how many samples.

import {colour, element, whole} from './format.js';
import {fillPixels, ramp, rgbOf} from './ramp.js';
import {counted, t} from './words.js';

const MOST = 48; // channels that are drawn
const AXES = 'channel,row,column';

/** Whether the units of a layer are the positions of its channels, each with a byte of its own. */
export const hasMaps = ({axes, shape, grouped, quantiles}) => axes === AXES && shape.length === 3 && !grouped && !quantiles;

/** Channels from the one that is on least to the one that is on most: {channel, mean, cells}. */
export function mapsOf(bytes, [channels, height, width]) {
  const area = height * width;
  const known = Math.min(channels, Math.floor(bytes.length / area));
  return Array.from({length: known}, (_, channel) => {
    const cells = bytes.slice(channel * area, (channel + 1) * area);
    return {channel, cells, mean: cells.reduce((a, b) => a + b, 0) / (255 * area)};
  }).sort((a, b) => a.mean - b.mean || a.channel - b.channel);
}

/** So many of them, evenly spread, the first and the last among them. */
export const someOf = (maps, most = MOST) =>
  (maps.length <= most ? maps : Array.from({length: most}, (_, k) => maps[Math.round((k * (maps.length - 1)) / (most - 1))]));

/** Pixels of a map on the page. */
const sideOf = (count) => (count <= 16 ? 46 : count <= 32 ? 32 : 26);

export class ChannelMaps {
  /** @param percent how a share is written */
  constructor(layer, percent) {
    Object.assign(this, {layer, percent});
    this.element = element('div', {className: 'ib-channels'});
    this.element.setAttribute('role', 'img');
  }

  /** @param bytes of the units on the probe at a step, null while they are not known */
  show(bytes, step) {
    this.bytes = bytes;
    this.step = step;
    this.draw();
  }

  /** What is drawn: channels and means, in order. */
  get shown() { return this.bytes && {step: this.step, maps: mapsOf(this.bytes, this.layer.shape).map(({channel, mean}) => ({channel, mean}))}; }

  draw() {
    const {bytes, layer} = this;
    this.element.replaceChildren();
    if (!bytes) return;
    const all = mapsOf(bytes, layer.shape);
    const some = someOf(all);
    const [channels, height, width] = layer.shape;
    const [shades, ink, card] = [ramp('share'), rgbOf(colour('ink')), rgbOf(colour('card'))];
    const side = sideOf(some.length);
    for (const {channel, mean, cells} of some) {
      const canvas = element('canvas');
      // A channel that is off everywhere is hatched, whatever the size of its map.
      if (mean === 0) fillPixels(canvas, side, side, (x, y) => ((x + y) % 5 === 0 ? ink : card));
      else fillPixels(canvas, width, height, (x, y) => shades[cells[y * width + x]]);
      canvas.style.height = side + 'px';
      canvas.style.width = Math.round(mean === 0 ? side : Math.min(3 * side, (side * width) / height)) + 'px';
      this.element.append(element('figure', {title: t('channel {0}', channel)}, canvas, element('span', {textContent: mean === 0 ? t('off') : this.percent(mean)})));
    }
    const note = (some.length < channels ? counted(channels, '{1} of {0} channel|{1} of {0} channels', whole(channels), whole(some.length)) + ', ' : '') +
      t('where each is on for how many of the probe, step {0}', whole(this.step));
    this.element.append(element('p', {textContent: note}));
    this.element.setAttribute('aria-label', layer.name + ': ' + note + ', ' + t('{0} to {1}', this.percent(all[0].mean), this.percent(all[all.length - 1].mean)));
  }
}
