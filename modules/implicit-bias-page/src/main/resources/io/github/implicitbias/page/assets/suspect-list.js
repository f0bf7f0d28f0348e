// Labels that look wrong: a row each, page by page, with a way through them by arrow keys.

import {brief, element, whole} from './format.js';
import {smallPicture} from './small-picture.js';
import {drawn} from './svg.js';
import {t} from './words.js';

const SPARK = {width: 96, height: 22};

/** The margins of a sample at the ends of epochs, with the line at which it would be right. */
export function spark(margins) {
  const known = margins.filter(Number.isFinite);
  const [low, high] = [known.reduce((a, b) => Math.min(a, b), 0), known.reduce((a, b) => Math.max(a, b), 0)];
  const x = (k) => 2 + (k / Math.max(1, margins.length - 1)) * (SPARK.width - 4);
  const y = (v) => SPARK.height - 3 - ((v - low) / Math.max(1e-9, high - low)) * (SPARK.height - 6);
  const points = margins.flatMap((v, k) => (Number.isFinite(v) ? [x(k).toFixed(1) + ',' + y(v).toFixed(1)] : []));
  return drawn('svg', {...SPARK, class: 'ib-spark', 'aria-hidden': 'true'},
    drawn('line', {x1: 0, x2: SPARK.width, y1: y(0), y2: y(0), class: 'ib-zero'}),
    drawn('polyline', {points: points.join(' ')}));
}

/** A feature of a sample, nothing if the run does not have it. */
const valueOf = ({values}, k) => (!values ? '' : Number.isFinite(values[k]) ? brief(Number(values[k].toPrecision(6))) : '–');

/** A margin with two digits behind the point and a minus that is one. */
export const signed = (v) => (Number.isFinite(v) ? v.toFixed(2).replace('-', '−') : '–');

/** Given and said, in boxes of their own. */
export function labels(one) {
  const box = (text) => element('span', {className: 'ib-label', textContent: text});
  return [box(one.label), element('span', {className: 'ib-quiet', textContent: ' → '}), box(one.instead)];
}

export class SuspectList {
  /** @param panel is told: choose(sample), turn(from) */
  constructor(panel) {
    this.panel = panel;
    this.heads = element('tr');
    this.rows = element('tbody');
    this.table = element('table', {className: 'ib-suspects'}, element('thead', {}, this.heads), this.rows);
    this.table.setAttribute('aria-label', t('Labels that look wrong'));
    this.scroll = element('div', {className: 'ib-scroll', tabIndex: 0}, this.table);
    this.scroll.setAttribute('role', 'region');
    this.scroll.setAttribute('aria-label', t('Labels that look wrong'));
    this.before = element('button', {type: 'button', textContent: '‹', ariaLabel: t('Page before')});
    this.after = element('button', {type: 'button', textContent: '›', ariaLabel: t('Next page')});
    this.where = element('span', {className: 'ib-quiet'});
    this.pages = element('span', {className: 'ib-pages'}, this.before, this.where, this.after);
    this.note = element('p', {className: 'ib-caption', lang: 'en'});
    this.element = element('div', {className: 'ib-box'},
      element('div', {className: 'ib-box-head'}, element('h4', {textContent: t('Labels that look wrong')}), this.pages), this.note, this.scroll);
    this.before.addEventListener('click', () => panel.turn(-1));
    this.after.addEventListener('click', () => panel.turn(1));
    this.rows.addEventListener('keydown', (e) => this.key(e));
  }

  /** @param page of the suspects, null if there are none */
  show(suspects, page, chosen) {
    this.page = page;
    const {features, pictureShape} = suspects;
    this.scroll.hidden = !page || page.list.length === 0;
    this.pages.hidden = !page || page.told <= page.list.length;
    if (!page) return;
    const [first, last] = [page.from + 1, page.from + page.list.length];
    this.where.textContent = t('{0} to {1} of {2}', whole(first), whole(last), whole(page.told));
    this.before.disabled = page.from === 0;
    this.after.disabled = last >= page.told;
    const heads = [...(pictureShape ? [[t('picture'), '']] : []), [t('sample'), ''], [t('given, network says'), ''], [t('mean margin'), 'num'],
      [t('margin by epoch'), ''], [t('right'), 'num'], [t('forgotten'), 'num'], [t('learned'), ''], ...features.map((name) => [name, 'num'])];
    this.heads.replaceChildren(...heads.map(([text, kind]) => element('th', {className: kind, textContent: text, scope: 'col'})));
    this.buttons = new Map();
    this.trs = new Map();
    this.rows.replaceChildren(...page.list.map((one) => this.row(one, pictureShape, features)));
    this.choose(chosen);
  }

  row(one, pictureShape, features) {
    const button = element('button', {type: 'button', className: 'ib-link', textContent: '#' + one.id, tabIndex: -1});
    button.addEventListener('click', (e) => {
      e.stopPropagation();
      this.panel.choose(one.sample);
    });
    this.buttons.set(one.sample, button);
    const of = one.margins.length;
    const tr = element('tr', {},
      ...(pictureShape ? [element('td', {}, ...(one.picture ? [smallPicture(one.picture, pictureShape, one.id)] : []))] : []),
      element('th', {scope: 'row'}, button),
      element('td', {className: 'ib-nowrap'}, ...labels(one), element('span', {className: 'ib-quiet', textContent: ' ' + one.agree + '/' + of})),
      element('td', {className: 'num', textContent: signed(one.meanMargin)}),
      element('td', {}, spark(one.margins)),
      element('td', {className: 'num', textContent: one.right + '/' + of}),
      element('td', {className: 'num', textContent: one.forgotten ? one.forgotten + '×' : '–'}),
      element('td', {className: 'ib-nowrap ib-quiet', textContent: one.learnedAt === null ? t('never') : t('step {0}', whole(one.learnedAt))}),
      ...features.map((name, k) => element('td', {className: 'num', textContent: valueOf(one, k)})));
    tr.addEventListener('click', () => this.panel.choose(one.sample));
    this.trs.set(one.sample, tr);
    return tr;
  }

  /** Marks the one that is chosen; it, or else the first, is where Tab goes. */
  choose(sample) {
    if (!this.page) return;
    const at = this.buttons.has(sample) ? sample : this.page.list[0]?.sample;
    for (const [one, button] of this.buttons) {
      button.tabIndex = one === at ? 0 : -1;
      button.setAttribute('aria-pressed', String(one === sample));
      this.trs.get(one).classList.toggle('chosen', one === sample);
    }
  }

  key(e) {
    const by = {ArrowDown: 1, ArrowUp: -1}[e.key];
    if (!by) return;
    e.preventDefault();
    e.stopPropagation();
    const {list} = this.page;
    const now = list.findIndex(({sample}) => this.buttons.get(sample) === document.activeElement);
    const next = list[Math.max(0, Math.min(list.length - 1, now + by))];
    this.panel.choose(next.sample);
    this.buttons.get(next.sample).focus();
  }
}
