// The activation pattern of one layer at one step: a row per unit, a column per probe sample.

import {byId, colour, element, plural, whole} from './format.js';

const STATES = ['off', 'on', 'deactivation', 'activation']; // bit 0: on, bit 1: flipped at this step
const CLASSES = ['#E69F00', '#56B4E9', '#009E73', '#F0E442', '#0072B2', '#D55E00', '#CC79A7', '#999999'];
const STRIP = 8; // height of the strip of classes
const BARS = 64; // width of the bars of active support
const LABELS = 34; // width of the unit numbers

/** The base64 text of packed bits as bytes; bit i % 8 of byte i / 8 of a unit is sample i. */
export function bytes(base64) {
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

export class Raster {
  constructor() {
    this.canvas = byId('raster');
    this.tip = byId('raster-tip');
    this.note = byId('raster-note');
    this.pattern = null;
    this.samples = {ids: [], classes: []};
    this.geometry = null;
    new ResizeObserver(() => this.draw()).observe(byId('panel-raster'));
    this.canvas.addEventListener('mousemove', (e) => this.point(e));
    this.canvas.addEventListener('mouseleave', () => { this.tip.hidden = true; });
    for (const id of ['sample-order', 'unit-order']) byId(id).addEventListener('change', () => this.draw());
  }

  /** Ids and classes of the probe samples, in the order of the bits. */
  probe(samples) {
    this.samples = samples;
    const classes = samples.classes.some((c) => c >= 0);
    byId('sample-order').disabled = !classes;
    byId('sample-order').value = classes ? 'class' : 'data';
  }

  show(pattern, note) {
    this.pattern = pattern;
    this.note.textContent = note || '';
    this.note.hidden = !note;
    this.canvas.hidden = !pattern;
    this.tip.hidden = true;
    this.draw();
  }

  /** 0 off, 1 on, 2 switched off at this step, 3 switched on at this step. */
  state(unit, sample) {
    const {bits, flips, stride} = this.pattern;
    const at = unit * stride + (sample >> 3);
    const bit = 1 << (sample & 7);
    return (bits[at] & bit ? 1 : 0) + (flips && flips[at] & bit ? 2 : 0);
  }

  orders() {
    const {units, samples, bits, stride} = this.pattern;
    const columns = Array.from({length: samples}, (_, i) => i);
    const {classes} = this.samples;
    if (byId('sample-order').value === 'class' && classes.length === samples) {
      columns.sort((a, b) => classes[a] - classes[b] || a - b);
    }
    const support = Array.from({length: units}, (_, unit) => ones(bits.subarray(unit * stride, (unit + 1) * stride)));
    const rows = Array.from({length: units}, (_, i) => i);
    if (byId('unit-order').value === 'support') rows.sort((a, b) => support[b] - support[a] || a - b);
    return {rows, columns, support};
  }

  draw() {
    const legend = byId('raster-legend');
    const caption = byId('raster-caption');
    if (!this.pattern) {
      this.geometry = null;
      legend.replaceChildren();
      caption.textContent = '';
      return;
    }
    const {units, samples} = this.pattern;
    const {rows, columns, support} = this.orders();
    const {classes} = this.samples;
    const strip = classes.length === samples && classes.some((c) => c >= 0);
    const dpr = window.devicePixelRatio || 1;
    const room = (byId('panel-raster').clientWidth - 30 - LABELS - BARS) * dpr;
    const cellW = Math.max(1, Math.min(40 * dpr, room / samples));
    const wide = window.innerWidth >= 2000;
    const cellH = Math.max(1, Math.min(Math.round((wide ? 36 : 30) * dpr), Math.floor(((wide ? 760 : 400) * dpr) / units)));
    const left = Math.round(LABELS * dpr);
    const top = strip ? Math.round((STRIP + 4) * dpr) : 0;
    const x = (column) => left + Math.round(column * cellW); // cells fill the width: some are a pixel wider
    const width = x(samples) + Math.round(BARS * dpr);
    const height = top + cellH * units;
    this.canvas.width = width;
    this.canvas.height = height;
    this.canvas.style.width = width / dpr + 'px';
    this.canvas.style.height = height / dpr + 'px';
    const ctx = this.canvas.getContext('2d');
    ctx.clearRect(0, 0, width, height);

    // Pixel by pixel, a row of units once and then copied down: fast, and every cell exact.
    const area = ctx.createImageData(x(samples) - left, cellH * units);
    const pixels = new Uint32Array(area.data.buffer);
    const colours = STATES.map((name) => packed(colour(name)));
    rows.forEach((unit, y) => {
      const from = y * cellH * area.width;
      columns.forEach((sample, column) => {
        pixels.fill(colours[this.state(unit, sample)], from + x(column) - left, from + x(column + 1) - left);
      });
      for (let line = 1; line < cellH; line++) {
        pixels.copyWithin(from + line * area.width, from, from + area.width);
      }
    });
    ctx.putImageData(area, left, top);
    ctx.fillStyle = colour('card');
    const line = Math.max(1, Math.round(dpr));
    if (cellW >= 4 * dpr) {
      for (let column = 1; column < samples; column++) ctx.fillRect(x(column), top, line, cellH * units);
    }
    if (cellH >= 5 * dpr) {
      for (let y = 1; y < units; y++) ctx.fillRect(left, top + y * cellH, x(samples) - left, line);
    }
    if (strip) {
      const none = colour('line');
      columns.forEach((sample, column) => {
        const c = classes[sample];
        ctx.fillStyle = c < 0 ? none : CLASSES[c % CLASSES.length];
        ctx.fillRect(x(column), 0, x(column + 1) - x(column), Math.round(STRIP * dpr));
      });
    }
    this.margins(ctx, {rows, support, dpr, left, top, cellH, samples, right: x(samples)});
    this.geometry = {cellW, cellH, left, top, rows, columns, dpr};
    this.describe(legend, caption, support);
  }

  /** Unit numbers on the left; on the right how many samples a unit is on for. */
  margins(ctx, {rows, support, dpr, left, top, cellH, samples, right}) {
    const size = Math.min(11 * dpr, Math.max(cellH - 1, 8 * dpr));
    ctx.font = size + 'px system-ui, sans-serif';
    ctx.textBaseline = 'middle';
    const every = Math.max(1, Math.ceil((size + 3 * dpr) / cellH));
    const full = (BARS - 10) * dpr;
    const [muted, faint] = ['muted', 'line'].map(colour);
    rows.forEach((unit, y) => {
      const centre = top + (y + 0.5) * cellH;
      if (y % every === 0) {
        ctx.textAlign = 'right';
        ctx.fillStyle = muted;
        ctx.fillText(String(unit), left - 6 * dpr, centre);
      }
      const thick = Math.max(1, Math.min(cellH - (cellH >= 4 ? 2 : 0), 10 * dpr));
      ctx.fillStyle = faint;
      ctx.fillRect(right + 8 * dpr, Math.round(centre - thick / 2), full, Math.round(thick));
      ctx.fillStyle = muted;
      ctx.fillRect(right + 8 * dpr, Math.round(centre - thick / 2), (full * support[unit]) / samples, Math.round(thick));
    });
  }

  describe(legend, caption, support) {
    const {units, samples, layer, flips} = this.pattern;
    const dead = support.filter((n) => n === 0).length;
    const linear = support.filter((n) => n === samples).length;
    byId('raster-title').textContent = 'Activation pattern, ' + layer;
    caption.textContent = [
      plural(units, 'unit') + ' × ' + plural(samples, 'sample'),
      plural(dead, 'dead unit'),
      plural(linear, 'linear unit'),
      flips ? plural(ones(flips), 'flip') + ' at this step' : 'no pattern just before to compare with',
    ].join(' · ');
    const key = (name, text) => element('span', {}, element('span', {className: 'ib-key ' + name}), text);
    legend.replaceChildren(key('on', 'on'), key('off', 'off'),
      key('activation', 'just switched on'), key('deactivation', 'just switched off'));
  }

  point(e) {
    const g = this.geometry;
    if (!g) return;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((e.clientX - box.left) * g.dpr - g.left) / g.cellW);
    const y = Math.floor(((e.clientY - box.top) * g.dpr - g.top) / g.cellH);
    if (y < 0 || y >= g.rows.length || x >= g.columns.length || x < 0) {
      this.tip.hidden = true;
      return;
    }
    const unit = g.rows[y];
    const sample = g.columns[x];
    const id = this.samples.ids[sample];
    const c = this.samples.classes[sample];
    const state = ['off', 'on', 'off since this step', 'on since this step'][this.state(unit, sample)];
    this.tip.textContent = `unit ${unit}, ${state}\nsample ${id === undefined ? sample : whole(id)}` +
      (c >= 0 ? `, class ${c}` : '');
    this.tip.hidden = false;
    this.tip.style.left = Math.min(e.clientX + 14, window.innerWidth - this.tip.offsetWidth - 8) + 'px';
    this.tip.style.top = e.clientY + 16 + 'px';
  }
}

/** How many bits of some bytes are set. */
function ones(some) {
  let count = 0;
  for (const byte of some) for (let rest = byte; rest; rest &= rest - 1) count++;
  return count;
}

/** "#rrggbb" as one number whose bytes lie in memory as a canvas has them. */
function packed(hex) {
  const n = parseInt(hex.slice(1), 16);
  return new Uint32Array(Uint8Array.of(n >> 16, (n >> 8) & 255, n & 255, 255).buffer)[0];
}
