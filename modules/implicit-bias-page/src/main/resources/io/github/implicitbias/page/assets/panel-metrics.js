// Metrics over steps, in groups of small charts. Which there are, and in which group and chart, the
// run says itself.

import {brief, element, plural} from './format.js';
import {typeset} from './formula.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {t} from './words.js';

const LINES = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];
const SHADES = ['faint', 'muted', 'ink']; // of layers, the first ones first
const MOST = 60; // charts of one group
const LAYERS = 30; // lines of one chart, at most
const TOLD = 6; // layers whose numbers all stand in the legend

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

/** Charts as they are drawn: where there are several layers, each number of layers has one of its own. */
export function drawnCharts(charts, layers) {
  return charts.flatMap(({title, lines}) => {
    const apart = lines.filter((line) => line.ofLayers && layers.filter((k) => line.in(k)).length > 1);
    const rest = lines.filter((line) => !apart.includes(line));
    const of = (line) => ({title: lines.length === 1 ? title : capital(line.title), lines: [line], perLayer: true});
    return [...(rest.length ? [{title, lines: rest}] : []), ...apart.map(of)];
  });
}

const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);

/** At most so many of a list, evenly; the first and the last among them. */
export const evenly = (list, most) => (list.length <= most ? list
  : Array.from({length: most}, (_, i) => list[Math.round((i * (list.length - 1)) / (most - 1))]));

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
    const {columns} = this.page;
    const charts = drawnCharts(columns.chartsOf(this.group), columns.layers);
    this.figures = charts.slice(0, MOST).map((chart) => (chart.perLayer ? this.perLayer(chart) : this.several(chart)));
    this.grid.replaceChildren(...this.figures.map((figure) => figure.element));
    this.more.hidden = charts.length <= MOST;
    this.more.textContent = plural(charts.length - MOST, 'more chart') + ' not shown: the table of values has the numbers.';
    return this.figures.length > 0;
  }

  /** Several numbers of the run, or of the layer that is shown. */
  several({title, lines}) {
    const one = lines.length === 1;
    const names = namesOf(lines);
    return this.figure(title, lines, {
      series: lines.map((line, i) => ({name: names[i], label: one ? '' : line.title, colour: LINES[i % LINES.length], width: 1.75})),
      columns: () => Object.fromEntries(lines.map((line, i) => [names[i], line.in(this.page.layer)]).filter(([, column]) => column)),
    }, lines[0].ofLayers);
  }

  /** One number with a line per layer: the later a layer, the darker; the one that is shown has the colour of what is chosen. */
  perLayer({title, lines: [line]}) {
    const {page} = this;
    const names = page.run.layers.map(({name}) => name);
    const layers = evenly(page.columns.layers.filter((k) => line.in(k) && names[k]), LAYERS);
    const series = layers.map((k, i) => ({
      name: names[k],
      ends: true,
      get colour() { return page.layer === k ? 'accent' : SHADES[Math.floor((i * SHADES.length) / layers.length)]; },
      get width() { return page.layer === k ? 2.25 : 1.25; },
      get first() { return page.layer === k; },
      get legend() { return layers.length <= TOLD || page.layer === k; },
    }));
    // Of a deep network only as much is asked for as tells whether there is a chart, until it is in sight.
    let narrow = layers.length > TOLD;
    let chart = null;
    const widen = () => {
      if (!narrow) return;
      narrow = false;
      chart.keys.clear();
    };
    const made = this.figure(title, [line], {
      series,
      columns: () => Object.fromEntries(layers.filter((k, i) => !narrow || k === page.layer || i === 0).map((k) => [names[k], line.in(k)])),
      seen: widen,
    }, false, (value) => {
      if (value === null || !narrow || !chart) return;
      widen();
      page.timeline.refresh().catch(() => {}); // the next beat asks again
    });
    chart = made.chart;
    return made;
  }

  figure(title, lines, options, ofLayer, same = () => {}) {
    const legend = element('div', {className: 'ib-legend'});
    const box = element('div', {className: 'ib-chart ib-medium'});
    const [button, text] = explained(title, lines);
    const caption = element('span', {className: 'ib-name', textContent: title});
    const constant = element('p', {className: 'ib-note ib-same', hidden: true});
    const figure = element('figure', {}, element('figcaption', {}, caption, ...(button ? [button] : [])), ...(text ? [text] : []), legend, constant, box);
    const units = new Set(lines.map((line) => line.definition.unit));
    const made = {element: figure, empty: false, title, metrics: lines.map((line) => line.id)};
    made.chart = new LineChart(this.page.timeline, box, {
      ...options,
      legend,
      titleY: () => (units.size === 1 ? [...units][0] : ''),
      constant: (value) => {
        constant.hidden = value === null;
        legend.hidden = box.hidden = value !== null;
        constant.textContent = value === null ? '' : t('{0} at every record.', brief(value));
        same(value);
      },
      empty: (empty) => {
        figure.hidden = empty;
        made.empty = empty;
        if (empty) same('');
        const all = this.figures.every((f) => f.empty);
        if (this.present === all) this.show(!all);
        else this.page.arranged();
      },
    });
    if (ofLayer) made.caption = caption;
    return made;
  }

  update() {
    for (const {caption, title} of this.figures) {
      if (caption) caption.replaceChildren(title, element('span', {textContent: this.page.layerName}));
    }
  }

  lineCharts() { return this.figures.filter((f) => !f.empty).map(({title, chart}) => ({title, chart})); }

  get shown() {
    return Object.fromEntries(this.figures.filter((f) => !f.empty).map((f) => [f.title, {metrics: f.metrics, data: f.chart.joined, lines: f.chart.series.map(({name}) => name), named: f.chart.named ?? []}]));
  }
}
