// The legend of a chart: the numbers under the pointer, or else those of the step shown, as text.

import {brief, element, number, whole} from './format.js';
import {valueAt} from './series.js';
import {t} from './words.js';

/** A number, and where it is from if it is not from the step asked for. */
const dated = (found, step) => brief(found.value) + (found.step === step ? '' : ' at ' + whole(found.step));

export class Legend {
  constructor(chart) {
    this.chart = chart;
  }

  /** Where the pointer is in the chart: its place in the numbers drawn, null if it is elsewhere. */
  get pointed() {
    const {plot, drawn} = this.chart;
    const idx = plot?.cursor.idx;
    return idx !== null && idx !== undefined && drawn[0][idx] !== undefined && plot.cursor.left >= 0 ? idx : null;
  }

  fill() {
    const {chart} = this;
    const {legend, extra} = chart.options;
    if (!legend) return;
    const {timeline} = chart;
    const at = this.pointed;
    const x = at === null ? null : chart.drawn[0][at];
    const step = at === null ? timeline.step : Math.round(timeline.toStep(x));
    const shown = [];
    if (step !== null && (at !== null || chart.options.tellStep)) {
      const {axis} = timeline;
      shown.push(element('span', {className: 'ib-hovered', textContent: t('step {0}', whole(step)) +
        (axis.basic && at !== null ? ', ' + axis.label + ' ' + number(Number(x.toPrecision(4))) : '')}));
    }
    shown.push(...this.keys(step, x, at));
    if (extra) shown.push(...extra(chart, at === null ? null : step));
    if (timeline.gaps.length && chart.options.tellGaps) shown.push(element('span', {}, element('span', {className: 'ib-key gap'}), t('lost')));
    legend.replaceChildren(...shown);
    this.describe();
  }

  /** A key per line with its number, and those of other runs. */
  keys(step, x, at) {
    const {chart} = this;
    const {timeline} = chart;
    // Numbers of other runs need room: of few runs, and where there are few lines.
    const runs = timeline.drawn.filter((run) => Object.keys(chart.of.get(run) || {}).length);
    const told = step !== null && runs.length < 4 && runs.length * chart.compared.length <= 4 ? runs : [];
    return chart.series.flatMap((s, i) => {
      if (s.legend === false || (!chart.counts?.[s.name] && chart.series.length > 1 && chart.columns)) return [];
      const key = element('span', {className: 'ib-key line'});
      key.style.background = s.colour.startsWith('#') ? s.colour : `var(--${s.colour})`;
      const own = element('span', {}, key, (s.label ?? s.name) + ' ', element('b', {textContent: this.text(s.name, i, at)}));
      const theirs = told.filter((run) => chart.of.get(run)[s.name]).map((run) => {
        const there = Math.floor(run.clock.toStep(x ?? timeline.toAxis(step)) + 1e-6);
        return element('span', {className: 'ib-other-run', title: run.name},
          run.key(chart.compared.length === 1 ? run.colour : s.colour), element('b', {textContent: this.textOf(run, s.name, there)}));
      });
      return [theirs.length ? element('span', {className: 'ib-values-of'}, own, ...theirs) : own];
    });
  }

  text(name, i, at) {
    const {chart} = this;
    const {timeline} = chart;
    if (at === null) {
      const {values} = timeline;
      if (chart.options.at) return brief(chart.options.at(name, timeline.step));
      const column = chart.columns?.()[name];
      if (!values || !column) return '';
      if (values[column] !== null) return brief(values[column]);
      return chart.options.everyRecord ? '' : this.before(name, timeline.step);
    }
    const v = chart.drawn[i + 1][at];
    if (v === null) return chart.options.at ? '–' : '';
    if (v !== undefined) return brief((chart.options.read ? chart.options.read(v) : v) * chart.unit);
    const step = Math.round(timeline.toStep(chart.drawn[0][at]));
    return step > timeline.full[1] ? '–' : this.before(name, step);
  }

  /** Of another run the value drawn at a step, or the last one drawn before it; nothing past its end. */
  textOf(run, name, step) {
    const found = valueAt(this.chart.of.get(run)[name], step);
    return found === null || step > run.full[1] ? '–' : dated(found, step);
  }

  /** A value that is not computed at every record: the last one drawn before a step. */
  before(name, step) {
    const {chart} = this;
    const found = valueAt(chart.found[name], step);
    return found === null ? '' : dated(found, step);
  }

  /** The picture in words: what it is called, and the numbers of its legend. */
  describe() {
    const {box, options} = this.chart;
    const title = (box.closest('figure, article') ?? box.closest('section'))?.querySelector('figcaption, .ib-statement, h3');
    box.setAttribute('role', 'img');
    const numbers = [...(options.legend?.children ?? [])].map((part) => part.textContent.trim()).join(', ');
    box.setAttribute('aria-label', [(title?.dataset.said || title?.textContent || 'chart').replace(/\.$/, ''), numbers].filter(Boolean).join(': '));
  }
}
