// Metrics over steps, in groups of small charts, and what watching costs.

import {brief, element, plural, whole, words, column as parts} from './format.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {finite} from './series.js';

const LINES = ['c1', 'c2', 'c3', 'c4', 'c5', 'c6'];

/** Per group: id, title, what would bring it, and its charts: title and metrics. */
export const GROUPS = [
  ['norms', 'Norms, balance and rank', 'preset STANDARD or FULL', [
    ['Parameters', 'parameterNorm', 'distanceFromInit', 'updateNorm'],
    ['Norms of the weight matrix', 'frobeniusNorm', 'spectralNorm', 'nuclearNorm'],
    ['Rank of the weight matrix', 'stableRank', 'effectiveRank', 'numericalRank'],
    ['Spectrum beyond rank two', 'rankTwoTail'],
    ['Balance gap between layers', 'balanceGap'],
    ['Path norms', 'pathNorm', 'pathNormL1'],
  ]],
  ['margin', 'Margin and alignment', 'a stack of dense layers, labels, and preset STANDARD or FULL', [
    ['Margin', 'minMargin', 'normalizedMargin'],
    ['Distance from the max-margin conditions', 'kktResidual', 'complementarity'],
    ['Angle to the max-margin separator', 'angleToMaxMargin'],
    ['Ratio of the losses of samples', 'lossRatio'],
    ['Alignment', 'gradientAlignment', 'alignmentPositive', 'alignmentNegative'],
    ['Labels fitted', 'fittedPositive', 'fittedNegative'],
    ['Agreement with the linear surrogate', 'linearAgreement'],
    ['Support vectors of the margin', 'supportVectors'],
    ['Gradient', 'gradientNorm'],
  ]],
  ['distance', 'Distance to reference solutions', 'a linear network or one ReLU neuron with independent samples, and preset STANDARD or FULL', [
    ['Distance to the minimum-norm solution', 'gapToMinNorm', 'relativeGapToMinNorm'],
    ['Relative distance from the start', 'relativeDistanceFromInit'],
    ['Direction: cosine to the start', 'cosineToInit'],
    ['Rotation of the units, in radians', 'rotation'],
  ]],
  ['kernel', 'Kernel and sharpness', 'preset FULL', [
    ['Sharpness', 'sharpness'],
    ['Stability: learning rate × sharpness / 2', 'stabilityRatio'],
    ['Lowest curvature', 'saddleIndex'],
    ['Kernel: alignment with the labels, change', 'kernelAlignment', 'kernelDistance'],
    ['Kernel: trace', 'kernelTrace'],
    ['Kernel: effective rank', 'kernelEffectiveRank'],
    ['Linear regions between two samples', 'regionsOnSegment'],
  ]],
  ['units', 'Units and patterns', 'preset STANDARD or FULL', [
    ['Units', 'deadUnits', 'linearUnits', 'liveUnits'],
    ['Clusters of directions', 'unitClusters'],
    ['Mean cosine between units', 'meanUnitCosine'],
    ['Share of entries that are on', 'activeFraction'],
    ['Distinct patterns', 'distinctUnitPatterns', 'distinctSamplePatterns'],
    ['Entropy of the patterns', 'patternEntropy'],
    ['Bits that differ from the first record', 'hammingToInit'],
  ]],
];

/** Shown elsewhere, or of interest only where something is wrong: the table of values has them. */
const ELSEWHERE = ['time', 'flowTime', 'score', 'loss', 'activations', 'reactivations', 'deactivations', 'watchShare',
  'nanEntries', 'boundaryEntries', 'boundaryFlips', 'patternStableSince', 'spectralNormResidual', 'sharpnessResidual',
  'spanAccumulated', 'spanResidual', 'spanUnique', 'marginSupportResidual', 'learningRate', 'outputBias'];

