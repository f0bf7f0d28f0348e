// The phase diagram: a cell per pair of two settings, its colour the median of an end value over the
// runs there; a square per value of a third.

import {brief, element} from './format.js';
import {drawable, isWide, median, valueOf} from './rows.js';
import {drawn} from './svg.js';
import {counted, t} from './words.js';

const MOST = 24; // places of an axis; more are put together
const MOST_SQUARES = 12;

/** Places along a setting: {label, has(value)}; of very many numbers some are one place. */
export function placesOf(setting) {
  const {values, numbers} = setting;
  const text = (v) => (typeof v === 'number' ? brief(v) : v);
  if (!numbers || values.length <= MOST) return values.slice(0, MOST).map((value) => ({label: text(value), has: (v) => v === value}));
  const per = Math.ceil(values.length / MOST);
  return Array.from({length: Math.ceil(values.length / per)}, (_, k) => {
    const [low, high] = [values[k * per], values[Math.min(values.length, (k + 1) * per) - 1]];
    return {label: text(low), has: (v) => v >= low && v <= high};
  });
}

/** Cells {column, row, rows, value, lost} of one square. */
export function cellsOf(rows, across, down, key, [xs, ys]) {
  const cells = new Map();
  for (const row of rows) {
    const [a, b] = [across, down].map((setting) => (setting ? valueOf(row, setting.key) : null));
    const column = xs.findIndex(({has}) => has(a));
    const line = ys.findIndex(({has}) => has(b));
    if (column < 0 || line < 0) continue;
    const at = line * xs.length + column;
    if (!cells.has(at)) cells.set(at, {column, row: line, rows: []});
    cells.get(at).rows.push(row);
  }
  return [...cells.entries()].sort(([a], [b]) => a - b).map(([, cell]) => {
    const values = cell.rows.map((row) => drawable(row, key)).filter((v) => v !== null);
    return {...cell, value: median(values), lost: 2 * cell.rows.filter(({level}) => level === 'problem').length > cell.rows.length};
  });
}

/** From 0 to 1 where a value lies. */
export function placeIn(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const log = isWide(values);
  const f = log ? Math.log : (v) => v;
  return {low, high, log, at: (v) => (high > low ? (f(v) - f(low)) / (f(high) - f(low)) : 0.5)};
}

/** From dark blue by grey to yellow. */
const shade = (part) => (part < 0.5 ? `color-mix(in oklab, var(--value-low), var(--value-middle) ${(200 * part).toFixed(1)}%)`
  : `color-mix(in oklab, var(--value-middle), var(--value-high) ${(200 * part - 100).toFixed(1)}%)`);

export class Phase {
  constructor(view) {
    this.view = view;
    this.legend = element('div', {className: 'ib-legend'});
    this.plot = element('div', {className: 'ib-squares'});
    this.card = element('section', {className: 'ib-panel ib-wide'}, element('header', {},
      view.chooser('colour', t('colour')), view.chooser('across', t('across')), view.chooser('down', t('down')), view.chooser('square', t('a square for each'))),
    this.legend, this.plot);
  }

  draw() {
    const {view} = this;
    const {across, down, square, colour} = view.axes;
    this.shown = {cells: []};
    if (!across) {
      this.legend.replaceChildren();
      this.plot.replaceChildren(element('p', {className: 'ib-note', textContent: t('All runs have the same settings.')}));
      return;
    }
    const places = [placesOf(across), down ? placesOf(down) : [{label: '', has: () => true}]];
    const squares = (square ? placesOf(square).slice(0, MOST_SQUARES) : [{label: '', has: () => true}]).map((of) => ({
      of, cells: cellsOf(square ? view.rows.filter((row) => of.has(valueOf(row, square.key))) : view.rows, across, down, colour, places)}));
    const values = squares.flatMap(({cells}) => cells.map(({value}) => value)).filter((v) => v !== null);
    const scale = placeIn(values.length ? values : [0, 1]);
    this.tell(values.length ? scale : null);
    const wide = Math.max(150, Math.min(560, (this.plot.clientWidth - 16 * (squares.length - 1)) / squares.length - (squares.length > 1 ? 1 : 0)));
    this.plot.replaceChildren(...squares.map(({of, cells}) => this.square(of.label, cells, places, scale, wide)));
  }

  tell(scale) {
    const ramp = element('i', {className: 'ib-key ib-ramp'});
    const keys = scale ? [element('span', {}, brief(scale.low), ramp, brief(scale.high) + (scale.log ? ' ' + t('(log)') : ''))] : [];
    const odd = (kind, text) => element('span', {}, element('i', {className: 'ib-key ib-' + kind}), text);
    this.legend.replaceChildren(element('span', {textContent: this.view.titleOf(this.view.axes.colour)}), ...keys,
      odd('lost', t('most of the runs have a problem')), odd('no-number', t('no number')));
  }

