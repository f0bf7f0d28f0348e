// Predictions of the papers: one card each, what needs attention first.

import {brief, element, plural, shortened, whole, words} from './format.js';
import {fetchVerdicts} from './api.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {byReason, hasCard, inOrder, piecesOf, stateOf, summaryOf} from './verdicts.js';
import {counted, t} from './words.js';

/** A source as text, in which the name of an arXiv paper is a link to it. */
const source = (text) => element('span', {className: 'ib-source'}, ...piecesOf(text).map((piece) => (piece.link
  ? element('a', {href: piece.link, target: '_blank', rel: 'noopener noreferrer', textContent: piece.text}) : piece.text)));

const titleOf = (verdict) => verdict.statement || words(verdict.id);

function conditions(list) {
  return element('ul', {className: 'ib-conditions'}, ...list.map((condition) =>
    element('li', {className: condition.met ? 'met' : 'unmet'},
      element('span', {className: 'ib-mark', textContent: condition.met ? '✓' : '✕', title: condition.met ? t('met') : t('not met')}),
      shortened(condition.text))));
}

export class PredictionsPanel extends Panel {
  constructor(page) {
    super(page, 'predictions', 'Predictions',
      'preset STANDARD or FULL, or predictions of your own given to the builder of the listener');
    this.header();
    this.grid = element('div', {className: 'ib-cards'});
    this.others = element('details', {className: 'ib-others'}, element('summary'), element('div'));
    this.section.append(this.grid, this.others);
    this.cards = new Map();
    this.verdicts = [];
  }

  begin() {
    for (const card of this.cards.values()) card.chart.destroy();
    this.cards.clear();
    this.grid.replaceChildren();
    this.verdicts = [];
    this.others.hidden = true;
    return this.page.columns.find({kind: 'verdict'}) !== null;
  }

  async update() {
    const {verdicts, leftOut} = await this.page.ask((run) => fetchVerdicts(run));
    this.verdicts = verdicts;
    this.leftOut = leftOut;
    const applies = inOrder(verdicts.filter(hasCard));
    for (const [prediction, card] of this.cards) {
      if (!applies.some((v) => v.prediction === prediction)) {
        card.chart.destroy();
        this.cards.delete(prediction);
      }
    }
    const elements = applies.map((verdict) => {
      const {prediction} = verdict;
      if (!this.cards.has(prediction)) this.cards.set(prediction, this.card(verdict));
      const card = this.cards.get(prediction);
      card.fill(verdict);
      return card.element;
    });
    // Cards are moved only when their order is another: a chart that is moved loses the pointer.
    if (elements.some((e, i) => this.grid.children[i] !== e) || this.grid.children.length !== elements.length) {
      this.grid.replaceChildren(...elements);
    }
    this.summary(applies);
    this.page.sections.judge(applies.length > 0);
    this.fold(verdicts.filter((v) => !applies.includes(v)));
    await this.page.timeline.refresh();
  }

  summary(applies) {
    this.legend.replaceChildren(...summaryOf(applies).map(({look, sign, words: text, count}) => element('span', {},
      element('i', {className: 'ib-badge ' + look, textContent: sign}), whole(count) + ' ' + text)),
    ...(this.leftOut ? [element('span', {textContent: plural(this.leftOut, 'more') + ' not shown'})] : []));
  }

  fold(none) {
    this.others.hidden = none.length === 0;
    const [summary, list] = this.others.children;
    summary.textContent = counted(none.length, '{0} prediction does not apply|{0} predictions do not apply', whole(none.length));
    const open = new Set([...list.querySelectorAll('details[open]')].map((group) => group.dataset.reason));
    list.lang = 'en';
    list.replaceChildren(...byReason(none).map(([reason, members]) => {
      const group = element('details', {className: 'ib-group', open: open.has(reason)},
        element('summary', {}, element('b', {textContent: whole(members.length)}), ' ', element('span', {className: 'ib-reason', textContent: reason})),
        element('ul', {}, ...members.map(({verdict, more}) => element('li', {title: verdict.id},
          titleOf(verdict), ' ', source(verdict.source),
          conditions(more.map((text) => ({met: false, text})))))));
      group.dataset.reason = reason;
      return group;
    }));
  }

