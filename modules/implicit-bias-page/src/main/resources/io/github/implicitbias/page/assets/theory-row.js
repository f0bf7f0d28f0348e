// One prediction that applies, as a row: its verdict, what it says, what was measured, and its shape
// over the steps. The row opens to the chart, conditions, tolerance and source.

import {brief, element, shortened, whole, words} from './format.js';
import {typeset} from './formula.js';
import {LineChart} from './lines.js';
import {spark} from './spark.js';
import {piecesOf, stateOf} from './verdicts.js';
import {counted, t} from './words.js';

const SPARK = {width: 140, height: 32};

/** A source as text, in which the name of an arXiv paper is a link to it. */
export const source = (text) => element('span', {className: 'ib-source'}, ...piecesOf(text).flatMap((piece) => (piece.link
  ? [element('a', {href: piece.link, target: '_blank', rel: 'noopener noreferrer', textContent: piece.text})] : typeset(piece.text))));

export const titleOf = (verdict) => verdict.statement || words(verdict.id);

export function conditions(list) {
  return element('ul', {className: 'ib-conditions', lang: 'en'}, ...list.map((condition) => element('li', {className: condition.met ? 'met' : 'unmet'},
    element('span', {className: 'ib-mark', textContent: condition.met ? '✓' : '✕', title: condition.met ? t('met') : t('not met')}),
    element('span', {}, ...typeset(shortened(condition.text))))));
}

/** How many conditions are met, in words. */
export function metOf({conditions: list}) {
  const unmet = list.filter((c) => !c.met).length;
  return list.length === 0 ? t('Tolerance and source')
    : unmet === 0 ? counted(list.length, 'All {0} condition met|All {0} conditions met', whole(list.length))
      : counted(unmet, '{0} condition of {1} not met|{0} conditions of {1} not met', whole(unmet), whole(list.length));
}

export class TheoryRow {
  constructor(page, {id, prediction}) {
    this.page = page;
    this.id = id;
    const part = (tag, className, more = {}) => element(tag, {className, ...more});
    this.badge = part('div', 'ib-verdict');
    this.statement = part('p', 'ib-statement', {id: 'claim-' + prediction, lang: 'en'});
    this.detail = part('p', 'ib-detail', {lang: 'en'});
    this.numbers = part('div', 'ib-numbers');
    this.shape = part('div', 'ib-shape');
    this.text = part('span', '');
    this.toggle = element('button', {type: 'button', className: 'ib-link ib-unfold'}, this.text, part('span', 'ib-arrow', {textContent: '\u00a0▾'}));
    this.toggle.lastChild.setAttribute('aria-hidden', 'true');
    this.toggle.setAttribute('aria-describedby', this.statement.id);
    this.head = element('div', {className: 'ib-claim'}, this.badge,
      element('div', {}, this.statement, element('span', {className: 'ib-id', textContent: id, lang: 'en'}), this.detail),
      this.numbers, this.shape, this.toggle);
    this.legend = part('div', 'ib-legend');
    this.same = part('p', 'ib-note ib-same', {hidden: true});
    this.box = part('div', 'ib-chart ib-small');
    this.rest = part('div', 'ib-rest', {lang: 'en'});
    this.more = element('div', {className: 'ib-claim-more'}, element('div', {}, this.legend, this.same, this.box), this.rest);
    this.element = element('article', {className: 'ib-card'}, this.head, this.more);
    this.element.dataset.id = id;
    this.show(false);
    this.toggle.addEventListener('click', () => this.show(this.more.hidden));
    // The whole row opens, but what is pressed or marked in it is meant for itself.
    this.head.addEventListener('click', (e) => {
      if (!e.target.closest('button, a') && String(getSelection()) === '') this.show(this.more.hidden);
    });
    const columns = Object.fromEntries(['measured', 'bound'].map((kind) => [kind, page.columns.nameOf({kind, prediction})]).filter(([, column]) => column));
    this.chart = new LineChart(page.timeline, this.box, {
      series: [{name: 'measured', label: t('measured'), colour: 'measured', width: 1.75}, {name: 'bound', label: t('bound'), colour: 'bound', width: 1.5, dash: [6, 4]}],
      columns: () => columns,
      compare: ['measured'],
      legend: this.legend,
      tellStep: true,
      points: 256,
      // A zero against a zero is no picture.
      constant: (value) => {
        this.same.hidden = value === null;
        this.same.textContent = value === null ? '' : t('{0} at every record.', brief(value));
        this.draw();
      },
      empty: () => this.draw(),
    });
  }

  show(open) {
    this.more.hidden = !open;
    this.toggle.setAttribute('aria-expanded', String(open));
    this.element.classList.toggle('open', open);
  }

  /** The shape of the numbers; none where there are fewer than three, or nothing but one value. */
  draw() {
    const {chart} = this;
    if (!chart) return; // it tells already while it is made
    this.box.hidden = this.legend.hidden = chart.empty || !this.same.hidden;
    const {measured, bound} = chart.found;
    const there = this.same.hidden && measured?.steps.length > 2;
    this.shape.replaceChildren(...(there ? [spark([{...measured, look: ''}, ...(bound ? [{...bound, look: 'bound'}] : [])], SPARK, 'ib-claim-spark')] : []));
  }

  fill(v) {
    const {look, sign, words: state} = stateOf(v);
    this.element.dataset.state = look;
    this.badge.className = 'ib-verdict ' + look;
    this.badge.replaceChildren(element('span', {}, element('i', {className: 'ib-badge ' + look, textContent: sign}), element('b', {textContent: ' ' + state})));
    if (v.step !== null) {
      const go = element('button', {type: 'button', className: 'ib-link', textContent: t('step {0}', whole(v.step)), title: t('Go to this step')});
      go.addEventListener('click', () => this.page.goTo(v.step));
      this.badge.append(go);
    }
    this.numbers.replaceChildren(...[['measured', v.measured], ['bound', v.bound]].filter(([, value]) => value !== null)
      .map(([what, value]) => element('span', {className: what}, t(what) + ' ', element('b', {textContent: brief(value), title: String(value)}))));
    this.statement.replaceChildren(...typeset(titleOf(v)));
    this.statement.dataset.said = titleOf(v);
    this.detail.replaceChildren(...typeset(shortened(v.detail ?? '')));
    this.detail.hidden = !v.detail;
    this.text.textContent = metOf(v);
    const told = [[t('Measured'), v.measuredWords], [t('Bound'), v.boundWords], [t('Tolerance'), v.tolerance], [t('Good for'), v.advice]];
    this.rest.replaceChildren(conditions(v.conditions),
      ...told.filter(([, text]) => text).map(([what, text]) => element('p', {}, element('b', {textContent: what + ' '}), ...typeset(shortened(text)))),
      ...(v.source ? [element('p', {}, element('b', {textContent: t('Source') + ' '}), source(v.source))] : []));
  }

  destroy() { this.chart.destroy(); }
}