/** A button that shows, below a title, what the numbers of a chart are; nothing if nobody says. */
function explained(title, metrics, definitions) {
  const known = metrics.filter((name) => definitions[name]);
  if (known.length === 0) return [];
  const text = element('dl', {className: 'ib-formula', hidden: true}, ...known.flatMap((name) => {
    const {formula, expectation, applies, source} = definitions[name];
    return [
      element('dt', {textContent: words(name)}),
      element('dd', {}, element('code', {textContent: formula}), ...(expectation ? [element('p', {textContent: expectation})] : []),
        ...(applies || source ? [element('p', {className: 'ib-detail', textContent: [applies && 'Where: ' + applies, source && 'Source: ' + source].filter(Boolean).join('. ')})] : [])),
    ];
  }));
  const button = element('button', {type: 'button', className: 'ib-explain', title: 'What is this?'});
  button.setAttribute('aria-label', 'What is “' + title + '”?');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    text.hidden = !text.hidden;
    button.setAttribute('aria-expanded', String(!text.hidden));
  });
  return [button, text];
}

/** A panel of small charts; charts without a number leave themselves out. */
export class MetricsPanel extends Panel {
  constructor(page, [id, title, needs, charts]) {
    super(page, id, title, needs);
    this.specs = charts;
    this.header();
    this.grid = element('div', {className: 'ib-charts', lang: 'en'});
    this.section.append(this.grid);
    this.figures = [];
  }

  /** The column of a metric: of the whole run, or of the layer that is shown. */
  column(metric) {
    const {run, layer} = this.page;
    const ofLayer = metric + '[' + layer + ']';
    return run.columns.includes(metric) ? metric : run.columns.includes(ofLayer) ? ofLayer : null;
  }

  begin(run) {
    for (const figure of this.figures) figure.chart.destroy();
    const metrics = new Set(run.columns.map((id) => parts(id).metric));
    this.figures = this.charts(metrics).map(([title, ...names]) => this.figure(title, names.filter((name) => metrics.has(name))))
      .filter(Boolean);
    this.grid.replaceChildren(...this.figures.map((figure) => figure.element));
    return this.figures.length > 0;
  }

  charts() {
    return this.specs;
  }

  figure(title, metrics) {
    if (metrics.length === 0) return null;
    const legend = element('div', {className: 'ib-legend'});
    const box = element('div', {className: 'ib-chart ib-medium'});
    const ofLayer = !this.page.run.columns.includes(metrics[0]);
    const [button, text] = explained(title, metrics, this.page.run.definitions || {});
    const caption = element('span', {className: 'ib-name', textContent: title});
    const figure = element('figure', {}, element('figcaption', {}, caption, ...(button ? [button] : [])), ...(text ? [text] : []), legend, box);
    const one = metrics.length === 1;
    const made = {element: figure, empty: false, title, metrics};
    made.chart = new LineChart(this.page.timeline, box, {
      series: metrics.map((name, i) => ({name, label: one ? '' : words(name), colour: LINES[i % LINES.length], width: 1.75})),
      columns: () => Object.fromEntries(metrics.map((name) => [name, this.column(name)]).filter(([, id]) => id)),
      legend,
      empty: (empty) => {
        figure.hidden = empty;
        made.empty = empty;
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
      if (caption) caption.replaceChildren(title, element('span', {textContent: this.page.layer}));
    }
  }

  lineCharts() { return this.figures.filter((f) => !f.empty).map(({title, chart}) => ({title, chart})); }

  get shown() {
    return Object.fromEntries(this.figures.filter((f) => !f.empty).map((f) => [f.title, {metrics: f.metrics, data: f.chart.joined}]));
  }
}

/** Whatever else a run records, such as metrics of the reader's own. */
export class OtherMetricsPanel extends MetricsPanel {
  constructor(page) {
    super(page, ['other', 'Other metrics', null, []]);
    this.known = new Set([...ELSEWHERE, ...GROUPS.flatMap(([, , , charts]) => charts.flatMap(([, ...names]) => names))]);
  }

  charts(metrics) {
    const predicted = (id) => ['.verdict', '.measured', '.bound'].some((ending) => id.endsWith(ending));
    return [...metrics].filter((id) => !this.known.has(id) && !predicted(id)).slice(0, 60).map((id) => [words(id), id]);
  }
}

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
      columns: () => (page.run.columns.includes('watchShare') ? {watchShare: 'watchShare'} : {}),
      scale: 'linear',
      legend,
      empty: (empty) => { this.figure.hidden = empty; },
    });
  }

  begin(run) {
    this.figure.hidden = !run.columns.includes('watchShare');
    this.run = run;
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
