// What watching costs.

import {brief, element, plural, whole} from './format.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {finite} from './series.js';

/** Time that watching takes, and what the schedule does about it. */
export class CostPanel extends Panel {
  constructor(page) {
    super(page, 'cost', 'Cost of watching');
    this.header();
    this.tiles = element('dl', {className: 'ib-tiles', lang: 'en'});
    const legend = element('div', {className: 'ib-legend'});
    this.box = element('div', {className: 'ib-chart ib-medium'});
    this.figure = element('figure', {}, element('figcaption', {textContent: 'Share of the time of training'}), legend, this.box);
    this.section.append(element('div', {className: 'ib-cost'}, this.tiles, this.figure));
    this.chart = new LineChart(page.timeline, this.box, {
      series: [{name: 'watchShare', label: '', colour: 'c1', width: 1.75}],
      columns: () => (this.share === null ? {} : {watchShare: this.share}),
      scale: 'linear',
      titleY: () => 'share of the time',
      legend,
      empty: (empty) => { this.figure.hidden = empty; },
    });
  }

  /** The name of the column with the share of the time, null if the run has none. */
  get share() { return this.page.columns.metric('watchShare'); }

  begin(run) {
    this.run = run;
    this.figure.hidden = this.share === null;
    return true;
  }

  update(progress) {
    const {records, watchNanos, durationMillis, inPlace, thinned, exactSince} = progress;
    const seconds = (s) => (s >= 100 ? whole(Math.round(s)) + ' s' : s >= 0.1 ? brief(s) + ' s' : s >= 1e-4 ? brief(s * 1e3) + ' ms' : brief(s * 1e6) + ' µs');
    const digits = (v) => Number(v.toPrecision(3));
    const facts = [
      ['per record', records ? seconds(digits(watchNanos / records / 1e9)) : '–'],
      ['in all', seconds(digits(watchNanos / 1e9)) + ' for ' + plural(records, 'record')],
      ['of the time from first to last record', durationMillis > 0 ? digits(watchNanos / 1e4 / durationMillis) + ' %' : '–'],
      ['read in place', records ? whole(Math.floor((100 * inPlace) / records)) + ' % of the records' : '–'],
      ['history', thinned ? 'thinned, complete since step ' + whole(exactSince) : 'complete' + (exactSince > progress.firstStep ? ' since step ' + whole(exactSince) : '')],
      ...['schedule', 'route'].filter((key) => this.run.provenance[key]).map((key) => [key, this.run.provenance[key]]),
    ];
    this.facts = facts;
    this.tiles.replaceChildren(...facts.map(([key, text]) => element('div', {className: text.length > 28 ? 'long' : ''}, element('dt', {textContent: key}), element('dd', {textContent: text}))));
  }

  lineCharts() {
    return this.figure.hidden ? [] : [{title: 'Share of the time of training', chart: this.chart}];
  }

  table() {
    const share = this.chart.found.watchShare || {steps: [], values: []};
    return {name: 'cost', columns: ['what', 'step', 'value'], rows: [
      ...this.facts.map(([what, text]) => [what, null, text]),
      ...share.steps.map((step, k) => ['watchShare', step, finite(share.values)[k]]),
    ]};
  }

  get shown() { return this.facts; }
}
