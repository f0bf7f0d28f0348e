// The bits of one unit or sample over all steps, below the activation pattern.

import {fetchHistory} from './api.js';
import {byId, classColour, colour, whole} from './format.js';
import {Latest} from './panel.js';
import {bytes, LABELS, packed, STATES} from './raster.js';
import {t} from './words.js';

export class BitHistory {
  constructor(raster) {
    this.raster = raster;
    this.page = raster.page;
    this.kind = byId('history-kind');
    this.number = byId('history-number');
    this.box = byId('history-box');
    this.canvas = byId('history');
    this.now = byId('history-now');
    this.title = byId('history-title');
    this.found = null;
    this.wanted = null;
    this.latest = new Latest((wish) => this.load(wish));
    const pick = () => {
      const n = this.number.value === '' ? null : Number(this.number.value);
      const ok = n !== null && Number.isInteger(n) && n >= 0 && n <= Number(this.number.max);
      this.page.store.set(this.kind.value === 'unit'
        ? {chosenUnit: ok ? n : null, chosenSample: null} : {chosenSample: ok ? n : null, chosenUnit: null});
    };
    this.kind.addEventListener('change', () => {
      this.number.value = '';
      this.limits();
      pick();
    });
    this.number.addEventListener('change', pick);
    byId('history-close').addEventListener('click', () => this.page.store.set({chosenUnit: null, chosenSample: null}));
    this.canvas.addEventListener('click', (e) => {
      const box = this.canvas.getBoundingClientRect();
      const {steps} = this.found;
      const part = (e.clientX - box.left - LABELS) / (box.width - LABELS);
      if (part >= 0) this.page.goTo(steps[Math.min(steps.length - 1, Math.floor(part * steps.length))]);
    });
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  begin(run) {
    this.run = run;
    this.found = this.wanted = this.geometry = null;
    this.box.hidden = true;
    this.limits();
  }

  limits() {
    const layer = this.run.layers[this.page.layer];
    this.number.max = (this.kind.value === 'unit' ? (layer ? layer.units : 1) : this.run.samples.count) - 1;
  }

  /** The server reads the whole run for it: not at every beat while a long run goes on. */
  update(progress) {
    if (!this.wanted || !this.found || this.latest.busy) return;
    const {steps} = this.found;
    const grown = (progress.lastStep - steps[steps.length - 1]) / Math.max(1, progress.lastStep - steps[0]);
    if (this.found.layer !== this.page.layer || grown > 0.02 || (progress.records < 50000 && performance.now() - this.askedAt > 3000)) this.ask();
  }

  /** Looks at what is chosen. */
  choice() {
    const {store} = this.page;
    const unit = store.get('chosenUnit');
    const sample = store.get('chosenSample');
    const now = unit !== null ? ['unit', unit] : sample !== null ? ['sample', sample] : null;
    if (String(now) === String(this.wanted)) return;
    this.wanted = now;
    if (!now) {
      this.box.hidden = true;
      this.found = null;
      this.number.value = '';
      return;
    }
    this.kind.value = now[0];
    this.limits();
    this.number.value = now[1];
    this.ask();
  }

  ask() {
    this.askedAt = performance.now();
    this.latest.ask(this.wanted).catch((e) => this.page.failed(e));
  }

  async load(wish) {
    const {run, page} = this;
    const {layer} = page;
    const found = await page.ask((r) => fetchHistory(r, layer, wish[0], wish[1], 512));
    if (run !== this.run || String(wish) !== String(this.wanted)) return;
    this.found = {...found, what: wish[0], number: wish[1], layer, on: bytes(found.on), flipped: bytes(found.flipped)};
    this.box.hidden = false;
    this.title.textContent = wish[0] === 'unit'
      ? t('Unit {0} of {1}: a row per sample, from the first step to the last', wish[1], page.layerName)
      : t('Sample {0} in {1}: a row per unit, from the first step to the last', run.samples.ids[wish[1]] ?? wish[1], page.layerName);
    this.draw();
  }

  state(row, k) {
    const {on, flipped, stride} = this.found;
    const at = k * stride + (row >> 3);
    const bit = 1 << (row & 7);
    return (on[at] & bit ? 1 : 0) + (flipped[at] & bit ? 2 : 0);
  }

  draw() {
    if (!this.found || !this.raster.pattern || this.box.hidden) return;
    const {steps, known, what, bits} = this.found;
    const {rows: unitRows, columns} = this.raster.orders();
    const order = (what === 'unit' ? columns : unitRows).filter((row) => row < bits);
    const dpr = window.devicePixelRatio || 1;
    const left = Math.round(LABELS * dpr);
    const room = Math.floor(this.box.clientWidth * dpr);
    if (room <= left || order.length === 0) return;
    const width = room - left;
    const cellH = Math.max(1, Math.min(Math.round(14 * dpr), Math.round((300 * dpr) / order.length)));
    this.canvas.width = room;
    this.canvas.height = cellH * order.length;
    this.canvas.style.width = room / dpr + 'px';
    this.canvas.style.height = (cellH * order.length) / dpr + 'px';
    const x = (k) => Math.round((k * width) / steps.length);
    const ctx = this.canvas.getContext('2d');
    const area = ctx.createImageData(width, cellH * order.length);
    const pixels = new Uint32Array(area.data.buffer);
    const colours = STATES.map((name) => packed(colour(name)));
    order.forEach((row, y) => {
      const from = y * cellH * width;
      for (let k = 0; k < steps.length; k++) {
        if (known[k]) pixels.fill(colours[this.state(row, k)], from + x(k), from + Math.max(x(k + 1), x(k)));
      }
      for (let line = 1; line < cellH; line++) pixels.copyWithin(from + line * width, from, from + width);
    });
    ctx.putImageData(area, left, 0);
    ctx.fillStyle = colour('gap');
    known.forEach((is, k) => {
      if (!is) ctx.fillRect(left + x(k), 0, x(k + 1) - x(k), this.canvas.height);
    });
    const {classes} = this.raster.samples;
    if (what === 'unit' && classes.some((c) => c >= 0)) {
      const shades = new Map();
      order.forEach((row, y) => {
        const c = classes[row] ?? -1;
        if (!shades.has(c)) shades.set(c, c < 0 ? colour('line') : classColour(c));
        ctx.fillStyle = shades.get(c);
        ctx.fillRect(left - 12 * dpr, y * cellH, 8 * dpr, cellH);
      });
    } else if (cellH >= 9 * dpr) {
      ctx.font = 10 * dpr + 'px system-ui, sans-serif';
      ctx.textAlign = 'right';
      ctx.textBaseline = 'middle';
      ctx.fillStyle = colour('muted');
      order.forEach((row, y) => ctx.fillText(String(row), left - 8 * dpr, (y + 0.5) * cellH));
    }
    this.geometry = {left, cellH, width, order, steps, dpr, what};
    this.mark();
  }

  /** The whole as an image, with the row numbers over it as text, and the steps below. */
  pictures() {
    const g = this.geometry;
    if (!this.found || this.box.hidden || !g) return [];
    const {width, height} = this.canvas;
    const {left, steps, dpr} = g;
    return [{title: this.title.textContent, width: width / dpr, height: height / dpr + 20, legend: [], draw: (ctx) => {
      ctx.save();
      ctx.scale(1 / dpr, 1 / dpr);
      const from = g.what === 'unit' ? left - 14 * dpr : left;
      ctx.drawImage(this.canvas, from, 0, width - from, height, from, 0, width - from, height);
      ctx.font = 10 * dpr + 'px system-ui, sans-serif';
      ctx.fillStyle = colour('muted');
      ctx.textBaseline = 'middle';
      ctx.textAlign = 'right';
      if (g.what === 'sample' && g.cellH >= 9 * dpr) g.order.forEach((row, y) => ctx.fillText(String(row), left - 8 * dpr, (y + 0.5) * g.cellH));
      ctx.fillText('step ' + whole(steps[steps.length - 1]), width, height + 10 * dpr);
      ctx.textAlign = 'left';
      ctx.fillText('step ' + whole(steps[0]), left, height + 10 * dpr);
      ctx.restore();
    }}];
  }

  get shown() { return this.found && this.geometry; }

  mark() {
    if (!this.found || this.box.hidden || !this.geometry) return;
    const {steps} = this.found;
    const {step} = this.page.timeline;
    const [first, last] = [steps[0], steps[steps.length - 1]];
    const part = last > first ? (step - first) / (last - first) : 0;
    const {left, width, dpr} = this.geometry;
    this.now.hidden = step === null || part < 0 || part > 1;
    this.now.style.transform = `translateX(${Math.round((left + part * width) / dpr)}px)`;
  }
}
