// Metrics over steps, in groups of small charts. Which there are, and in which group and chart, the
// run says itself.

import {brief, element, plural} from './format.js';
import {typeset} from './formula.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {t} from './words.js';

const LINES = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
const MOST = 60; // charts of one group

/** What is said of a number, none if nothing is. */
function definitionOf({id, title, definition}) {
  const {formula, unit, expectation, applies, source} = definition;
  const facts = [applies && 'Where: ' + applies, source && 'Source: ' + source].filter(Boolean).join('. ');
  if (!formula && !expectation && !facts) return [];
  return [
    element('dt', {textContent: title + (unit ? ', in ' + unit : ''), title: id}),
    element('dd', {}, ...(formula ? [element('p', {className: 'ib-of'}, ...typeset(formula))] : []), ...(expectation ? [element('p', {}, ...typeset(expectation))] : []),
      ...(facts ? [element('p', {className: 'ib-detail'}, ...typeset(facts))] : [])),
  ];
}

/** A button that shows, below a title, what the numbers of a chart are; nothing if nobody says. */
function explained(title, lines) {
  const definitions = lines.flatMap(definitionOf);
  if (definitions.length === 0) return [];
  const text = element('dl', {className: 'ib-formula', hidden: true}, ...definitions);
  const button = element('button', {type: 'button', className: 'ib-explain', title: 'What is this?'});
  button.setAttribute('aria-label', 'What is “' + title + '”?');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    text.hidden = !text.hidden;
    button.setAttribute('aria-expanded', String(!text.hidden));
  });
  return [button, text];
}

/** Names of lines that no two of them share: the ids, and for a number of layers and of the run both. */
export function namesOf(lines) {
  const twice = (line) => lines.filter((other) => other.id === line.id).length > 1;
  return lines.map((line) => (line.ofLayers && twice(line) ? line.id + ' per layer' : line.id));
}

/** A group of small charts; charts without a number leave themselves out. */
export class MetricsPanel extends Panel {
  /** @param group heading of the group, as the run has it */
  constructor(page, id, group, needs) {
    super(page, id, group, needs);
    this.group = group;
    this.header();
    this.grid = element('div', {className: 'ib-charts', lang: 'en'});
    this.more = element('p', {className: 'ib-note', lang: 'en', hidden: true});
    this.section.append(this.grid, this.more);
    this.figures = [];
  }

  begin() {
    for (const figure of this.figures) figure.chart.destroy();
    const charts = this.page.columns.chartsOf(this.group);
    this.figures = charts.slice(0, MOST).map(({title, lines}) => this.figure(title, lines));
    this.grid.replaceChildren(...this.figures.map((figure) => figure.element));
    this.more.hidden = charts.length <= MOST;
    this.more.textContent = plural(charts.length - MOST, 'more chart') + ' not shown: the table of values has the numbers.';
    return this.figures.length > 0;
  }

  figure(title, lines) {
    const legend = element('div', {className: 'ib-legend'});
    const box = element('div', {className: 'ib-chart ib-medium'});
    const [button, text] = explained(title, lines);
    const caption = element('span', {className: 'ib-name', textContent: title});
    const same = element('p', {className: 'ib-note ib-same', hidden: true});
    const figure = element('figure', {}, element('figcaption', {}, caption, ...(button ? [button] : [])), ...(text ? [text] : []), legend, same, box);
    const units = new Set(lines.map((line) => line.definition.unit));
    const one = lines.length === 1;
    const names = namesOf(lines);
    const made = {element: figure, empty: false, title, metrics: lines.map((line) => line.id)};
    made.chart = new LineChart(this.page.timeline, box, {
      series: lines.map((line, i) => ({name: names[i], label: one ? '' : line.title, colour: LINES[i % LINES.length], width: 1.75})),
      columns: () => Object.fromEntries(lines.map((line, i) => [names[i], line.in(this.page.layer)]).filter(([, column]) => column)),
      legend,
      titleY: () => (units.size === 1 ? [...units][0] : ''),
      constant: (value) => {
        same.hidden = value === null;
        legend.hidden = box.hidden = value !== null;
        same.textContent = value === null ? '' : t('{0} at every record.', brief(value));
      },
      empty: (empty) => {
        figure.hidden = empty;
        made.empty = empty;
        const all = this.figures.every((f) => f.empty);
        if (this.present === all) this.show(!all);
        else this.page.arranged();
      },
    });
    if (lines[0].ofLayers) made.caption = caption;
    return made;
  }

  update() {
    for (const {caption, title} of this.figures) {
      if (caption) caption.replaceChildren(title, element('span', {textContent: this.page.layerName}));
    }
  }

  lineCharts() { return this.figures.filter((f) => !f.empty).map(({title, chart}) => ({title, chart})); }

  get shown() {
    return Object.fromEntries(this.figures.filter((f) => !f.empty).map((f) => [f.title, {metrics: f.metrics, data: f.chart.joined}]));
  }
}
