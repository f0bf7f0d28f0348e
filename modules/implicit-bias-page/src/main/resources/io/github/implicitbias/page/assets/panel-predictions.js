// Predictions of the papers: one card each, what needs attention first.

import {brief, element, plural, whole, words} from './format.js';
import {fetchVerdicts} from './api.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {counted, t} from './words.js';

// States, in the order of their cards, with the sign that says the same as the colour.
const STATES = {
  violated: ['violated', '✕'],
  reached: ['reached', '✓'],
  'holds so far': ['holds', '●'],
  null: ['unjudged', '○'],
  'not applicable': ['none', '–'],
};
const ORDER = Object.keys(STATES);

/** A source as text, in which the name of an arXiv paper is a link to it. */
function source(text) {
  const shown = element('span', {className: 'ib-source'});
  let rest = text;
  for (let found; (found = /arXiv[: ]?(\d{4}\.\d{4,5})/i.exec(rest));) {
    shown.append(rest.slice(0, found.index), element('a', {
      href: 'https://arxiv.org/abs/' + found[1],
      target: '_blank',
      rel: 'noopener noreferrer',
      textContent: found[0],
    }));
    rest = rest.slice(found.index + found[0].length);
  }
  shown.append(rest);
  return shown;
}

function conditions(list) {
  return element('ul', {className: 'ib-conditions'}, ...list.map((condition) =>
    element('li', {className: condition.met ? 'met' : 'unmet'},
      element('span', {className: 'ib-mark', textContent: condition.met ? '✓' : '✕', title: condition.met ? t('met') : t('not met')}),
      condition.text)));
}

/** Why a prediction does not apply: its unmet conditions, and what else its verdict names; each once. */
function reasons(verdict) {
  const unmet = [...new Set(verdict.conditions.filter((c) => !c.met).map((c) => c.text))];
  const rest = [...unmet].sort((a, b) => b.length - a.length)
    .reduce((text, reason) => text.replaceAll(reason, ''), verdict.detail || '').replace(/^[;\s]+|[;\s]+$/g, '');
  return [...(rest ? [rest] : []), ...unmet];
}

