// Activation patterns: a row per unit, a column per probe sample.

import {fetchStep} from './api.js';
import {BitHistory} from './bit-history.js';
import {Cells} from './cells.js';
import {classKeys} from './classes.js';
import {byId, colour, element, plural, whole} from './format.js';
import {Panel} from './panel.js';
import {PatternOrder} from './pattern-order.js';
import {PatternOverview} from './pattern-overview.js';
import {markOf, ones, Pattern, STATES} from './raster.js';
import {counted, t} from './words.js';

export class RasterPanel extends Panel {
  constructor(page) {
    super(page, 'raster', 'Activation patterns', 'a tracked layer: one with ReLU, leaky ReLU or the like');
    this.canvas = byId('raster');
    this.cells = new Cells(this.canvas, byId('raster-marks'));
    this.tip = byId('raster-tip');
    this.note = byId('raster-note');
    this.pattern = null;
    this.samples = {ids: [], classes: []};
    this.order = new PatternOrder();
    new ResizeObserver(() => this.draw()).observe(this.section);
    this.canvas.addEventListener('mousemove', (e) => this.point(e));
    this.canvas.addEventListener('mouseleave', () => this.leave());
    this.canvas.addEventListener('click', (e) => this.choose(e));
    for (const id of ['sample-order', 'unit-order']) {
      byId(id).addEventListener('change', () => {
        this.order.forget();
        this.draw();
        this.past.draw();
        page.changed();
      });
    }
    this.past = new BitHistory(this);
    this.overview = new PatternOverview(() => {
      this.drawExact();
      page.changed();
    });
    const box = this.canvas.parentElement;
    this.both = element('div', {className: 'ib-pattern'});
    box.replaceWith(this.both);
    this.both.append(this.overview.element, box);
    page.store.on(['chosenUnit', 'chosenSample'], ({chosenUnit, chosenSample}) => {
      if (this.pattern) this.overview.reveal(chosenUnit, chosenSample);
    });
  }

  begin(run) {
    this.samples = run.samples;
    const classes = run.samples.classes.some((c) => c >= 0);
    const select = byId('sample-order');
    select.querySelector('[value=class]').disabled = !classes;
    select.value = classes ? 'class' : 'data';
    this.first = [select.value, 'index'];
    this.layer = undefined;
    this.order.forget();
    this.overview.forget();
    this.past.begin(run);
    this.place(null, '');
    return run.layers.length > 0;
  }

  /** For the address: the orders, and the step at which an order by similarity was found. */
  get kept() {
    const now = [byId('sample-order').value, byId('unit-order').value];
    if (String(now) === String(this.first) || !this.pattern) return null;
    return [...now, ...(this.order.step === undefined ? [] : [this.order.step])].join('~');
  }

  restore(text) {
    const [samples, units, at] = text.split('~');
    ['sample-order', 'unit-order'].forEach((id, k) => {
      const value = [samples, units][k];
      if ([...byId(id).options].some((o) => o.value === value && !o.disabled)) byId(id).value = value;
    });
    this.order.forget();
    this.draw();
    if (!/^\d{1,9}$/.test(at) || !text.includes('similar')) return;
    const {layer} = this.page;
    this.page.ask((r) => fetchStep(r, Number(at), layer)).then((record) => {
      if (!record.pattern || layer !== this.page.layer) return;
      this.order.takeFrom(new Pattern(record.pattern, record.step));
      this.draw();
      this.past.draw();
      this.page.changed();
    }).catch(this.page.failed);
  }

  update(progress, other) {
    // What the page begins with has an order already, perhaps that of the address.
    if (other && this.layer !== undefined && this.layer !== this.page.layer) {
      this.order.forget();
      this.overview.forget();
    }
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
    this.cells.hidden = !pattern;
    this.tip.hidden = true;
    this.draw();
    if (!this.past.geometry) this.past.draw(); // its numbers were here before the first pattern
    this.past.mark();
  }

