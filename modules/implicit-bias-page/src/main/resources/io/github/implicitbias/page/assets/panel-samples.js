// What training has shown of its own samples: the map of the data, the classes, labels that look wrong,
// one sample, and the epochs.

import {fetchDataMap, fetchSample, fetchSuspects, fetchVisits, fetchVisitsFile} from './api.js';
import {ClassTable} from './class-table.js';
import {DataMap} from './data-map.js';
import {paintEpochs} from './epoch-lines.js';
import {download} from './export.js';
import {brief, byId, element, plural, whole} from './format.js';
import {Latest, Panel} from './panel.js';
import {SampleHistory} from './sample-history.js';
import {Sketch} from './sketch.js';
import {SuspectList} from './suspect-list.js';
import {t} from './words.js';

const LINES = [['learned', 'c3'], ['forgotten', 'c2'], ['neverLearned', 'muted']];
const COLOURS = 10; // classes that points of the map have the colours of
const MEASURES = {margin: 'margin', confidence: 'confidence'};

export class SamplesPanel extends Panel {
  constructor(page) {
    super(page, 'training', 'Training samples');
    this.header();
    this.caption = element('p', {className: 'ib-caption', lang: 'en'});
    this.why = element('p', {className: 'ib-note', textContent: t('No visits so far: they are there from the end of the first epoch on, unless they are turned off or the records see every sample anyway.')});
    this.map = new DataMap(this);
    this.classes = new ClassTable((c) => this.filter(c));
    this.suspects = new SuspectList(this);
    this.history = new SampleHistory();
    this.measures = element('span', {className: 'ib-switch'});
    this.measures.setAttribute('role', 'group');
    this.measures.setAttribute('aria-label', t('Measure of the map'));
    this.map.sketch.element.prepend(element('div', {className: 'ib-box-head'}, this.measures));
    this.accuracy = new Sketch(t('Accuracy'), 'ib-small-sketch');
    this.counts = new Sketch(t('Learned and forgotten'), 'ib-small-sketch');
    this.counts.key(LINES.map(([name, shade]) => [shade, this.nameOf(name)]));
    this.sketches = [this.map.sketch, this.history.sketch, this.accuracy, this.counts];
    this.save = element('button', {type: 'button', className: 'ib-link', textContent: 'All samples (visits.csv)'});
    this.save.addEventListener('click', () => this.download());
    this.said = element('span', {className: 'ib-said', role: 'status'});
    this.steps = element('button', {type: 'button', className: 'ib-link', textContent: 'Charts of every step', title: 'Loss, accuracy and flips of each batch'});
    this.steps.addEventListener('click', () => byId('panel-visits').scrollIntoView({block: 'start'}));
    this.tip = element('div', {className: 'ib-tip', hidden: true});
    this.more = element('p', {className: 'ib-note ib-more', lang: 'en'}, this.save, this.steps, this.said);
    const two = (kind, ...parts) => element('div', {className: 'ib-two-boxes ' + kind}, ...parts);
    this.first = two('', this.map.sketch.element, this.classes.element);
    this.second = two('', this.suspects.element, this.history.element);
    this.parts = element('div', {}, this.caption, this.more, this.first, this.second, two('even', this.accuracy.element, this.counts.element));
    this.section.append(this.why, this.parts, this.tip);
    this.latest = new Latest((wanted) => this.fetch(wanted));
    this.found = null;
  }

  nameOf(name) {
    return {learned: t('learned'), forgotten: t('forgotten'), neverLearned: t('never learned')}[name];
  }

  begin() {
    Object.assign(this, {found: null, known: 0, measure: null, ofClass: null, from: 0, chosen: null, one: null, page_: null});
    this.arrange();
    return true;
  }

  /** The line that says why, or everything else. */
  arrange() {
    this.why.hidden = !this.isEmpty;
    this.parts.hidden = this.isEmpty;
    const take = this.section.querySelector('.ib-take');
    if (take) take.hidden = this.isEmpty;
  }

  async update({visits}) {
    if (!visits || visits === this.known) return;
    await this.latest.ask(visits);
  }

  async fetch(visits) {
    this.found = await this.page.ask((run) => fetchVisits(run));
    this.known = visits;
    this.arrange();
    const {measures, samples, suspects} = this.found;
    if (samples && !measures.includes(this.measure)) this.measure = measures[0] ?? null;
    await Promise.all([samples && suspects.told ? this.fetchPage() : null, this.fetchMap()]);
    this.draw();
    const first = this.page_?.list[0]?.sample;
    if (this.chosen !== null || first !== undefined) await this.choose(this.chosen ?? first);
  }