  square(label, cells, [xs, ys], scale, wide) {
    const {view} = this;
    const {across, down, square} = view.axes;
    const left = Math.min(90, 14 + 6.5 * Math.max(...ys.map(({label: text}) => text.length)));
    const size = [(wide - left) / xs.length, Math.max(16, Math.min(34, 260 / ys.length))];
    const [top, bottom] = [40, 40 + size[1] * ys.length];
    const svg = drawn('svg', {width: wide, height: bottom + 38, class: 'ib-frame', role: 'group', 'aria-label': square ? view.titleOf(square.key) + ' ' + label : t('Phase diagram')});
    const text = (x, y, anchor, words, kind = '') => svg.append(drawn('text', {x, y, 'text-anchor': anchor, class: kind}, words));
    if (square) text(left, 12, 'start', view.titleOf(square.key) + ' ' + label, 'name');
    if (down) text(0, 32, 'start', view.titleOf(down.key), 'title');
    text(wide, bottom + 32, 'end', view.titleOf(across.key), 'title');
    ys.forEach(({label: words}, k) => text(left - 6, top + (k + 0.5) * size[1] + 4, 'end', words.length > 12 ? words.slice(0, 11) + '…' : words));
    const every = Math.ceil((7 * Math.max(...xs.map(({label: words}) => words.length)) + 6) / size[0]);
    xs.forEach(({label: words}, k) => { if (k % every === 0) text(left + (k + 0.5) * size[0], bottom + 15, 'middle', words); });
    const made = cells.map((cell) => this.cell(cell, [left + cell.column * size[0], top + cell.row * size[1]], size, scale, [xs[cell.column].label, ys[cell.row].label, label]));
    svg.append(...made);
    this.keys(made, cells, xs.length);
    return svg;
  }

  cell({rows, value, lost}, [x, y], [w, h], scale, [column, line, label]) {
    const {view} = this;
    const {across, down, square, colour} = view.axes;
    const chosen = rows.every(({id}) => view.chosen.has(id));
    const part = value === null ? null : scale.at(value);
    const where = [[square, label], [across, column], [down, line]].filter(([of]) => of).map(([of, at]) => view.titleOf(of.key) + ' ' + at);
    const words = [...where, view.titleOf(colour) + ' ' + brief(value), counted(rows.length, '{0} run|{0} runs', rows.length), ...(lost ? [t('most of the runs have a problem')] : [])];
    const box = {x: x + 0.5, y: y + 0.5, width: w - 1.5, height: h - 1.5};
    const made = drawn('g', {role: 'button', tabindex: -1, 'aria-pressed': chosen, 'aria-label': words.join(', '), class: 'cell' + (chosen ? ' chosen' : ''), 'data-key': 'p' + rows[0].id},
      drawn('rect', {...box, class: part === null ? 'no-number' : 'value'}));
    if (part !== null) made.firstChild.style.fill = shade(part);
    if (lost) made.append(drawn('path', {class: part !== null && part > 0.45 ? 'lost dark' : 'lost', d: `M${x + 3} ${y + h - 4}L${x + w - 4} ${y + 3}`}));
    if (part !== null && w >= 44 && h >= 16 && !lost) {
      made.append(drawn('text', {x: x + w / 2, y: y + h / 2 + 4, 'text-anchor': 'middle', class: part > 0.45 ? 'on-bright' : 'on-dark'}, brief(Number(value.toPrecision(3)))));
    }
    if (chosen) made.append(drawn('rect', {...box, class: 'ring'}));
    made.addEventListener('click', () => view.toggle(rows.map(({id}) => id)));
    made.addEventListener('pointermove', (e) => view.tip(e, words.join('\n')));
    made.addEventListener('pointerleave', (e) => view.tip(e, null));
    this.shown.cells.push({ids: rows.map(({id}) => id), value, lost, label: words.join(', ')});
    return made;
  }

  /** Arrow keys move over the cells, Enter and space choose. */
  keys(made, cells, columns) {
    made[0]?.setAttribute('tabindex', 0);
    made.forEach((cell, k) => cell.addEventListener('keydown', (e) => {
      const by = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[e.key];
      if (by) {
        const wanted = cells[k].row * columns + cells[k].column + by;
        const next = made[cells.findIndex(({row, column}) => row * columns + column === wanted)];
        if (next) {
          for (const other of made) other.setAttribute('tabindex', other === next ? 0 : -1);
          next.focus();
        }
      } else if (e.key === 'Enter' || e.key === ' ') {
        cell.dispatchEvent(new MouseEvent('click'));
      } else {
        return;
      }
      e.preventDefault();
      e.stopPropagation();
    }));
  }
}
