// Activation patterns: a row per unit, a column per probe sample.

import {fetchStep} from './api.js';
import {BitHistory} from './bit-history.js';
import {byId, classColour, colour, element, plural, whole} from './format.js';
import {Panel} from './panel.js';
import {bySimilarity, LABELS, ones, packed, Pattern, STATES} from './raster.js';
import {counted, t} from './words.js';

const STRIP = 8; // height of the strip of classes
const BARS = 64; // width of the bars of active support

export class RasterPanel extends Panel {
  constructor(page) {
    super(page, 'raster', 'Activation patterns', 'a tracked layer: one with ReLU, leaky ReLU or the like');
    this.canvas = byId('raster');
    this.over = byId('raster-marks');
    this.tip = byId('raster-tip');
    this.note = byId('raster-note');
    this.pattern = null;
    this.samples = {ids: [], classes: []};
    this.geometry = null;
    this.similar = {};
    new ResizeObserver(() => this.draw()).observe(this.section);
    this.canvas.addEventListener('mousemove', (e) => this.point(e));
    this.canvas.addEventListener('mouseleave', () => this.leave());
    this.canvas.addEventListener('click', (e) => this.choose(e));
    for (const id of ['sample-order', 'unit-order']) {
      byId(id).addEventListener('change', () => {
        this.similar = {};
        this.draw();
        this.past.draw();
        page.changed();
      });
    }
    this.past = new BitHistory(this);
  }

  begin(run) {
    this.samples = run.samples;
    const classes = run.samples.classes.some((c) => c >= 0);
    const select = byId('sample-order');
    select.querySelector('[value=class]').disabled = !classes;
    select.value = classes ? 'class' : 'data';
    this.first = [select.value, 'index'];
    this.layer = undefined;
    this.similar = {};
    this.past.begin(run);
    this.place(null, '');
    return run.layers.length > 0;
  }

  /** For the address: the orders, and the step at which an order by similarity was found. */
  get kept() {
    const now = [byId('sample-order').value, byId('unit-order').value];
    if (String(now) === String(this.first) || !this.pattern) return null;
    return [...now, ...(this.similar.step === undefined ? [] : [this.similar.step])].join('~');
  }

  restore(text) {
    const [samples, units, at] = text.split('~');
    ['sample-order', 'unit-order'].forEach((id, k) => {
      const value = [samples, units][k];
      if ([...byId(id).options].some((o) => o.value === value && !o.disabled)) byId(id).value = value;
    });
    this.similar = {};
    this.draw();
    if (!/^\d{1,9}$/.test(at) || !text.includes('similar')) return;
    const {layer} = this.page;
    this.page.ask((r) => fetchStep(r, Number(at), layer)).then((record) => {
      if (!record.pattern || layer !== this.page.layer) return;
      const then = new Pattern(record.pattern, record.step);
      this.similar = {samples: bySimilarity(then.columns()), units: bySimilarity(then.rows()), step: then.step};
      this.draw();
      this.past.draw();
      this.page.changed();
    }).catch(this.page.failed);
  }

  update(progress, other) {
    // What the page begins with has an order already, perhaps that of the address.
    if (other && this.layer !== undefined && this.layer !== this.page.layer) this.similar = {};
    this.layer = this.page.layer;
    this.past.update(progress);
  }

  scrub(record) {
    this.place(this.page.pattern, record.pattern ? '' : record.known
      ? 'No pattern of this layer can be rebuilt here: what it builds on was lost. Later steps are exact again after the next full pattern.'
      : 'The record of this step was lost on the way. ' +
        [record.previous === null ? '' : 'The last one before it is step ' + whole(record.previous),
          record.next === null ? '' : 'the next one is step ' + whole(record.next)].filter(Boolean).join(', ') + '.');
  }

  place(pattern, note) {
    this.pattern = pattern;
    this.note.textContent = note || '';
    this.note.hidden = !note;
    this.canvas.hidden = this.over.hidden = !pattern;
    this.tip.hidden = true;
    this.draw();
    if (!this.past.geometry) this.past.draw(); // its numbers were here before the first pattern
    this.past.mark();
  }