  card({id, prediction}) {
    const part = (tag, className) => element(tag, {className});
    const badge = part('span', 'ib-verdict');
    const statement = part('p', 'ib-statement');
    const legend = part('div', 'ib-legend');
    const box = part('div', 'ib-chart ib-small');
    const detail = part('p', 'ib-detail');
    const rest = element('details', {className: 'ib-rest'}, element('summary'), element('div'));
    const advice = part('p', 'ib-advice');
    const same = element('p', {className: 'ib-note ib-same', hidden: true});
    const card = element('article', {className: 'ib-card', title: ''}, badge, statement, detail, advice, legend, same, box, rest);
    card.dataset.id = id;
    const columns = Object.fromEntries(['measured', 'bound'].map((kind) => [kind, this.page.columns.nameOf({kind, prediction})])
      .filter(([, column]) => column));
    const showChart = () => { box.hidden = legend.hidden = chart.empty || !same.hidden; };
    const chart = new LineChart(this.page.timeline, box, {
      series: [{name: 'measured', label: t('measured'), colour: 'measured', width: 1.75}, {name: 'bound', label: t('bound'), colour: 'bound', width: 1.5, dash: [6, 4]}],
      columns: () => columns,
      compare: ['measured'],
      legend,
      tellStep: true,
      points: 256,
      // A zero against a zero is no picture.
      constant: (value) => {
        same.hidden = value === null;
        same.textContent = value === null ? '' : t('{0} at every record.', brief(value));
        showChart();
      },
      empty: () => showChart(),
    });
    const fill = (v) => {
      const {look, sign, words: state} = stateOf(v);
      card.dataset.state = look;
      badge.className = 'ib-verdict ' + look;
      badge.replaceChildren(element('i', {className: 'ib-badge ' + look, textContent: sign}), element('b', {textContent: state}));
      if (v.step !== null) {
        const go = element('button', {type: 'button', textContent: t('step {0}', whole(v.step)), title: t('Go to this step')});
        go.addEventListener('click', () => this.page.goTo(v.step));
        badge.append(t('at'), go);
      }
      const numbers = element('span', {className: 'ib-numbers'});
      for (const [what, value] of [['measured', v.measured], ['bound', v.bound]]) {
        if (value !== null) numbers.append(element('span', {}, t(what) + ' ', element('b', {textContent: brief(value), title: String(value)})));
      }
      badge.append(numbers);
      statement.textContent = titleOf(v);
      statement.title = v.id;
      detail.textContent = shortened(v.detail ?? '');
      detail.title = v.detail ?? '';
      detail.hidden = !v.detail;
      advice.textContent = shortened(v.advice ?? '');
      advice.hidden = !v.advice || !['violated', 'reached'].includes(v.state);
      const met = v.conditions.filter((c) => c.met).length;
      const all = v.conditions.length;
      statement.lang = detail.lang = advice.lang = rest.lastElementChild.lang = 'en';
      const [summary, body] = rest.children;
      summary.textContent = all === 0 ? t('Tolerance and source')
        : met === all ? counted(met, 'All {0} condition met|All {0} conditions met', whole(met))
          : counted(all - met, '{0} condition of {1} not met|{0} conditions of {1} not met', whole(all - met), whole(all));
      body.replaceChildren(conditions(v.conditions),
        ...(v.measuredWords ? [element('p', {}, element('b', {textContent: t('Measured') + ' '}), v.measuredWords)] : []),
        ...(v.boundWords ? [element('p', {}, element('b', {textContent: t('Bound') + ' '}), v.boundWords)] : []),
        ...(v.tolerance ? [element('p', {}, element('b', {textContent: t('Tolerance') + ' '}), v.tolerance)] : []),
        ...(v.advice && advice.hidden ? [element('p', {}, element('b', {textContent: t('Good for') + ' '}), v.advice)] : []),
        ...(v.source ? [element('p', {}, element('b', {textContent: t('Source') + ' '}), source(v.source))] : []));
    };
    return {id, element: card, chart, fill};
  }

  lineCharts() {
    const chartOf = ({prediction}) => this.cards.get(prediction)?.chart;
    return inOrder(this.verdicts).filter((v) => chartOf(v) && !chartOf(v).empty)
      .map((v) => ({title: stateOf(v).sign + ' ' + titleOf(v), chart: chartOf(v)}));
  }

  table() {
    const columns = ['id', 'state', 'step', 'measured', 'bound', 'statement', 'detail', 'advice', 'tolerance', 'source', 'conditions'];
    const told = (v) => v.conditions.map((c) => (c.met ? 'met: ' : 'not met: ') + c.text).join('; ');
    return {name: 'predictions', columns, rows: this.verdicts.map((v) => columns.map((c) => (c === 'conditions' ? told(v) : v[c])))};
  }

  get shown() {
    return {verdicts: this.verdicts, charts: Object.fromEntries([...this.cards.values()].map(({id, chart}) => [id, chart.joined]))};
  }
}
