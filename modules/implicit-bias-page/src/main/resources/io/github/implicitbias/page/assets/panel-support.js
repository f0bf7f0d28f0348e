// "Support vector" means four things; here they are side by side.

import {fetchSampleSeries, fetchSamples} from './api.js';
import {keyedById} from './columns.js';
import {brief, classColour, classShade, element, plural, whole} from './format.js';
import {LineChart} from './lines.js';
import {CHIPS, nameOf, Notion, samplesOf, tagOf} from './notion.js';
import {Foreseen, Latest, Panel} from './panel.js';
import {barsFigure, namesFigure} from './pictures.js';
import {t} from './words.js';

const LONG = 100000; // records of a long run
const LINES = ['#0072B2', '#D55E00', '#009E73', '#CC79A7', '#E69F00', '#56B4E9'];

const NOTIONS = [
  {id: 'active', title: 'Active support', of: 'of a unit',
    text: 'The samples a unit is on for. Ranked by how many units are on for a sample; choose a unit in the activation pattern to see its own.'},
  {id: 'span', title: 'Span coefficients', column: 'spanCoefficients', of: 'of the first layer',
    text: 'How far each sample has moved the first layer: the coefficients of its weights, less those at the start, in the samples.',
    absent: 'Recorded by STANDARD and FULL where the samples are few enough.'},
  {id: 'cone', title: 'Cone support', column: 'coneSupport', of: 'of the data',
    text: 'The samples that bound the cone of the data: a unit that is on for these is on for all. It does not change.',
    absent: 'There is none: the cone contains a line, the samples are too many, or the preset is ECONOMY.'},
  {id: 'margin', title: 'Margin support', column: 'marginSupport', of: 'of the network',
    text: 'The samples that the widest margin rests on, to first order in the parameters: those with a positive multiplier. Read the proportions.',
    absent: 'Recorded by STANDARD and FULL for labels that are classes, in networks of dense piecewise linear layers, while some change of the parameters raises all margins.'},
];

/** Why a run has no values of a column, as its provenance says; null if it does not. */
export function reasonOf(provenance, column) {
  for (const [key, reason] of Object.entries(provenance ?? {})) {
    if (key.startsWith('absent ') && key.slice('absent '.length).split(', ').includes(column)) {
      return 'Absent: ' + reason + '.';
    }
  }
  return null;
}

export class SupportPanel extends Panel {
  constructor(page) {
    super(page, 'support', 'Support vectors', 'a tracked layer, and preset STANDARD or FULL for values per sample');
    this.header();
    this.notions = NOTIONS.map((facts) => new Notion(facts, page.store));
    this.charts = ['span', 'margin'].map((id) => this.history(NOTIONS.find((n) => n.id === id)));
    this.section.append(element('div', {className: 'ib-notions'}, ...this.notions.map((n) => n.element)),
      element('div', {className: 'ib-charts ib-two'}, ...this.charts.map((c) => c.element)));
    this.foreseen = new Foreseen();
    this.steps = new Latest((record) => this.load(record));
    this.series = new Latest(() => this.loadSeries());
  }

  history(notion) {
    const legend = element('div', {className: 'ib-legend'});
    const box = element('div', {className: 'ib-chart ib-medium'});
    const figure = element('figure', {}, element('figcaption', {textContent: t('{0} over the steps', t(notion.title))}), legend, box);
    const chart = new LineChart(this.page.timeline, box, {
      series: [],
      scale: 'linear',
      legend,
      extra: (c) => this.lines(c, notion),
      seen: () => this.seen(),
      empty: (empty) => { figure.hidden = empty; },
    });
    figure.hidden = true;
    return {title: notion.title + ' over the steps', column: notion.column, element: figure, chart, samples: []};
  }

  /** Twenty lines need no twenty keys: how many there are, and the one that is marked. */
  lines(chart, notion) {
    const found = this.charts?.find((c) => c.chart === chart);
    if (!found || !found.samples.length) return [];
    const marked = this.page.store.marked('sample');
    const all = this.page.run.samples.count;
    const text = found.samples.length < all ? t('the {0} largest of {1}', whole(found.samples.length), samplesOf(all)) : samplesOf(all);
    const shown = [element('span', {textContent: text})];
    if (marked !== null && found.samples.includes(marked)) shown.push(tagOf(marked, this.run.samples));
    return shown;
  }