  async fetchPage() {
    this.page_ = await this.page.ask((run) => fetchSuspects(run, this.from));
  }

  async fetchMap() {
    this.dataMap = this.measure === null ? null : await this.page.ask((run) => fetchDataMap(run, this.measure, this.ofClass ?? -1));
  }

  // ---------------------------------------------------------------- what the reader does

  fail(e) {
    this.said.textContent = e.message;
    if (!(e.status > 0)) this.page.failed(e);
  }

  async filter(c) {
    this.ofClass = c;
    this.classes.show(this.found, c, brief3);
    try {
      await this.fetchMap();
      this.drawMap();
      (this.classes.buttons[c] ?? this.classes.table).focus?.({preventScroll: true});
    } catch (e) {
      this.fail(e);
    }
  }

  async measureBy(measure) {
    this.measure = measure;
    try {
      await this.fetchMap();
      this.drawMap();
    } catch (e) {
      this.fail(e);
    }
  }

  async turn(by) {
    const {page} = this.found.suspects;
    this.from = Math.max(0, this.from + by * page);
    try {
      await this.fetchPage();
      this.suspects.show(this.found.suspects, this.page_, this.chosen);
      this.drawMap();
    } catch (e) {
      this.fail(e);
    }
  }

  /** Shows one sample: a suspect of the page, or another that is asked for. */
  async choose(sample) {
    this.chosen = sample;
    this.suspects.choose(sample);
    try {
      const listed = this.page_?.list.find((one) => one.sample === sample);
      const one = listed ?? await this.page.ask((run) => fetchSample(run, sample));
      if (this.chosen !== sample) return;
      this.one = one;
      this.said.textContent = '';
    } catch (e) {
      this.fail(e);
      return;
    }
    this.second.classList.remove('alone');
    this.history.show(this.one, this.found);
    this.drawMap();
    this.page.changed();
  }

  /** The address asks for a sample, perhaps before there are any. */
  wish(sample) {
    this.chosen = sample;
    if (this.found?.samples) this.choose(sample).catch((e) => this.fail(e));
  }

  /** For the address: the sample that is shown, if it is not the first suspect. */
  get kept() {
    const first = this.page_?.list[0]?.sample ?? null;
    return this.chosen === null || this.chosen === first ? null : String(this.chosen);
  }

  async download() {
    this.save.disabled = true;
    this.said.textContent = '';
    try {
      download(await fetchVisitsFile(this.page.chosen), 'visits.csv');
    } catch (e) {
      this.said.textContent = e.message;
    } finally {
      this.save.disabled = false;
    }
  }

  // ---------------------------------------------------------------- drawing

  get hasColours() { return this.found.classes.length <= COLOURS && this.found.classes.length > 1; }

  /** What the map shows, in words beside its colours. */
  legendOfMap(map, few, most) {
    const part = (...parts) => element('span', {}, ...parts);
    const ring = element('i', {className: 'ib-key ib-ring'});
    return [part(this.ofClass === null ? t('all samples: {0}', whole(map.count)) : t('class {0}: {1}', this.found.classes[this.ofClass].name, whole(map.count))),
      ...(map.points.all ? [] : [part(t('samples in a cell'), element('span', {className: 'ib-ramp count'}), few + ' … ' + whole(Math.max(few, most)) + ' (log)'), part(t('fewer than {0}: points', few))]),
      ...(this.page_?.list.length ? [part(ring, t('listed below'))] : [])];
  }

  placed(one) {
    const isMargin = this.measure === 'margin';
    return {sample: one.sample, id: one.id, x: isMargin ? one.marginDeviation : one.confidenceDeviation, y: isMargin ? one.meanMargin : one.meanConfidence};
  }

  drawMap() {
    this.measures.replaceChildren(...(this.found.measures ?? []).map((measure) => {
      const button = element('button', {type: 'button', textContent: t(MEASURES[measure])});
      button.setAttribute('aria-pressed', String(measure === this.measure));
      button.addEventListener('click', () => this.measureBy(measure));
      return button;
    }));
    if (!this.dataMap) {
      this.map.sketch.show(null);
      return;
    }
    const listed = (this.page_?.list ?? []).filter(({given}) => this.ofClass === null || given === this.ofClass).map((one) => this.placed(one));
    this.map.show(this.dataMap, listed, this.one && this.placed(this.one));
  }

