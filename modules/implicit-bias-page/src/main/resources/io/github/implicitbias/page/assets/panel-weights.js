// Units in weight space: direction and magnitude with paths, and next to it input space or, for one
// input, the learned function.

import {fetchSamples, fetchUnits, fetchUnitSeries} from './api.js';
import {keyedById} from './columns.js';
import {element} from './format.js';
import {InputPlane} from './input-plane.js';
import {LearnedFunction} from './learned-function.js';
import {Foreseen, Latest, Panel} from './panel.js';
import {extentOf} from './projection.js';
import {UnitScene} from './unit-scene.js';
import {WeightPlane} from './weight-plane.js';

const POINTS = 400; // steps of the paths
const SPREAD = 100; // of the norms, from which on the logarithmic radius is the better start

const MODES = [['plain', 'plane'], ['polar', 'direction, log norm']];
const numbers = (values) => values.map((v) => (typeof v === 'number' && Number.isFinite(v) ? v : null));

export class WeightsPanel extends Panel {
  constructor(page) {
    super(page, 'weights', 'Units in weight space', 'a dense first layer, and preset STANDARD or FULL');
    this.buttons = MODES.map(([mode, text]) => {
      const button = element('button', {type: 'button', id: 'weights-' + mode, textContent: text});
      button.addEventListener('click', () => {
        this.wanted = mode;
        this.draw();
      });
      return button;
    });
    const group = element('div', {className: 'ib-switch'}, ...this.buttons);
    group.setAttribute('role', 'group');
    group.setAttribute('aria-label', 'Direction and magnitude');
    this.header(group);
    this.weights = new WeightPlane(page);
    this.inputs = new InputPlane(page);
    this.learned = new LearnedFunction(page);
    this.planes = [this.weights, this.inputs, this.learned];
    this.section.append(element('div', {className: 'ib-planes'}, ...this.planes.map((p) => p.element)));
    this.foreseen = new Foreseen();
    this.steps = new Latest(() => this.load());
    this.paths = new Latest(() => this.loadSeries());
    this.near = false;
    new IntersectionObserver((entries) => {
      this.near = entries[entries.length - 1].isIntersecting;
      if (this.near) this.catchUp();
    }, {rootMargin: '400px'}).observe(this.section);
  }

  begin(run) {
    this.run = run;
    this.record = null;
    this.samples = null;
    this.wanted = null;
    this.forget();
    return run.layers.some((l, layer) => this.has(layer));
  }

  forget() {
    Object.assign(this, {layer: this.page.layer, scene: null, series: null, found: null, at: null, due: true, askedAt: 0});
    for (const p of this.planes) p.show(null);
  }

  has(layer) {
    return this.page.columns.unit('weightX', layer) !== null;
  }

  foresee(step) {
    if (this.near && this.present && !this.steps.busy) this.foreseen.ask(step + '/' + this.page.layer, () => this.unitsAt(step));
  }

  unitsAt(step) {
    const {layer} = this.page;
    return this.page.ask((r) => fetchUnits(r, step, layer));
  }

  scrub(record) {
    this.record = record;
    this.catchUp();
  }

  /** New records, or another layer; the paths are asked for again when they have grown visibly. */
  update(progress) {
    const {layer} = this.page;
    if (layer !== this.layer) this.forget();
    if (this.has(layer) !== this.present) this.show(this.has(layer));
    if (this.series && !this.due) {
      const {steps} = this.series;
      const grown = (progress.lastStep - steps[steps.length - 1]) / Math.max(1, progress.lastStep - steps[0]);
      this.due = grown > 0.02 || (grown > 0 && progress.records < 50000 && performance.now() - this.askedAt > 3000);
    }
    return this.catchUp();
  }

  /** Asks for what is shown by now, if anybody can see it. */
  catchUp() {
    if (!this.near || !this.present || !this.run) return null;
    const asked = [];
    if (this.record && this.at !== this.record.step) asked.push(this.steps.ask(true));
    if (this.due && !this.paths.busy) asked.push(this.paths.ask(true));
    return Promise.all(asked).catch((e) => this.page.failed(e));
  }

  async load() {
    const {run, record, page} = this;
    const {layer} = page;
    const here = this.samples === null && page.columns.sample('inputX') !== null;
    const [found, samples] = await Promise.all([
      this.foreseen.take(record.step + '/' + layer, () => this.unitsAt(record.step)),
      here ? page.ask((r) => fetchSamples(r, record.step)) : null,
    ]);
    if (run !== this.run || layer !== page.layer) return;
    if (samples) this.samples = listed(keyedById(samples.columns, page.columns.samples));
    this.found = {...found, columns: keyedById(found.columns, page.columns.unitsOf(layer))};
    this.at = record.step;
    this.assemble();
  }

