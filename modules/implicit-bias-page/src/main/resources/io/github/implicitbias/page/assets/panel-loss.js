// Loss with events, and flips per step.

import {byId, colour, element, whole, words} from './format.js';
import {LineChart} from './lines.js';
import {epochSeries} from './findings.js';
import {ApiError, fetchFlips, fetchMeans} from './api.js';
import {band, findingLane, lostRegions, markedEvents} from './loss-marks.js';
import {Panel} from './panel.js';
import {rateAt, ratesOf} from './step-sums.js';
import {t} from './words.js';

const FLIPS = ['activation', 'reactivation', 'deactivation'];
const NARROW = 2; // pixels of a bar, at least
const ratio = () => globalThis.uPlot.pxRatio;

/** Markers at the top of the chart, one per event that is not a flip. */
function eventMarks(timeline) {
  return {hooks: {draw: [(u) => {
    const ctx = u.ctx;
    const {left, top, width} = u.bbox;
    const size = 4 * ratio();
    ctx.save();
    ctx.fillStyle = colour('event');
    let last = -Infinity;
    for (const event of markedEvents(timeline.events)) {
      const x = Math.round(u.valToPos(timeline.toAxis(event.step), 'x', true));
      if (x < left || x > left + width || x - last < 2) continue;
      last = x;
      ctx.beginPath();
      ctx.moveTo(x - size, top - size);
      ctx.lineTo(x + size, top - size);
      ctx.lineTo(x, top + size);
      ctx.fill();
    }
    ctx.restore();
  }]}};
}

/** Plateaus as bands along the bottom, from the event that begins one to the event that ends it. */
function plateaus(timeline) {
  return {hooks: {drawClear: [(u) => {
    const {left, top, width, height} = u.bbox;
    const ctx = u.ctx;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.fillStyle = colour('plateau');
    let from = null;
    const place = (step) => u.valToPos(timeline.toAxis(step), 'x', true);
    const band = (to) => {
      const a = place(from);
      ctx.fillRect(a, top, place(to) - a, height);
      from = null;
    };
    for (const event of timeline.events) {
      if (event.kind === 'plateauBegan') from = from ?? event.step;
      if (event.kind === 'plateauEnded' && from !== null) band(event.step);
    }
    if (from !== null) band(timeline.full[1]);
    ctx.restore();
  }]}};
}

/**
 * Flips as stems from zero, at least a pixel wide: upwards switched on, downwards switched off.
 * Where kinds share a place they are not added up: the taller is drawn first, the shorter over it.
 */
function stems(timeline, wide) {
  return {hooks: {draw: [(u) => {
    const {left, top, width, height} = u.bbox;
    const [x] = u.data;
    const zero = Math.round(u.valToPos(0, 'y', true));
    const place = (at) => u.valToPos(at, 'x', true);
    // Of single steps bars stand apart, of several they touch.
    const thickness = (at) => {
      const half = wide() / 2;
      const middle = timeline.toStep(at);
      const apart = place(timeline.toAxis(middle + half)) - place(timeline.toAxis(middle - half));
      return Math.max(Math.round(ratio()), wide() > 1 ? Math.ceil(apart) : Math.min(14 * ratio(), Math.floor(apart * 0.7)));
    };
    const bars = [];
    FLIPS.forEach((name, k) => u.data[k + 1].forEach((v, i) => {
      if (v) bars.push([x[i], v, colour(name)]);
    }));
    bars.sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
    const ctx = u.ctx;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    for (const [at, v, fill] of bars) {
      const thick = thickness(at);
      const y = Math.round(u.valToPos(v, 'y', true));
      ctx.fillStyle = fill;
      ctx.fillRect(Math.round(place(at) - thick / 2), Math.min(y, zero), thick, Math.abs(y - zero));
    }
    ctx.fillStyle = colour('gap-line');
    ctx.fillRect(left, zero, width, ratio());
    ctx.restore();
  }]}};
}

/** The event marked nearest to a step, if the pointer is on its mark. */
function eventsAt(chart, step) {
  const {timeline} = chart;
  const events = markedEvents(timeline.events);
  const mark = (name) => element('span', {}, element('span', {className: 'ib-key ' + name}), t(name));
  const key = events.length ? [mark('event')] : [];
  if (events.some((event) => event.kind === 'plateauBegan')) key.push(mark('plateau'));
  if (step === null) return key;
  const place = (s) => chart.plot.valToPos(timeline.toAxis(s), 'x');
  const near = events.filter((event) => Math.abs(place(event.step) - place(step)) <= 5);
  if (near.length === 0) return key;
  const first = near.reduce((a, b) => (Math.abs(b.step - step) < Math.abs(a.step - step) ? b : a));
  return [...key, element('b', {textContent: words(first.kind) + ' at ' + whole(first.step) +
    (near.length > 1 ? ', ' + whole(near.length - 1) + ' more' : '')})];
}

