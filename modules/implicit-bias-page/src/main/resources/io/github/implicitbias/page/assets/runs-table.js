// The table of runs: of very many rows those in sight are drawn.

import {brief, element, whole} from './format.js';
import {pathOf} from './frame.js';
import {icon, wordOf} from './levels.js';
import {bySettings, isSeed, merged, PLAIN, sorted, valueOf} from './rows.js';
import {drawn} from './svg.js';
import {counted, t} from './words.js';

const SPARE = 8; // rows above and below those in sight
const [WIDE, HIGH] = [92, 22]; // of the picture of the loss

/** The loss as a small picture, on the scale that all rows share. */
function sketch(line, [low, high]) {
  const across = (k) => 2 + (k / Math.max(1, line.length - 1)) * (WIDE - 4);
  const up = (v) => HIGH - 2 - (high > low ? Math.log(v / low) / Math.log(high / low) : 0.5) * (HIGH - 4);
  return drawn('svg', {width: WIDE, height: HIGH, 'aria-hidden': true, class: 'ib-frame'},
    drawn('path', {class: 'line', d: pathOf(line.map((v, k) => (v === null ? null : [across(k), up(v)])))}));
}

const cell = (properties, ...children) => element('td', properties, ...children);

export class RunsTable {
  constructor(view) {
    this.view = view;
    this.sort = {key: 'startedAt', direction: -1};
    this.together = false;
    this.note = element('p');
    this.head = element('tr');
    this.body = element('tbody');
    this.table = element('table', {className: 'ib-runs-table'}, element('thead', {}, this.head), this.body);
    this.table.setAttribute('aria-label', t('Runs'));
    this.scroll = element('div', {className: 'ib-scroll ib-runs-scroll', tabIndex: 0}, this.table);
    this.scroll.setAttribute('role', 'region');
    this.scroll.setAttribute('aria-label', t('Runs'));
    this.scroll.addEventListener('scroll', () => this.window(), {passive: true});
    this.scroll.addEventListener('keydown', (e) => this.move(e));
    this.card = element('section', {className: 'ib-panel ib-wide'}, element('header', {}, this.note, this.switch()), this.scroll);
  }

  /** A row per run, or one for all that differ in the seed alone. */
  switch() {
    const button = (together, text) => {
      const made = element('button', {type: 'button', textContent: text});
      made.addEventListener('click', () => {
        this.together = together;
        this.draw();
        this.view.changed();
      });
      return made;
    };
    this.buttons = [button(false, t('a row for each run')), button(true, t('seeds together'))];
    const box = element('div', {className: 'ib-switch'}, ...this.buttons);
    box.setAttribute('role', 'group');
    box.setAttribute('aria-label', t('Rows'));
    return box;
  }

  /** What stands in the columns: [key, title], numbers to the right. */
  get columns() {
    const {view} = this;
    const settings = view.varying.filter(({name}) => !this.together || !isSeed(name));
    return [
      ...settings.map(({key, numbers}) => [key, view.titleOf(key), numbers]),
      ...view.ends.map((name) => ['e:' + name, view.titleOf('e:' + name), true]),
      ...Object.keys(PLAIN).map((key) => [key, view.titleOf(key), true]),
    ];
  }

