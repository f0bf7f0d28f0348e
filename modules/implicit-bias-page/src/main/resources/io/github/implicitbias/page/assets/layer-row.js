// One row of the part "Network": a layer, or several that are alike; the strip of its units, its
// flips over time, and counts.

import {ChannelMaps, hasMaps} from './channel-maps.js';
import {colour, element, whole} from './format.js';
import {badge, wordOf} from './levels.js';
import {fillPixels, ramp, rgbOf} from './ramp.js';
import {columnsOf, gravityOf, inOrder, medianOf, rateOf} from './shares.js';
import {drawn} from './svg.js';
import {counted, t} from './words.js';

const HATCH = 6; // pixels between two lines of the hatch, and between two dots

/** A share in words: "1 %", "below 1 %". */
export function percent(share) {
  if (share === 0) return '0 %';
  return share < 0.005 ? t('below 1 %') : Math.round(100 * share) + ' %';
}

/** A rate in words, with two digits. */
export const ratePercent = (rate) => (rate === 0 ? '0 %' : Number((100 * rate).toPrecision(2)) + ' %');

/** "784 → 1,000", "16 → 32 channels of 10 × 10", or nothing. */
export function shapeOf({inputs, outputs, kernel, shape}) {
  if (!inputs || !outputs) return shape ? shape.map(whole).join(' × ') : '';
  if (!kernel) return whole(inputs) + ' → ' + whole(outputs);
  const channels = whole(inputs) + ' → ' + counted(outputs, '{0} channel|{0} channels', whole(outputs));
  return shape?.length === 3 ? t('{0} of {1}', channels, whole(shape[1]) + ' × ' + whole(shape[2])) : channels;
}

export class LayerRow {
  /** @param places of the layers that it stands for */
  constructor(panel, places, tight) {
    this.panel = panel;
    this.places = places;
    this.tight = tight;
    this.layers = places.map((k) => panel.found.layers[k]);
    this.strip = element('canvas', {className: 'ib-strip'});
    this.flips = element('canvas', {className: 'ib-heat'});
    this.under = element('div', {className: 'ib-under'});
    this.counts = element('div', {className: 'ib-net-cell ib-net-counts'});
    this.curve = drawn('svg', {preserveAspectRatio: 'none', 'aria-hidden': 'true', class: 'ib-curve'});
    for (const canvas of [this.strip, this.flips]) canvas.setAttribute('role', 'img');
    this.maps = !tight && !this.isFolded && hasMaps(this.layers[0]) ? new ChannelMaps(this.layers[0], percent) : null;
    this.button = this.head();
    this.units = element('div', {className: 'ib-net-cell ib-net-units'}, element('div', {className: 'ib-strip-box'}, this.strip, ...(tight ? [] : [this.curve])), ...(tight ? [] : [this.under]), ...(this.maps ? [this.maps.element] : []));
    this.heat = element('div', {className: 'ib-net-cell ib-net-flips'}, element('div', {className: 'ib-heat-box'}, this.flips));
    this.element = element('div', {className: 'ib-net-row'}, this.button, this.units, this.counts, this.heat);
    this.strip.addEventListener('mousemove', (e) => this.pointAtUnit(e));
    this.flips.addEventListener('mousemove', (e) => this.pointAtFlips(e));
    this.flips.addEventListener('click', (e) => this.panel.page.goTo(this.panel.stepAt(this.partOf(e, this.flips)[0])));
    for (const canvas of [this.strip, this.flips]) canvas.addEventListener('mouseleave', () => panel.tell(null));
  }

  get isFolded() { return this.places.length > 1; }

  get name() {
    const {layers} = this;
    return this.isFolded ? t('{0} to {1}', layers[0].name, layers[layers.length - 1].name) : layers[0].name;
  }