/** Predictions by the reason that the most have in common, the largest group first. */
function byReason(verdicts) {
  const all = verdicts.map((verdict) => ({verdict, reasons: reasons(verdict)}));
  const count = new Map();
  for (const one of all) for (const reason of one.reasons) count.set(reason, (count.get(reason) || 0) + 1);
  const groups = new Map();
  for (const one of all) {
    const first = one.reasons.reduce((a, b) => (count.get(b) > (count.get(a) || 0) ? b : a), one.reasons[0] ?? '–');
    if (!groups.has(first)) groups.set(first, []);
    groups.get(first).push({verdict: one.verdict, more: one.reasons.filter((reason) => reason !== first)});
  }
  return [...groups].sort((a, b) => b[1].length - a[1].length);
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

  begin(run) {
    for (const card of this.cards.values()) card.chart.destroy();
    this.cards.clear();
    this.grid.replaceChildren();
    this.verdicts = [];
    this.others.hidden = true;
    return run.columns.some((column) => column.endsWith('.verdict'));
  }

  async update() {
    const {verdicts, leftOut} = await this.page.ask((run) => fetchVerdicts(run));
    this.verdicts = verdicts;
    this.leftOut = leftOut;
    const applies = verdicts.filter((v) => v.state !== 'not applicable' || v.applied);
    applies.sort((a, b) => ORDER.indexOf(String(a.state)) - ORDER.indexOf(String(b.state)));
    for (const [id, card] of this.cards) {
      if (!applies.some((v) => v.id === id)) {
        card.chart.destroy();
        this.cards.delete(id);
      }
    }
    const elements = applies.map((verdict) => {
      if (!this.cards.has(verdict.id)) this.cards.set(verdict.id, this.card(verdict.id));
      const card = this.cards.get(verdict.id);
      card.fill(verdict);
      return card.element;
    });
    // Cards are moved only when their order is another: a chart that is moved loses the pointer.
    if (elements.some((e, i) => this.grid.children[i] !== e) || this.grid.children.length !== elements.length) {
      this.grid.replaceChildren(...elements);
    }
    this.summary(applies);
    this.fold(verdicts.filter((v) => !applies.includes(v)));
    await this.page.timeline.refresh();
  }

  summary(applies) {
    const counts = ORDER.map((state) => [state, applies.filter((v) => String(v.state) === state).length]).filter(([, n]) => n);
    this.legend.replaceChildren(...counts.map(([state, n]) => element('span', {},
      element('i', {className: 'ib-badge ' + STATES[state][0], textContent: STATES[state][1]}),
      whole(n) + ' ' + t(state === 'null' ? 'not judged yet' : state))),
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
          verdict.statement || words(verdict.id), ' ', source(verdict.source),
          conditions(more.map((text) => ({met: false, text})))))));
      group.dataset.reason = reason;
      return group;
    }));
  }

  card(id) {
    const part = (tag, className) => element(tag, {className});
    const badge = part('span', 'ib-verdict');
    const statement = part('p', 'ib-statement');
    const legend = part('div', 'ib-legend');
    const box = part('div', 'ib-chart ib-small');
    const detail = part('p', 'ib-detail');
    const rest = element('details', {className: 'ib-rest'}, element('summary'), element('div'));
    const card = element('article', {className: 'ib-card', title: ''}, badge, statement, detail, legend, box, rest);
    card.dataset.id = id;
    const columns = {measured: id + '.measured', bound: id + '.bound'};
    const chart = new LineChart(this.page.timeline, box, {
      series: [{name: 'measured', label: t('measured'), colour: 'accent', width: 1.75}, {name: 'bound', label: t('bound'), colour: 'bound', width: 1.5, dash: [6, 4]}],
      columns: () => columns,
      compare: ['measured'],
      legend,
      tellStep: true,
      points: 256,
      empty: (empty) => { box.hidden = empty; legend.hidden = empty; },
    });
    const fill = (v) => {
      const [name, sign] = STATES[String(v.state)];
      card.dataset.state = name;
      const state = t(v.state === null ? 'not judged yet' : v.state === 'not applicable' ? 'no longer applies' : v.state);
      badge.className = 'ib-verdict ' + name;
      badge.replaceChildren(element('i', {className: 'ib-badge ' + name, textContent: sign}),
        element('b', {textContent: state}));
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
      statement.textContent = v.statement || words(v.id);
      statement.title = v.id;
      detail.textContent = v.detail;
      detail.hidden = !v.detail;
      const met = v.conditions.filter((c) => c.met).length;
      const all = v.conditions.length;
      statement.lang = detail.lang = rest.lastElementChild.lang = 'en';
      const [summary, body] = rest.children;
      summary.textContent = all === 0 ? t('Tolerance and source')
        : met === all ? counted(met, 'All {0} condition met|All {0} conditions met', whole(met))
          : counted(all - met, '{0} condition of {1} not met|{0} conditions of {1} not met', whole(all - met), whole(all));
      body.replaceChildren(conditions(v.conditions),
        ...(v.measuredWords ? [element('p', {}, element('b', {textContent: t('Measured') + ' '}), v.measuredWords)] : []),
        ...(v.boundWords ? [element('p', {}, element('b', {textContent: t('Bound') + ' '}), v.boundWords)] : []),
        ...(v.tolerance ? [element('p', {}, element('b', {textContent: t('Tolerance') + ' '}), v.tolerance)] : []),
        ...(v.source ? [element('p', {}, element('b', {textContent: t('Source') + ' '}), source(v.source))] : []));
    };
    return {element: card, chart, fill};
  }

  lineCharts() {
    const urgent = [...this.verdicts].sort((a, b) => ORDER.indexOf(String(a.state)) - ORDER.indexOf(String(b.state)));
    return urgent.filter((v) => this.cards.has(v.id) && !this.cards.get(v.id).chart.empty).map((v) => ({
      title: (STATES[String(v.state)] || STATES.null)[1] + ' ' + (v.statement || words(v.id)), chart: this.cards.get(v.id).chart,
    }));
  }

  table() {
    const columns = ['id', 'state', 'step', 'measured', 'bound', 'statement', 'detail', 'tolerance', 'source', 'conditions'];
    const told = (v) => v.conditions.map((c) => (c.met ? 'met: ' : 'not met: ') + c.text).join('; ');
    return {name: 'predictions', columns, rows: this.verdicts.map((v) => columns.map((c) => (c === 'conditions' ? told(v) : v[c])))};
  }

  get shown() {
    return {verdicts: this.verdicts, charts: Object.fromEntries([...this.cards].map(([id, card]) => [id, card.chart.joined]))};
  }
}