  async loadSeries() {
    const {run, page} = this;
    const {layer} = page;
    this.due = false;
    this.askedAt = performance.now();
    const found = await page.ask((r) => fetchUnitSeries(r, layer, POINTS)).catch((e) => {
      this.due = true;
      throw e;
    });
    if (run !== this.run || layer !== page.layer) return;
    const columns = keyedById(found.columns, page.columns.unitsOf(layer));
    const rows = (id) => columns[id]?.map((row) => (row ? numbers(row) : found.units.map(() => null))); // null: not at this step
    const [x, y, norm, outgoing] = ['weightX', 'weightY', 'weightNorm', 'outgoingWeight'].map(rows);
    this.series = x && y && found.steps.length ? {
      steps: found.steps,
      units: found.units,
      x,
      y,
      norm,
      outgoing: outgoing ? outgoing.flat().reduce((most, v) => Math.max(most, Math.abs(v)), 0) : 0,
    } : null;
    this.assemble();
  }

  assemble() {
    if (!this.found) return;
    const {columns} = this.page;
    const layer = this.run.layers[this.page.layer];
    const bias = this.record.values[columns.metric('outputBias')];
    this.scene = new UnitScene(this.run, layer, this.found, this.samples || [], null, typeof bias === 'number' ? bias : 0);
    if (this.series) {
      const {x, y, norm} = this.series;
      // The recorded norm leaves the bias out; in a plane that has it as an axis the radius has it too.
      const radius = this.scene.kind === 'directions' && norm ? norm
        : x.map((row, k) => row.map((v, i) => (v === null || y[k][i] === null ? null : Math.hypot(v, y[k][i]))));
      this.scene.series = {...this.series, norm: radius};
      this.scene.mostOutgoing = this.series.outgoing;
    }
    this.draw();
  }

  get mode() {
    if (this.wanted) return this.wanted;
    const [least, most] = extentOf(this.scene).norms;
    return most > SPREAD * least ? 'polar' : 'plain';
  }

  draw() {
    const {scene} = this;
    if (!scene) return;
    this.weights.mode = this.mode;
    MODES.forEach(([mode], k) => this.buttons[k].setAttribute('aria-pressed', String(mode === this.weights.mode)));
    const key = (name, text) => element('span', {}, element('span', {className: 'ib-key ib-unit ' + name}), text);
    const signs = scene.a ? [key('up', 'outgoing weight a > 0'), key('down', 'a < 0'), element('span', {textContent: 'area: |a|'})] : [];
    this.legend.replaceChildren(...signs, ...(!scene.a && scene.outgoing ? [element('span', {textContent: 'area: norm of the outgoing weights'})] : []),
      ...(scene.recorded !== null && scene.recorded !== scene.step ? [element('span', {textContent: 'weights of step ' + scene.recorded})] : []));
    for (const p of this.planes) p.show(scene);
  }

  mark() {
    for (const p of this.planes) p.mark();
  }

  theme() {
    for (const p of this.planes) p.draw();
  }

  /** Also where nobody has seen the panel yet. */
  async prepare() {
    const {near} = this;
    this.near = true;
    await this.catchUp();
    this.near = near;
  }

  table() {
    const columns = Object.entries(this.found?.columns ?? {}).filter(([, column]) => column);
    const units = columns.length ? columns[0][1].values.map((v, unit) => unit) : [];
    return {name: 'weights', columns: ['unit', ...columns.map(([name]) => name)], rows: units.map((unit) =>
      [unit, ...columns.map(([, {values}]) => values[unit] ?? null)])};
  }

  get pictured() { return true; }

  pictures() {
    return this.scene ? this.planes.filter((p) => p.fits(this.scene)).map((p) => p.figure()) : [];
  }

  get settled() {
    return !this.near || (!this.steps.busy && !this.paths.busy && (!this.record || this.at === this.record.step));
  }

  get shown() {
    if (!this.scene) return {};
    return {layer: this.scene.layer, step: this.scene.step, weights: this.weights.shown, inputs: this.inputs.shown, learned: this.learned.shown};
  }
}

/** The samples that have a place: {sample, x, y, target}. */
function listed(columns) {
  const of = (name) => {
    const found = columns[name];
    const values = new Map();
    if (found) found.values.forEach((v, i) => values.set(found.samples ? found.samples[i] : i, v));
    return values;
  };
  const [x, y, target] = ['inputX', 'inputY', 'target'].map(of);
  const number = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : null);
  if (!columns.inputX) return null;
  return [...x.keys()].sort((p, q) => p - q)
    .map((sample) => ({sample, x: number(x.get(sample)), y: number(y.get(sample)), target: number(target.get(sample))}))
    .filter((s) => s.x !== null && s.y !== null);
}