  head() {
    const [layer] = this.layers;
    const name = element('strong', {textContent: this.name});
    const size = counted(layer.units, '{0} unit|{0} units', whole(layer.units));
    const button = element('button', {type: 'button', className: 'ib-net-cell'}, name);
    if (this.isFolded) {
      button.append(element('span', {textContent: '▸ ' + t('{0} layers of {1}', whole(this.layers.length), size)}));
      button.setAttribute('aria-expanded', 'false');
      button.addEventListener('click', () => this.panel.unfold(this.places[0]));
      return button;
    }
    const what = [[layer.kind, layer.kernel].filter(Boolean).join(' '), layer.activation].filter(Boolean).join(', ');
    if (this.tight) button.append(element('span', {textContent: whole(layer.units), title: size}));
    else {
      const parameters = layer.parameters ? counted(layer.parameters, '{0} parameter|{0} parameters', whole(layer.parameters)) : '';
      button.append(element('span', {textContent: shapeOf(layer) || size}),
        element('span', {}, element('span', {lang: 'en', textContent: what}), parameters ? ' · ' + parameters : ''));
    }
    button.addEventListener('click', () => this.panel.choose(this.places[0]));
    return button;
  }

  choose(layer) {
    const is = this.places.length === 1 && this.places[0] === layer;
    this.element.classList.toggle('chosen', is);
    if (!this.isFolded) this.button.setAttribute('aria-pressed', String(is));
  }

  /** The units at the step shown: null while they are not known. */
  show(shares) {
    this.shares = shares;
    this.ordered = shares && inOrder(shares.on);
    this.drawStrip();
    this.tellCounts();
  }

  drawStrip() {
    const {ordered, tight} = this;
    const dpr = window.devicePixelRatio || 1;
    const width = Math.round(this.strip.parentElement.clientWidth * dpr);
    if (width < 20) return;
    const height = Math.round((tight ? 12 : 26) * dpr);
    const [ink, card] = ['ink', 'card'].map((name) => rgbOf(colour(name)));
    const columns = ordered ? columnsOf(ordered.bytes, width) : null;
    const on = ramp('share');
    const every = Math.round(HATCH * dpr);
    const thick = Math.max(1, Math.round(dpr));
    fillPixels(this.strip, width, height, (x, y) => {
      if (!columns) return null;
      const here = columns[x];
      if (here === 'dead') return (x + y) % every < thick ? ink : card;
      if (here === 'linear') return x % every < 2 * thick && y % every < 2 * thick ? card : on[255];
      return on[Math.round(here)];
    });
    this.strip.setAttribute('aria-label', this.describe());
    if (!tight) this.drawCurve();
  }

  /** The share over the units, with the place where it is a half. */
  drawCurve() {
    this.curve.replaceChildren();
    this.under.replaceChildren();
    if (!this.ordered) return;
    const {bytes} = this.ordered;
    const n = bytes.length;
    this.curve.setAttribute('viewBox', `0 0 ${n} 26`);
    const points = [];
    bytes.forEach((v, k) => { if (v > 0) points.push((k + 0.5) + ',' + (25 - (24 * v) / 255).toFixed(1)); });
    for (const kind of ['ib-curve-halo', 'ib-curve-line']) {
      this.curve.append(drawn('polyline', {points: points.join(' '), class: kind, 'vector-effect': 'non-scaling-stroke'}));
    }
    const half = bytes.findIndex((v) => v >= 128);
    const {dead, linear} = this.shares;
    if (dead) this.under.append(element('span', {textContent: this.deadText(dead), style: 'left:0'}));
    const part = half / n;
    const free = part > (dead ? Math.max(0.2, dead / n) : 0.04) && part < (linear ? 0.8 : 0.97);
    if (half > 0 && free) this.under.append(element('span', {textContent: '½', className: 'ib-half', style: `left:${(100 * part).toFixed(2)}%`}));
    if (linear) this.under.append(element('span', {textContent: counted(linear, '{0} linear|{0} linear', whole(linear)), style: 'right:0'}));
  }

  deadText(dead) {
    if (!this.panel.isEpoch) return counted(dead, '{0} off|{0} off', whole(dead));
    return this.shares.atLeast ? t('at most {0} dead', whole(dead)) : counted(dead, '{0} dead|{0} dead', whole(dead));
  }

  describe() {
    if (!this.shares) return this.name;
    const {units, dead, linear} = this.shares;
    return [this.name + ': ' + counted(units, '{0} unit|{0} units', whole(units)), ...(dead === null ? [] : [this.deadText(dead)]),
      ...(linear ? [counted(linear, '{0} linear|{0} linear', whole(linear))] : []), this.medianText()].join(', ');
  }

  medianText() { return t('median on {0}', percent(medianOf(this.ordered.bytes))); }

