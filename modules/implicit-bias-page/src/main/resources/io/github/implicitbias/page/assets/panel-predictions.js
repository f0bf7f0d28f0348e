// Predictions of the papers in rows: those that apply, what needs attention first; those that nearly
// do, with what is missing; the others by what they lack.

import {element, plural, whole} from './format.js';
import {fetchVerdicts} from './api.js';
import {typeset} from './formula.js';
import {Panel} from './panel.js';
import {conditions, metOf, source, TheoryRow, titleOf} from './theory-row.js';
import {byReason, hasCard, inOrder, nearestOf, stateOf, summaryOf} from './verdicts.js';
import {counted, t} from './words.js';

export class PredictionsPanel extends Panel {
  constructor(page) {
    super(page, 'predictions', 'Predictions',
      'preset STANDARD or FULL, or predictions of your own given to the builder of the listener');
    this.header();
    const heading = (text, more) => element('p', {className: 'ib-claims'}, element('b', {textContent: text}), element('span', {textContent: ' ' + more}));
    this.grid = element('div', {className: 'ib-cards'});
    this.missed = element('div', {className: 'ib-missed'});
    this.headings = [heading(t('Applies'), t('measured against its bound')), heading(t('Nearest miss'), t('what is missing for it to apply'))];
    this.others = element('details', {className: 'ib-others'}, element('summary'), element('div'));
    this.section.append(this.headings[0], this.grid, this.headings[1], this.missed, this.others);
    this.cards = new Map();
    this.verdicts = [];
  }

  begin() {
    for (const card of this.cards.values()) card.destroy();
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
        card.destroy();
        this.cards.delete(prediction);
      }
    }
    const elements = applies.map((verdict) => {
      const {prediction} = verdict;
      if (!this.cards.has(prediction)) this.cards.set(prediction, new TheoryRow(this.page, verdict));
      const card = this.cards.get(prediction);
      card.fill(verdict);
      return card.element;
    });
    // Rows are moved only when their order is another: a chart that is moved loses the pointer.
    if (elements.some((e, i) => this.grid.children[i] !== e) || this.grid.children.length !== elements.length) {
      this.grid.replaceChildren(...elements);
    }
    this.summary(applies);
    this.page.sections.judge(applies.length > 0);
    const none = verdicts.filter((v) => !applies.includes(v));
    this.near = nearestOf(none);
    this.headings[0].hidden = applies.length === 0;
    this.headings[1].hidden = this.near.length === 0;
    this.missed.replaceChildren(...this.near.map((verdict) => this.miss(verdict)));
    this.fold(none.filter((v) => !this.near.includes(v)));
    await this.page.timeline.refresh();
  }

  summary(applies) {
    this.legend.replaceChildren(...summaryOf(applies).map(({look, sign, words: text, count}) => element('span', {},
      element('i', {className: 'ib-badge ' + look, textContent: sign}), ' ' + whole(count) + ' ' + text)),
    ...(this.leftOut ? [element('span', {textContent: plural(this.leftOut, 'more') + ' not shown'})] : []));
  }

  /** A prediction that nearly applies, and its conditions that are not met. */
  miss(verdict) {
    const statement = element('p', {className: 'ib-statement', lang: 'en'}, ...typeset(titleOf(verdict)));
    statement.dataset.said = titleOf(verdict);
    const row = element('div', {className: 'ib-miss'},
      element('div', {}, statement, element('span', {className: 'ib-id', textContent: verdict.id, lang: 'en'}), ' ', source(verdict.source)),
      element('div', {}, element('b', {textContent: metOf(verdict)}), conditions(verdict.conditions.filter((c) => !c.met))));
    row.dataset.id = verdict.id;
    return row;
  }

  fold(none) {
    this.others.hidden = none.length === 0;
    const [summary, list] = this.others.children;
    summary.textContent = counted(none.length, '{0} prediction does not apply|{0} predictions do not apply', whole(none.length));
    const open = new Set([...list.querySelectorAll('details[open]')].map((group) => group.dataset.reason));
    list.lang = 'en';
    list.replaceChildren(...byReason(none).map(([reason, members]) => {
      const group = element('details', {className: 'ib-group', open: open.has(reason)},
        element('summary', {}, element('b', {textContent: whole(members.length)}), ' ', element('span', {className: 'ib-reason'}, ...typeset(reason))),
        element('ul', {}, ...members.map(({verdict, more}) => element('li', {title: verdict.id},
          ...typeset(titleOf(verdict)), ' ', source(verdict.source),
          conditions(more.map((text) => ({met: false, text})))))));
      group.dataset.reason = reason;
      return group;
    }));
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
    return {verdicts: this.verdicts, nearest: this.near?.map(({id}) => id), charts: Object.fromEntries([...this.cards.values()].map(({id, chart}) => [id, chart.joined]))};
  }
}