  begin(run) {
    this.run = run;
    this.record = null;
    this.values = {};
    this.drawnTo = -Infinity;
    for (const notion of this.notions) notion.samples = run.samples;
    for (const c of this.charts) {
      c.element.hidden = true;
      c.samples = [];
      c.chart.load({}, []);
    }
    return run.layers.length > 0;
  }

  foresee(step) {
    if (this.run.sampleColumns.length && !this.steps.busy) this.foreseen.ask(step, () => this.samplesAt(step));
  }

  samplesAt(step) {
    return this.page.ask((r) => fetchSamples(r, step));
  }

  scrub(record) {
    this.record = record;
    this.steps.ask(record).catch((e) => this.page.failed(e));
  }

  async load(record) {
    const {run} = this;
    if (run.sampleColumns.length) {
      const found = await this.foreseen.take(record.step, () => this.samplesAt(record.step));
      if (run !== this.run) return;
      this.values = keyedById(found.columns, this.page.columns.samples);
    }
    this.at = record.step;
    this.draw();
  }

  update(progress) {
    // Of a long run a little more would move the lines by less than a pixel.
    if (progress && progress.records > LONG && progress.lastStep - this.drawnTo < (progress.lastStep - progress.firstStep) / 500) return null;
    const box = this.section.getBoundingClientRect();
    const far = box.top > window.innerHeight + 400 || box.bottom < -400;
    this.due = far && this.charts.some((c) => c.samples.length > 0);
    return this.due ? null : this.series.ask(true);
  }

  /** New records came while the charts were out of sight. */
  seen() {
    if (this.due) this.update()?.catch((e) => this.page.failed(e));
  }

  async loadSeries() {
    const {run} = this;
    this.drawnTo = this.page.progress.lastStep;
    await Promise.all(this.charts.map(async (c) => {
      const column = this.page.columns.sample(c.column);
      if (column === null) return;
      const found = await this.page.ask((r) => fetchSampleSeries(r, column, this.page.store.get('chosenSample')));
      if (run !== this.run) return;
      c.samples = found.samples;
      c.element.hidden = !found.steps.some((steps) => steps.length > 1);
      if (c.element.hidden) return;
      const classes = run.samples.classes.some((x) => x >= 0);
      const series = found.samples.map((sample, i) => ({
        name: String(sample),
        legend: false,
        width: 1.25,
        colour: classes ? classShade(run.samples.classes[sample]) : LINES[i % LINES.length],
      }));
      c.chart.load(Object.fromEntries(found.samples.map((sample, i) => [String(sample), {steps: found.steps[i], values: found.values[i]}])), series);
      this.focus();
    }));
  }

  /** Values by sample number; null where the record has none. */
  column(name) {
    const found = this.values[name];
    if (!found) return null;
    const samples = found.samples || found.values.map((v, i) => i);
    return {step: found.step, pairs: samples.map((sample, i) => [sample, found.values[i]])};
  }

  draw() {
    if (!this.record) return;
    const unit = this.page.store.marked('unit');
    for (const notion of this.notions) {
      const {id, column} = notion;
      notion.at.textContent = '';
      notion.rows = [];
      if (id === 'active') {
        this.active(notion, unit);
        continue;
      }
      const found = this.column(column);
      if (!found) {
        notion.note(reasonOf(this.run.provenance, column) ?? t(notion.absent));
        continue;
      }
      if (found.step !== this.at) notion.at.textContent = id === 'cone' ? '' : t('at step {0}', whole(found.step));
      if (id === 'cone') {
        notion.chips(found.pairs.filter(([, v]) => v === 1).map(([sample]) => sample), found.pairs.length);
      } else {
        const tied = id === 'margin' ? this.column('tiedMargin') : null;
        const marks = new Set((tied ? tied.pairs : []).filter(([, v]) => v === 1).map(([sample]) => sample));
        notion.bars(found.pairs, marks, null, id === 'margin' ? this.explained(found.step) : []);
      }
    }
    this.markRows();
  }