  theme() {
    this.draw();
    this.past.draw();
  }

  orders() {
    const {units, samples} = this.pattern;
    const columns = this.sampleOrder();
    const support = this.pattern.support();
    const rows = this.unitOrder(support);
    return {rows: rows.filter((u) => u < units), columns: columns.filter((s) => s < samples), support};
  }

  sampleOrder() {
    const {samples} = this.pattern;
    const order = byId('sample-order').value;
    if (order === 'similar') return this.alike('samples', samples, () => this.pattern.columns());
    const columns = Array.from({length: samples}, (_, i) => i);
    const {classes} = this.samples;
    if (order === 'class') columns.sort((a, b) => (classes[a] ?? 0) - (classes[b] ?? 0) || a - b);
    return columns;
  }

  unitOrder(support) {
    const {units} = this.pattern;
    const order = byId('unit-order').value;
    if (order === 'similar') return this.alike('units', units, () => this.pattern.rows());
    const rows = Array.from({length: units}, (_, i) => i);
    if (order === 'support') rows.sort((a, b) => support[b] - support[a] || a - b);
    return rows;
  }

  /** Found once, at the step shown when it was asked for: rows that jump at every step say nothing. */
  alike(what, length, rows) {
    if (!this.similar[what] || this.similar[what].length !== length) {
      this.similar[what] = bySimilarity(rows());
      this.similar.step = this.pattern.step;
    }
    return this.similar[what];
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
    const strip = classes.some((c) => c >= 0);
    const dpr = window.devicePixelRatio || 1;
    const room = Math.max(100, this.section.clientWidth - 30 - LABELS - BARS) * dpr;
    const cellW = Math.max(1, Math.min(60 * dpr, room / samples));
    const wide = window.innerWidth >= 2000;
    const cellH = Math.max(1, Math.min(Math.round((wide ? 40 : 26) * dpr), Math.floor(((wide ? 640 : 400) * dpr) / units)));
    const left = Math.round(LABELS * dpr);
    const top = strip ? Math.round((STRIP + 4) * dpr) : 0;
    const x = (column) => left + Math.round(column * cellW); // cells fill the width: some are a pixel wider
    const width = x(samples) + Math.round(BARS * dpr);
    const height = top + cellH * units;
    for (const canvas of [this.canvas, this.over]) {
      if (canvas.width === Math.floor(width) && canvas.height === Math.floor(height)) continue;
      canvas.width = width;
      canvas.height = height;
      canvas.style.width = width / dpr + 'px';
      canvas.style.height = height / dpr + 'px';
    }
    const ctx = this.canvas.getContext('2d');
    ctx.clearRect(0, 0, width, height);

    // Pixel by pixel, a row of units once and then copied down: fast, and every cell exact.
    const area = this.room(ctx, Math.max(1, x(samples) - left), Math.max(1, cellH * units));
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
        const c = classes[sample] ?? -1;
        ctx.fillStyle = c < 0 ? none : classColour(c);
        ctx.fillRect(x(column), 0, x(column + 1) - x(column), Math.round(STRIP * dpr));
      });
    }
    this.margins(ctx, {rows, support, dpr, left, top, cellH, samples, right: x(samples)});
    this.geometry = {cellW, cellH, left, top, rows, columns, dpr, x};
    this.support = support;
    this.describe(legend, caption, support);
    this.mark();
  }

  /** Pixels to draw into, the same as last time if they are as many. */
  room(ctx, width, height) {
    if (!this.area || this.area.width !== width || this.area.height !== height) {
      this.area = ctx.createImageData(width, height);
    }
    return this.area;
  }

  /** Unit numbers on the left; on the right how many samples a unit is on for. */
  margins(ctx, {rows, support, dpr, left, top, cellH, samples, right}) {
    const size = Math.min(11 * dpr, Math.max(cellH - 1, 8 * dpr));
    ctx.textBaseline = 'middle';
    const every = Math.max(1, Math.ceil((size + 3 * dpr) / cellH));
    const full = (BARS - 10) * dpr;
    const [muted, faint, dead, linear] = ['muted', 'line', 'deactivation', 'linear'].map(colour);
    rows.forEach((unit, y) => {
      const centre = top + (y + 0.5) * cellH;
      const mark = support[unit] === 0 ? dead : support[unit] === samples ? linear : null;
      if (y % every === 0) {
        ctx.font = (mark ? '600 ' : '') + size + 'px system-ui, sans-serif';
        ctx.textAlign = 'right';
        ctx.fillStyle = mark || muted;
        ctx.fillText(String(unit), left - 12 * dpr, centre);
      }
      const thick = Math.max(1, Math.min(cellH - (cellH >= 4 ? 2 : 0), 10 * dpr));
      const at = Math.round(centre - thick / 2);
      if (mark) {
        // A cross for dead, a filled box for linear: the colour is not the only sign.
        ctx.fillStyle = ctx.strokeStyle = mark;
        const r = Math.min(3 * dpr, thick / 2);
        const cx = left - 6 * dpr;
        if (mark === linear || r < 2 * dpr) {
          ctx.fillRect(cx - r, centre - r, 2 * r, Math.max(1, 2 * r));
        } else {
          ctx.lineWidth = 1.5 * dpr;
          ctx.beginPath();
          ctx.moveTo(cx - r, centre - r);
          ctx.lineTo(cx + r, centre + r);
          ctx.moveTo(cx + r, centre - r);
          ctx.lineTo(cx - r, centre + r);
          ctx.stroke();
        }
      }
      ctx.fillStyle = faint;
      ctx.fillRect(right + 8 * dpr, at, full, Math.round(thick));
      ctx.fillStyle = mark || muted;
      ctx.fillRect(right + 8 * dpr, at, (full * support[unit]) / samples, Math.round(thick));
    });
  }

  describe(legend, caption, support) {
    const {units, unitsOfLayer, samples, layer, flips, step} = this.pattern;
    const dead = support.filter((n) => n === 0).length;
    const linear = support.filter((n) => n === samples).length;
    byId('raster-title').textContent = t('Activation pattern, {0}', layer);
    const of = (n, text) => counted(n, text, whole(n));
    const all = of(unitsOfLayer, '{0} unit|{0} units');
    caption.textContent = [
      (unitsOfLayer > units ? t('the first {0} of {1}', whole(units), all) : all) + ' × ' + of(samples, '{0} sample|{0} samples'),
      of(dead, '{0} dead unit|{0} dead units'),
      of(linear, '{0} linear unit|{0} linear units'),
      flips ? of(ones(flips), '{0} flip at this step|{0} flips at this step') : t('no pattern just before to compare with'),
      ...(this.similar.step !== undefined && this.similar.step !== step ? [t('order of step {0}', whole(this.similar.step))] : []),
    ].join(' · ');
    this.canvas.setAttribute('aria-label', byId('raster-title').textContent + ': ' + caption.textContent);
    const key = (name, text) => element('span', {}, element('span', {className: 'ib-key ' + name}), text);
    legend.replaceChildren(key('on', t('on')), key('off', t('off')),
      key('activation', t('just switched on')), key('deactivation', t('just switched off')),
      ...(dead ? [element('span', {className: 'ib-dead'}, element('b', {textContent: '✕'}), t('dead unit'))] : []),
      ...(linear ? [key('linear', t('linear unit'))] : []));
  }

  /** Lines around the row and the column that are marked, on a canvas of their own. */
  mark() {
    this.past.choice();
    const g = this.geometry;
    if (!g) return;
    const ctx = this.over.getContext('2d');
    ctx.clearRect(0, 0, this.over.width, this.over.height);
    const {store} = this.page;
    ctx.strokeStyle = colour('ink');
    for (const [pointed, chosen, draw] of [['unit', 'chosenUnit', (unit) => {
      const y = g.rows.indexOf(unit);
      if (y >= 0) ctx.strokeRect(g.left - 1, g.top + y * g.cellH - 0.5, g.x(g.columns.length) - g.left + 2, Math.max(2, g.cellH) + 1);
    }], ['sample', 'chosenSample', (sample) => {
      const x = g.columns.indexOf(sample);
      if (x >= 0) ctx.strokeRect(g.x(x) - 0.5, 0.5, Math.max(2, g.x(x + 1) - g.x(x)) + 1, this.over.height - 1);
    }]]) {
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
    const g = this.geometry;
    if (!g) return null;
    const box = this.canvas.getBoundingClientRect();
    const x = Math.floor(((e.clientX - box.left) * g.dpr - g.left) / g.cellW);
    const y = Math.floor(((e.clientY - box.top) * g.dpr - g.top) / g.cellH);
    const unit = y >= 0 && y < g.rows.length ? g.rows[y] : null;
    const sample = x >= 0 && x < g.columns.length ? g.columns[x] : null;
    return {unit, sample: y < g.rows.length ? sample : null};
  }

  point(e) {
    const found = this.at(e);
    if (!found || (found.unit === null && found.sample === null)) {
      this.leave();
      return;
    }
    this.page.store.set(found);
    const {unit, sample} = found;
    const text = [];
    const on = unit === null ? 0 : this.support[unit];
    if (unit !== null) {
      text.push('unit ' + unit + (sample === null ? ', on for ' + whole(on) + ' of ' + plural(this.pattern.samples, 'sample')
        : ', ' + ['off', 'on', 'off since this step', 'on since this step'][this.pattern.state(unit, sample)]));
    }
    if (sample !== null) {
      const id = this.samples.ids[sample];
      const c = this.samples.classes[sample] ?? -1;
      text.push('sample ' + (id === undefined ? sample : whole(id)) + (c >= 0 ? ', class ' + c : ''));
    }
    text.push('click for its history');
    this.tip.textContent = text.join('\n');
    this.tip.hidden = false;
    this.tip.style.left = Math.min(e.clientX + 14, window.innerWidth - this.tip.offsetWidth - 8) + 'px';
    this.tip.style.top = Math.min(e.clientY + 16, window.innerHeight - this.tip.offsetHeight - 8) + 'px';
  }

  leave() {
    this.tip.hidden = true;
    this.page.store.set({unit: null, sample: null});
  }

  /** A click on a row chooses its unit, one on the strip of classes the sample. */
  choose(e) {
    const found = this.at(e);
    if (!found) return;
    const {store} = this.page;
    if (found.unit !== null) {
      store.set({chosenUnit: store.get('chosenUnit') === found.unit ? null : found.unit, chosenSample: null});
    } else if (found.sample !== null) {
      store.set({chosenSample: store.get('chosenSample') === found.sample ? null : found.sample, chosenUnit: null});
    }
  }

  /** A row per unit in the order shown: of each sample 0 off, 1 on, 2 off and 3 on since this step. */
  table() {
    if (!this.pattern) return {name: 'pattern', columns: ['unit', 'activeSamples'], rows: []};
    const {rows, columns, support} = this.orders();
    return {
      name: 'pattern of ' + this.pattern.layer,
      columns: ['unit', 'activeSamples', ...columns.map((sample) => 'sample ' + (this.samples.ids[sample] ?? sample))],
      rows: rows.map((unit) => [unit, support[unit], ...columns.map((sample) => this.pattern.state(unit, sample))]),
    };
  }

  pictures() {
    const g = this.geometry;
    if (!g) return [];
    const {dpr, left, top, cellH} = g;
    const {width, height} = this.canvas;
    const right = g.x(g.columns.length);
    const legend = [...STATES.map((name, k) => [colour(name), ['off', 'on', 'just switched off', 'just switched on'][k]]),
      [null, byId('raster-caption').textContent]];
    const cells = {title: this.heading, width: width / dpr, height: height / dpr, legend, draw: (ctx) => {
      ctx.save();
      ctx.scale(1 / dpr, 1 / dpr);
      ctx.drawImage(this.canvas, left, 0, right - left, height, left, 0, right - left, height);
      this.margins(ctx, {rows: g.rows, support: this.support, dpr, left, top, cellH, samples: this.pattern.samples, right});
      ctx.restore();
    }};
    return [cells, ...this.past.pictures()];
  }

  get shown() { return this.geometry; }
}