  tellCounts() {
    const {shares, tight, counts} = this;
    counts.replaceChildren();
    if (!shares) {
      counts.append(element('span', {className: 'ib-quiet', textContent: '–'}));
      return;
    }
    const {units, dead, linear, atLeast} = shares;
    if (dead === null) counts.append(element('span', {className: 'ib-quiet', textContent: t('dead units not known')}));
    else if (dead === 0) counts.append(element('span', {className: 'ib-quiet', textContent: tight ? '0' : this.panel.isEpoch ? t('none dead') : t('none off')}));
    else {
      // Dead is said of a whole epoch only; where some cannot be seen, it is no finding.
      const level = this.panel.isEpoch && !atLeast ? gravityOf(dead, units) : 'information';
      const sign = badge(level, tight ? whole(dead) : this.deadText(dead) + ', ' + percent(dead / units));
      sign.prepend(element('span', {className: 'ib-unseen', textContent: wordOf(level) + ': '}));
      counts.append(sign);
    }
    if (linear) counts.append(element('span', {className: 'ib-quiet', textContent: counted(linear, '{0} linear|{0} linear', whole(linear))}));
    else if (!tight) counts.append(element('span', {className: 'ib-quiet', textContent: shares.channels ? t('channels, on at any position') : this.medianText()}));
  }

  /** The cells of the flips of the row: several layers are their mean. */
  drawFlips() {
    const {panel, tight} = this;
    const dpr = window.devicePixelRatio || 1;
    const box = this.flips.parentElement;
    const width = Math.round(box.clientWidth * dpr);
    if (width < 20) return;
    const {flips} = panel.found;
    this.grid = this.places.map((k) => panel.cells[k]).filter((one) => one.groups > 0 && one.columns > 0);
    const height = Math.round((tight ? 19 : 38) * dpr);
    const colours = ramp('flips');
    const columns = panel.bucketsAcross(width);
    const gap = rgbOf(colour('line'));
    fillPixels(this.flips, width, height, (x, y) => {
      const at = this.codeAt(y / height, columns[x]);
      if (at === null) return (x + y) % Math.round(4 * dpr) < 1 ? gap : null;
      return colours[Math.min(255, Math.round((at * 255) / 254))];
    });
    this.flips.setAttribute('aria-label', t('Flips of {0} over time', this.name) + (flips.high === 0 ? ': ' + t('none') : ''));
  }

  /** The byte at a place of the picture; null where nothing is known. */
  codeAt(part, column) {
    if (column < 0 || !this.grid?.length) return null;
    const codes = this.grid.map((one) => one.codes[Math.min(one.groups - 1, Math.floor(part * one.groups)) * one.columns + column])
      .filter((code) => code !== 255);
    return codes.length === 0 ? null : codes.reduce((a, b) => a + b, 0) / codes.length;
  }

  partOf(e, canvas) {
    const box = canvas.getBoundingClientRect();
    return [(e.clientX - box.left) / box.width, Math.max(0, Math.min(0.999, (e.clientY - box.top) / box.height))];
  }

  pointAtUnit(e) {
    if (!this.ordered) return;
    const [part] = this.partOf(e, this.strip);
    const {bytes, units} = this.ordered;
    const at = Math.max(0, Math.min(bytes.length - 1, Math.floor(part * bytes.length)));
    const of = this.shares.units === bytes.length && !this.isFolded ? t('unit {0}', whole(units[at])) : t('units around {0} %', Math.round(100 * part));
    const byte = bytes[at];
    this.panel.tell(e, of + ': ' + (byte === 0 ? this.panel.isEpoch ? t('dead') : t('off for all') : byte === 255 ? t('on for all') : t('on for {0}', percent(byte / 255))));
  }

  pointAtFlips(e) {
    const {panel} = this;
    const [x, y] = this.partOf(e, this.flips);
    const step = panel.stepAt(x);
    const code = this.codeAt(y, panel.bucketAt(step));
    const groups = this.grid[0]?.groups ?? 1;
    const n = Math.floor(y * groups);
    const which = groups > 1 ? t('units {0} to {1} % in order', Math.round((100 * n) / groups), Math.round((100 * (n + 1)) / groups)) : this.name;
    const rate = code === null ? null : rateOf(Math.round(code), panel.found.flips);
    panel.tell(e, t('step {0}', whole(step)) + '\n' + which + '\n' + (rate === null ? t('not known') : panel.rateText(rate)));
  }
}
