// The axis of the charts: steps, their logarithm, or a time that the run records.

import {ticks} from './drawing.js';
import {byId, element, tick, whole} from './format.js';
import {stepOf, WHOLE} from './scales.js';
import {lastAtMost} from './series.js';
import {t} from './words.js';

/** Name, what the reader calls it, and which of the basic columns of a run it is read from. */
export const AXES = [
  {kind: 'step', label: 'step', basic: null},
  {kind: 'log', label: 'log step', basic: null},
  {kind: 'time', label: 'time', basic: 'time'},
  {kind: 'flowTime', label: 'flow time', basic: 'flowTime'},
];
export const timeOf = (kind) => AXES.find((axis) => axis.kind === kind)?.basic ?? null;

const LATE = 10; // a run that begins later has its logarithm taken from its first step on

function interpolate(from, to, v, slope) {
  const n = from.length;
  if (v <= from[0]) return to[0] + (v - from[0]) * slope;
  if (v >= from[n - 1]) return to[n - 1] + (v - from[n - 1]) * slope;
  const i = lastAtMost(from, v);
  if (from[i] === v) return to[i];
  return to[i] + ((v - from[i]) / (from[i + 1] - from[i])) * (to[i + 1] - to[i]);
}

/** Where the steps of one run lie on an axis: toAxis and toStep undo each other, beyond its ends too. */
export class Clock {
  /**
   * @param kind one of AXES
   * @param first where a logarithmic axis begins
   * @param times {steps, values} of a time that never falls; null for axes of steps
   */
  constructor(kind, first = 0, times = null) {
    this.kind = kind;
    this.origin = first > LATE ? first : 0;
    if (!times) return;
    this.steps = [];
    this.times = [];
    times.values.forEach((time, i) => {
      if (typeof time !== 'number' || time < this.times[this.times.length - 1]) return;
      this.steps.push(times.steps[i]);
      this.times.push(time);
    });
    const n = this.steps.length;
    this.usable = n > 1 && this.times[n - 1] > this.times[0];
    this.slope = this.usable ? (this.times[n - 1] - this.times[0]) / (this.steps[n - 1] - this.steps[0]) : 1;
  }

  toAxis(step) {
    if (this.times) return interpolate(this.steps, this.times, step, this.slope);
    if (this.kind !== 'log') return step;
    const past = step - this.origin;
    return past >= 0 ? Math.log10(1 + past) : past / Math.LN10;
  }

  toStep(x) {
    if (this.times) return interpolate(this.times, this.steps, x, 1 / this.slope);
    if (this.kind !== 'log') return x;
    return this.origin + (x >= 0 ? 10 ** x - 1 : x * Math.LN10);
  }
}

/** Pixels from the middle of a label to that of the next. */
const room = (a, b) => 14 + 3.2 * (whole(a).length + whole(b).length);

/** Ticks at 0, 1, 10, 100; where few of these are in sight, at 2 and 5 times these; then evenly. */
function logSplits(clock, min, max, width) {
  const place = (step) => clock.toAxis(step);
  const within = (step) => place(step) >= min - 1e-9 && place(step) <= max + 1e-9;
  const powers = Array.from({length: 16}, (_, k) => 10 ** k);
  const from = (steps) => [0, ...steps].map((s) => clock.origin + s).filter(within);
  const clear = (steps) => steps.every((s, i) => i === 0 || ((place(s) - place(steps[i - 1])) / (max - min)) * width >= room(steps[i - 1], s));
  const fine = [from(powers.flatMap((p) => [p, 2 * p, 5 * p])), from(powers)];
  for (const steps of fine) if (steps.length >= 3 && clear(steps)) return steps.map(place);
  const sparse = from(powers);
  if (sparse.length >= 3) {
    const kept = [];
    for (const s of sparse) if (clear([...kept.slice(-1), s])) kept.push(s);
    return kept.map(place);
  }
  // Within a decade or two: even steps.
  const low = clock.toStep(min);
  const high = clock.toStep(max);
  const unit = [1, 2, 5].flatMap((m) => powers.map((p) => m * p)).sort((a, b) => a - b);
  for (const by of unit) {
    const steps = [];
    for (let s = Math.ceil(low / by - 1e-9) * by; s <= high * (1 + 1e-9) && steps.length < 100; s += by) steps.push(s);
    if (steps.length < 100 && clear(steps)) return steps.map(place);
  }
  return [min, max];
}

/** What uPlot wants to know of the horizontal axis. */
export function axisOptions(timeline) {
  const {kind} = timeline.axis;
  if (kind === 'step') return {space: 70, incrs: WHOLE, values: (u, splits) => splits.map((v) => whole(v))};
  if (kind === 'log') {
    return {
      space: 30,
      splits: (u, index, min, max) => logSplits(timeline.clock, min, max, u.width - 70),
      values: (u, splits) => splits.map((v) => whole(Math.round(timeline.clock.toStep(v)))),
    };
  }
  return {
    splits: (u, index, min, max) => ticks(min, max, Math.max(2, Math.floor(u.width / 110))),
    values: (u, splits) => splits.map((v) => tick(v, stepOf(splits))),
  };
}

/** The switch of the axis, in the bar of the scrubber. */
export class AxisSelect {
  /**
   * @param wish the axis to begin with
   * @param changed called when the reader has chosen another one
   */
  constructor(timeline, wish, changed, failed) {
    this.timeline = timeline;
    this.wish = AXES.some((axis) => axis.kind === wish) ? wish : 'step';
    this.changed = changed;
    this.busy = false;
    this.select = element('select', {id: 'axis', title: t('Horizontal axis of the charts')},
      ...AXES.map(({kind, label}) => element('option', {value: kind, textContent: t(label)})));
    this.select.value = this.wish;
    this.select.addEventListener('change', () => this.choose(this.select.value).then(changed, failed));
    byId('buttons').before(element('label', {className: 'ib-field ib-axis ib-of-run'}, element('span', {className: 'ib-unseen', textContent: t('Axis')}), this.select));
  }

  async choose(kind) {
    this.wish = kind;
    this.busy = true;
    let there = false;
    try {
      there = await this.timeline.setAxis(kind);
    } finally {
      if (this.wish === kind) this.busy = false;
      if (!there && this.wish === kind) this.able(kind, false);
      this.select.value = this.timeline.axis.kind;
    }
  }

  /** After the first records of a run: the axis that was chosen before, if the run has it. */
  async again() {
    if (this.busy || this.wish === this.timeline.axis.kind || this.option(this.wish).disabled) return;
    await this.choose(this.wish);
  }

  option(kind) {
    return [...this.select.options].find((option) => option.value === kind);
  }

  able(kind, able) {
    const option = this.option(kind);
    option.disabled = !able;
    option.title = able ? '' : 'Not recorded by this run';
  }

  /** Whether a record has a number for a time says which axes there are. */
  offer(values) {
    for (const {kind, basic} of AXES) {
      const column = basic && this.timeline.main.basic(basic);
      if (column && values[column] !== undefined && kind !== this.timeline.axis.kind) this.able(kind, typeof values[column] === 'number');
    }
  }
}