  draw() {
    const {view} = this;
    this.buttons.forEach((button, k) => button.setAttribute('aria-pressed', this.together === Boolean(k)));
    const rows = this.together ? bySettings(view.rows, view.varying).map((of) => merged(of, view.varying)) : view.rows;
    const isChosen = (row) => (row.members ?? [row]).every(({id}) => view.chosen.has(id));
    const {key, direction} = this.sort;
    const all = sorted(rows, key, direction);
    this.order = view.chosen.size ? [...all.filter(isChosen), ...all.filter((row) => !isChosen(row))] : all;
    this.isChosen = isChosen;
    const values = view.rows.flatMap(({line}) => line).filter((v) => v !== null);
    this.range = values.length ? [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))] : [1, 1];
    this.note.textContent = this.together
      ? counted(rows.length, '{0} choice of settings; medians of the seeds, from the least to the greatest|{0} choices of settings; medians of the seeds, from the least to the greatest', whole(rows.length))
      : counted(rows.length, '{0} run; a heading sorts, a box chooses|{0} runs; a heading sorts, a box chooses', whole(rows.length));
    this.header();
    this.table.setAttribute('aria-rowcount', rows.length + 1);
    this.again();
  }

  /** Draws all rows again, in the order in which they are. */
  again() {
    this.from = null;
    this.window();
  }

  header() {
    const heading = (key, title, right) => {
      const {sort} = this;
      const button = element('button', {type: 'button', textContent: title + (sort.key === key ? (sort.direction < 0 ? ' ↓' : ' ↑') : '')});
      button.dataset.key = 'h' + key;
      button.addEventListener('click', () => {
        this.sort = {key, direction: sort.key === key ? -sort.direction : key.startsWith('e:') || key in PLAIN ? -1 : 1};
        this.scroll.scrollTop = 0;
        this.view.keeping(() => this.draw());
        this.view.changed();
      });
      const made = element('th', {scope: 'col', className: right ? 'num' : ''}, button);
      if (sort.key === key) made.setAttribute('aria-sort', sort.direction < 0 ? 'descending' : 'ascending');
      return made;
    };
    const unseen = element('th', {scope: 'col'}, element('span', {className: 'ib-unseen', textContent: t('chosen')}));
    this.head.replaceChildren(unseen, heading('level', t('state')), element('th', {scope: 'col', textContent: t('Loss') + ' ' + t('(log)')}),
      heading('title', t('Run')), ...this.columns.map(([key, title, right]) => heading(key, title, right)), heading('headline', t('Finding')), heading('startedAt', t('begun')));
  }

  /** Draws the rows that are in sight. */
  window() {
    const {scroll, order} = this;
    if (!order) return;
    const high = this.together ? 42 : 32;
    const from = Math.max(0, Math.floor(scroll.scrollTop / high) - SPARE);
    const to = Math.min(order.length, from + Math.ceil((scroll.clientHeight || 600) / high) + 2 * SPARE);
    if (this.from === from && this.to === to) return;
    Object.assign(this, {from, to});
    const space = (rows) => {
      const made = element('tr', {}, element('td', {colSpan: this.columns.length + 6}));
      made.setAttribute('aria-hidden', 'true');
      made.className = 'ib-space';
      made.style.height = rows * high + 'px';
      return made;
    };
    this.view.keeping(() => this.body.replaceChildren(space(from), ...order.slice(from, to).map((row, k) => this.row(row, from + k)), space(order.length - to)));
  }

  row(row, k) {
    const {view} = this;
    const members = row.members ?? [row];
    const ids = members.map(({id}) => id);
    const chosen = this.isChosen(row);
    const box = element('input', {type: 'checkbox', checked: chosen, ariaLabel: t('Choose {0}', row.title)});
    box.dataset.key = 'c' + row.id;
    box.addEventListener('change', () => view.toggle(ids, true));
    const state = element('span', {className: 'ib-level ' + row.level, title: row.level ? wordOf(row.level) : ''});
    if (row.level) state.append(icon(row.level), element('span', {className: 'ib-unseen', textContent: wordOf(row.level)}));
    const made = element('tr', {className: chosen ? 'chosen' : ''},
      cell({}, box), cell({}, state), cell({}, sketch(row.line, this.range)),
      cell({className: 'name'}, members.length > 1 ? element('span', {textContent: counted(members.length, '{0} run|{0} runs', members.length)}) : view.linkTo(row)),
      ...this.columns.map(([key, , right]) => this.value(row, key, right)),
      cell({className: 'text', textContent: row.headline ?? '', title: row.headline ?? '', lang: 'en'}),
      cell({className: 'when', textContent: view.when(row.startedAt)}));
    made.setAttribute('aria-rowindex', k + 2);
    made.addEventListener('click', (e) => { if (!e.target.closest('a, input')) view.toggle(ids, true); });
    return made;
  }

  value(row, key, right) {
    const value = valueOf(row, key);
    const made = cell({className: (right ? 'num' : '') + (Number.isNaN(value) ? ' bad' : ''), textContent: typeof value === 'string' ? value : brief(value)});
    const range = row.ranges?.[key.slice(2)];
    if (range && key.startsWith('e:')) made.append(element('small', {textContent: range.map((v) => brief(Number(v.toPrecision(3)))).join(' … ')}));
    return made;
  }

  /** Arrow keys go from box to box, also to those out of sight. */
  move(e) {
    const by = {ArrowDown: 1, ArrowUp: -1}[e.key];
    if (!by || document.activeElement?.type !== 'checkbox') return;
    e.preventDefault();
    const now = this.order.findIndex(({id}) => 'c' + id === document.activeElement.dataset.key);
    const next = this.order[now + by];
    if (!next) return;
    const high = this.together ? 42 : 32;
    const top = (now + by) * high;
    const room = this.scroll.clientHeight - 2 * high;
    if (top < this.scroll.scrollTop) this.scroll.scrollTop = top;
    else if (top > this.scroll.scrollTop + room) this.scroll.scrollTop = top - room;
    this.window();
    this.body.querySelector(`[data-key="c${next.id}"]`)?.focus({preventScroll: true});
  }
}