/** A file of an older version has no such answer. */
function nothing(e) {
  if (e instanceof ApiError && e.status === 404) return null;
  throw e;
}

export class LossPanel extends Panel {
  constructor(page) {
    super(page, 'loss', 'Loss');
    const {timeline} = page;
    this.chart = new LineChart(timeline, byId('loss-chart'), {
      series: [{name: 'loss', colour: 'loss', width: 2, band: true}, {name: 'score', colour: 'score', width: 1.25, dash: [5, 4]},
        {name: 'test', label: t('test'), colour: 'bound', width: 1.75, dash: [2, 3]}],
      more: () => ({test: timeline.summary ? epochSeries(timeline.summary, 'test') : {steps: [], values: []}}),
      titleY: () => t('loss'),
      columns: () => Object.fromEntries(['loss', 'score'].map((id) => [id, page.columns.basic(id)]).filter(([, column]) => column)),
      compare: ['loss'],
      scale: 'log',
      top: 30,
      legend: byId('loss-legend'),
      extra: eventsAt,
      tellGaps: true,
      everyRecord: true,
      fine: true,
      plugins: [plateaus(timeline), lostRegions(timeline), band('loss', 'loss', () => this.means && {...this.means, unit: this.chart.unit}, timeline), eventMarks(timeline), findingLane(timeline)],
      empty: () => this.showScale(),
    });
    byId('loss-log').addEventListener('click', () => this.scale('log'));
    byId('loss-linear').addEventListener('click', () => this.scale('linear'));
  }

  begin() {
    this.means = null;
    return true;
  }

  /** Means over all records, also those that are not drawn. */
  async update() {
    if (this.page.progress.records < this.chart.box.clientWidth / 2) return; // every record is drawn
    const found = await this.page.ask((run) => fetchMeans(run)).catch(nothing);
    this.means = found && {...found, sums: found.loss, over: found.lossRecords};
    this.chart.plot?.redraw(false);
  }

  scale(scale) {
    this.chart.setScale(scale);
    this.showScale();
    this.page.changed();
  }

  /** For the address: the scale, if it is not the one that the page begins with. */
  get kept() { return this.chart.scale === 'linear' ? 'linear' : null; }

  showScale() {
    const button = byId('loss-log');
    const {negative, log} = this.chart;
    button.setAttribute('aria-pressed', String(log));
    button.disabled = negative;
    button.title = negative ? 'The loss is negative, which a logarithmic scale cannot show' : '';
    byId('loss-linear').setAttribute('aria-pressed', String(!log));
  }

  get shown() { return this.chart.joined; }
}

export class FlipsPanel extends Panel {
  constructor(page) {
    super(page, 'flips', 'Flips per step', 'a tracked layer with activation patterns');
    this.found = null;
    this.width = 1; // steps of a bar
    this.chart = new LineChart(page.timeline, byId('flips-chart'), {
      series: FLIPS.map((name) => ({name, label: t(name), colour: name, draw: false})),
      change: (name, v) => (name === 'deactivation' ? -v : v),
      read: Math.abs,
      scale: 'linear',
      titleY: () => t('entries that flip per step'),
      y: {size: true, range: (u, min, max) => [Math.min(min || 0, 0) * 1.08, (max || (min < 0 ? -min / 4 : 1)) * 1.08]},
      legend: byId('flips-legend'),
      tellGaps: true,
      at: (name, step) => (this.found && step !== null ? rateAt(this.found, name, step) : null),
      extra: () => (this.width > 1 ? [element('span', {textContent: t('mean of {0} steps', whole(this.width))})] : []),
      zoomed: () => this.draw(),
      plugins: [stems(page.timeline, () => this.width)],
    });
  }

  begin(run) {
    this.found = null;
    return run.layers.length > 0;
  }

  async update() {
    const {layer} = this.page;
    if (layer === null) return;
    const {steps: over, ...found} = await this.page.ask((run) => fetchFlips(run, layer));
    if (layer !== this.page.layer) return;
    this.found = {...found, over};
    this.draw();
  }

  /** Bars of so many steps that each has some pixels. */
  draw() {
    if (!this.found) return;
    const {width, steps, ...rates} = ratesOf(this.found, FLIPS, this.page.timeline.shownSteps, Math.max(64, this.chart.box.clientWidth / NARROW));
    this.width = width;
    this.chart.load(Object.fromEntries(FLIPS.map((name) => [name, {steps, values: rates[name]}])));
  }

  get shown() { return this.chart.joined; }
}