  draw() {
    const {epochs, samples, suspects, classes} = this.found;
    this.save.hidden = !samples;
    this.steps.hidden = byId('panel-visits').hidden;
    this.first.hidden = this.second.hidden = !samples;
    const some = (names) => names.some((name) => epochs[name].some(Number.isFinite));
    const last = (name) => epochs[name][epochs.epoch.length - 1];
    this.accuracy.show(some(['accuracy']) ? {
      label: t('Accuracy') + ', ' + plural(epochs.of, 'epoch') + ': ' + brief(last('accuracy')),
      paint: (ctx, w, h) => paintEpochs(ctx, w, h, epochs, [['accuracy', 'ink']], [0, 1]),
    } : null);
    this.counts.show(some(LINES.map(([name]) => name)) ? {
      label: t('Learned and forgotten') + ': ' + LINES.map(([name]) => this.nameOf(name) + ' ' + brief(last(name))).join(', '),
      paint: (ctx, w, h) => paintEpochs(ctx, w, h, epochs, LINES, [0, Infinity]),
    } : null);
    this.caption.textContent = [
      samples ? plural(samples, 'sample') : 'no sample is kept by itself',
      plural(epochs.of, 'epoch'),
      ...(Number.isFinite(last('accuracy')) ? ['accuracy of the last ' + brief(Number((100 * last('accuracy')).toPrecision(4))) + ' %'] : []),
    ].join(' · ') + '. Each number is of the moment at which training saw the sample, before that step’s update and in training mode.';
    if (!samples) return;
    this.first.classList.toggle('alone', classes.length === 0);
    this.classes.show(this.found, this.ofClass, brief3);
    this.drawMap();
    this.suspects.note.textContent = this.suspectText(suspects);
    this.suspects.show(suspects, this.page_, this.chosen);
    this.second.classList.toggle('alone', this.one === null);
    this.history.show(this.one, this.found);
  }

  suspectText({count, told, threshold, expectedByChance, reason, features, featureCount}) {
    if (reason) return 'Not judged yet: ' + reason + '.';
    if (count === 0) return 'None.';
    return plural(count, 'label') + ' with a mean margin of ' + brief3(threshold) + ' or less' +
      (Number.isFinite(expectedByChance) ? '; by chance about ' + brief(Number(expectedByChance.toPrecision(2))) + ' right labels are expected among them, rather fewer' : '') +
      (count > told ? '. The ' + whole(told) + ' of smallest margin:' : '.') +
      (features.length > 0 && features.length < featureCount ? ' The first ' + whole(features.length) + ' of ' + whole(featureCount) + ' features:' : '');
  }

  tell(e, text) {
    this.tip.hidden = e === null;
    if (e === null) return;
    this.tip.textContent = text;
    this.tip.style.left = Math.min(e.clientX + 14, window.innerWidth - this.tip.offsetWidth - 8) + 'px';
    this.tip.style.top = Math.min(e.clientY + 16, window.innerHeight - this.tip.offsetHeight - 8) + 'px';
  }

  theme() { for (const sketch of this.sketches) sketch.draw(); }

  /** The suspects of the page shown. */
  table() {
    const epochs = this.found?.tableEpochs ?? [];
    const features = this.found?.suspects?.features ?? [];
    return {
      name: 'suspects',
      columns: ['rank', 'sample', 'id', 'label', 'network', 'meanMargin', 'right', 'forgotten', 'learnedAt',
        ...epochs.map((e) => `margin[${e}]`), ...features.map((name) => `feature[${name}]`)],
      rows: (this.page_?.list ?? []).map((one, k) => [this.page_.from + k + 1, one.sample, one.id, one.label, one.instead, one.meanMargin, one.right, one.forgotten,
        one.learnedAt, ...one.margins, ...features.map((name, j) => one.values?.[j] ?? null)]),
    };
  }

  get isEmpty() { return this.found === null; }
  get pictured() { return true; }
  pictures() { return this.sketches.filter((sketch) => sketch.shown).map((sketch) => sketch.figure()); }

  get shown() { return this.found && {...this.found, map: this.dataMap, page: this.page_, one: this.one}; }
}

/** A number with three digits. */
const brief3 = (v) => (Number.isFinite(v) ? brief(Number(v.toPrecision(3))).replace('-', '−') : '–');