  /** How much of the parameters the multipliers of a step explain, in words; nothing where that is not known. */
  explained(step) {
    if (!this.record || this.record.step !== step) return [];
    const value = (name) => {
      const column = this.page.columns.metric(name);
      return column === null ? null : this.record.values[column] ?? null;
    };
    const unique = value('marginUnique');
    if (unique === null) return [];
    const efficiency = value('marginEfficiency');
    const words = [efficiency === null ? t('they explain nothing yet: not every margin is positive')
      : t('they explain at least {0} % of the squared length of the parameters', brief(Math.floor(1000 * efficiency * efficiency + 1e-6) / 10))];
    if (unique === 0) words.push(t('other multipliers are possible among the tight samples'));
    return words;
  }

  active(notion, unit) {
    const pattern = this.page.pattern;
    if (!pattern) {
      notion.note(t('No pattern at this step.'));
      return;
    }
    notion.at.textContent = pattern.layer;
    if (unit !== null && unit < pattern.units) {
      const on = [];
      for (let i = 0; i < pattern.samples; i++) if (pattern.isOn(unit, i)) on.push(i);
      notion.at.textContent = pattern.layer + ', unit ' + unit;
      notion.chips(on, pattern.samples);
      return;
    }
    notion.bars(pattern.perSample().map((n, i) => [i, n]), new Set(), pattern.units);
  }

  markRows() {
    const marked = this.page.store.marked('sample');
    for (const row of this.section.querySelectorAll('.ib-notion [data-sample]')) {
      row.classList.toggle('marked', Number(row.dataset.sample) === marked);
      if (row.role === 'button') row.ariaPressed = String(Number(row.dataset.sample) === this.page.store.get('chosenSample'));
    }
  }

  focus() {
    const marked = this.page.store.marked('sample');
    for (const c of this.charts) {
      if (c.element.hidden) continue;
      c.chart.focus(marked === null ? null : String(marked));
      c.chart.legend.fill();
    }
  }

  mark() {
    const unit = this.page.store.marked('unit');
    if (unit !== this.unit) {
      this.unit = unit;
      this.draw();
    }
    this.markRows();
    this.focus();
    const chosen = this.page.store.get('chosenSample');
    if (chosen !== this.chosen) {
      this.chosen = chosen;
      if (chosen !== null && this.charts.some((c) => !c.element.hidden && !c.samples.includes(chosen))) {
        this.series.ask(true).catch((e) => this.page.failed(e));
      }
    }
  }

  theme() {
    this.draw();
  }

  get settled() {
    return !this.steps.busy && !this.series.busy && (!this.record || this.at === this.record.step);
  }

  lineCharts() {
    return this.charts.filter((c) => !c.element.hidden).map((c) => ({title: c.title, chart: c.chart}));
  }

  /** All numbers of the four notions, not only those that have room as bars. */
  table() {
    const rows = [];
    const add = (notion, step, pairs) => pairs.forEach(([sample, v]) =>
      rows.push([notion.title, step, sample, this.run.samples.ids[sample] ?? null, this.run.samples.classes[sample] ?? null, v]));
    for (const notion of this.notions) {
      const found = notion.column && this.column(notion.column);
      if (found) add(notion, found.step, found.pairs);
      if (notion.id === 'active' && this.page.pattern) {
        const unit = this.page.store.marked('unit');
        const {pattern} = this.page;
        const one = unit !== null && unit < pattern.units;
        const of = one ? {...notion, title: notion.title + ' of unit ' + unit} : notion;
        add(of, this.at, one ? Array.from({length: pattern.samples}, (_, i) => [i, pattern.isOn(unit, i) ? 1 : 0])
          : pattern.perSample().map((n, i) => [i, n]));
      }
    }
    return {name: 'support', columns: ['notion', 'step', 'sample', 'sampleId', 'class', 'value'], rows};
  }

  pictures() {
    return this.notions.filter((n) => n.rows.length).map((n) => {
      const shade = (sample) => classColour(this.run.samples.classes[sample]);
      if (!n.listed) return barsFigure(n.title, n.rows.map(([sample, v]) => [nameOf(sample, this.run.samples), v, brief(v), shade(sample)]));
      const title = n.title + ', ' + (n.rows.length > CHIPS ? 'the first ' + CHIPS + ' of ' : '') + plural(n.rows.length, 'sample');
      return namesFigure(title, n.rows.slice(0, CHIPS).map(([sample]) => [nameOf(sample, this.run.samples), shade(sample)]));
    });
  }

  get shown() {
    return Object.fromEntries(this.notions.map((n) => [n.id, n.rows]));
  }
}