  theme() {
    this.draw();
    this.past.draw();
  }

  /** Whether a unit is a channel at any position. */
  get grouped() { return Boolean(this.page.run?.layers[this.page.layer]?.grouped); }

  orders() {
    return this.order.of(this.pattern, {samples: byId('sample-order').value, units: byId('unit-order').value}, this.samples.classes);
  }

  draw() {
    const legend = byId('raster-legend');
    const caption = byId('raster-caption');
    if (!this.pattern) {
      this.cells.clear();
      legend.replaceChildren();
      caption.textContent = '';
      return;
    }
    const orders = this.orders();
    this.support = orders.support;
    const height = this.drawExact(orders);
    this.overview.show(this.pattern, orders, this.samples.classes, height);
    this.describe(legend, caption, orders.support);
    this.mark();
  }

  /** Draws the cells in the frame of the overview, or all of them, and returns how high they are. */
  drawExact(orders = this.orders()) {
    const part = this.overview.part(this.pattern, orders);
    const isPart = part !== orders;
    this.both.classList.toggle('ib-in-part', isPart);
    const wide = isPart ? this.canvas.parentElement.clientWidth - 4 : this.section.clientWidth - 30;
    this.cells.draw(this.pattern, part, this.samples.classes,
      {wide, large: window.innerWidth >= 2000, dpr: window.devicePixelRatio || 1, grouped: this.grouped});
    if (isPart) this.mark();
    return Math.max(320, this.canvas.clientHeight);
  }

  describe(legend, caption, support) {
    const {units, unitsOfLayer, samples, layer, flips, step, observedAt} = this.pattern;
    const marks = [...support].map((n) => markOf(n, samples, this.grouped));
    const [dead, linear] = ['dead', 'linear'].map((mark) => marks.filter((one) => one === mark).length);
    byId('raster-title').textContent = t('Activation pattern, {0}', layer);
    const of = (n, text) => counted(n, text, whole(n));
    const all = of(unitsOfLayer, '{0} unit|{0} units');
    caption.textContent = [
      (unitsOfLayer > units ? t('the first {0} of {1}', whole(units), all) : all) + ' × ' + of(samples, '{0} sample|{0} samples'),
      of(dead, '{0} dead unit|{0} dead units'),
      ...(this.grouped ? [] : [of(linear, '{0} linear unit|{0} linear units')]),
      observedAt !== undefined ? t('as at step {0}, when the probe was last observed', whole(observedAt))
        : flips ? of(ones(flips), '{0} flip at this step|{0} flips at this step') : t('no pattern just before to compare with'),
      ...(this.order.step !== undefined && this.order.step !== step ? [t('order of step {0}', whole(this.order.step))] : []),
    ].join(' · ');
    this.canvas.setAttribute('aria-label', byId('raster-title').textContent + ': ' + caption.textContent);
    const key = (name, text) => element('span', {}, element('span', {className: 'ib-key ' + name}), text);
    legend.replaceChildren(key('on', t('on')), key('off', t('off')),
      key('activation', t('just switched on')), key('deactivation', t('just switched off')),
      ...(dead ? [element('span', {className: 'ib-dead'}, element('b', {textContent: '✕'}), t('dead unit'))] : []),
      ...(linear ? [key('linear', t('linear unit'))] : []), ...classKeys(this.page.run));
  }

  mark() {
    this.past.choice();
    this.cells.mark(this.page.store);
  }

  point(e) {
    const found = this.cells.at(e);
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
    const found = this.cells.at(e);
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
    if (!this.cells.layout) return [];
    const legend = [...STATES.map((name, k) => [colour(name), ['off', 'on', 'just switched off', 'just switched on'][k]]),
      [null, byId('raster-caption').textContent]];
    return [this.cells.figure(this.heading, legend), ...this.past.pictures()];
  }

  get shown() { return this.cells.shown; }
}
