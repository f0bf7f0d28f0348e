// What an end value does with a setting: seeds are points, their median a line, least to greatest a
// band; and the loss of the chosen runs over that of all others.

import {brief, element} from './format.js';
import {dotsOf, frame, pathOf} from './frame.js';
import {drawable, isWide, median, medianLine, stepsOf, valueOf} from './rows.js';
import {drawn} from './svg.js';
import {t} from './words.js';

const MOST_LINES = 8;
const MOST_CURVES = 400; // of the runs that are not chosen
const NEAR = 10; // pixels

/** Places of the runs of a group side by side, so that seeds do not hide one another. */
const aside = (k, n) => (n < 2 ? 0 : (k / (n - 1) - 0.5) * Math.min(40, 6 * (n - 1)));

/** The points of a scatter: {rows, points: [row, x, y], lines: [{value, places: [x, least, median, greatest]}]}. */
export function scatterOf(rows, x, y, line) {
  const shown = rows.filter((row) => drawable(row, y) !== null && valueOf(row, x.key) !== null);
  const groups = new Map(line ? line.values.slice(0, MOST_LINES).map((value) => [value, []]) : [[null, []]]);
  for (const row of shown) groups.get(line ? valueOf(row, line.key) : null)?.push(row);
  const lines = [...groups].map(([value, of]) => ({
    value,
    places: x.values.map((at) => [at, of.filter((row) => valueOf(row, x.key) === at).map((row) => drawable(row, y))])
      .filter(([, values]) => values.length)
      .map(([at, values]) => [at, Math.min(...values), median(values), Math.max(...values)]),
  })).filter(({places}) => places.length);
  return {rows: shown, lines};
}

export class Scatter {
  constructor(view) {
    this.view = view;
    this.plot = element('div', {className: 'ib-plot'});
    this.card = element('section', {className: 'ib-panel ib-loss'}, element('header', {},
      view.chooser('y', t('value')), view.chooser('x', t('against')), view.chooser('line', t('a line for each'))), this.plot);
  }

  draw() {
    const {view, plot} = this;
    const {x, y, line} = view.axes;
    this.shown = {points: [], lines: []};
    const found = x ? scatterOf(view.rows, x, y, line) : {rows: []};
    if (found.rows.length === 0) {
      plot.replaceChildren(element('p', {className: 'ib-note', textContent: x ? t('No run that is shown has this value.') : t('All runs have the same settings.')}));
      return;
    }
    const values = found.rows.map((row) => drawable(row, y));
    const made = frame(plot, {values: x.values, log: x.log, words: !x.numbers, title: view.titleOf(x.key), shown: x.values},
      {values, log: isWide(values), title: view.titleOf(y)}, {right: line ? 96 : 20, label: view.titleOf(y) + ' / ' + view.titleOf(x.key)});
    this.lines(made, found.lines, line);
    this.points(made, found.rows, x, y, line);
    this.shown.lines = found.lines;
  }

  lines({svg, x, y, right}, lines, line) {
    const ends = [];
    lines.forEach(({value, places}, k) => {
      const up = places.map(([at, , , high]) => [x(at), y(high)]);
      const down = places.map(([at, low]) => [x(at), y(low)]).reverse();
      svg.append(drawn('path', {class: 'band', d: pathOf([...up, ...down]) + 'Z'}),
        drawn('path', {class: 'line', d: pathOf(places.map(([at, , middle]) => [x(at), y(middle)])), opacity: 0.4 + (0.6 * (k + 1)) / lines.length}));
      if (line) ends.push([y(places[places.length - 1][2]), typeof value === 'number' ? brief(value) : value]);
    });
    ends.sort((a, b) => a[0] - b[0]);
    ends.forEach((end, k) => { if (k && end[0] < ends[k - 1][0] + 13) end[0] = ends[k - 1][0] + 13; });
    for (const [at, text] of ends) svg.append(drawn('text', {class: 'name', x: right + 8, y: at + 4}, text));
    if (line) svg.append(drawn('text', {class: 'title', x: right + 8, y: 12}, this.view.titleOf(line.key)));
  }

  points({svg, x, y}, rows, setting, end, line) {
    const {view} = this;
    const heaps = new Map();
    for (const row of rows) {
      const at = JSON.stringify([valueOf(row, setting.key), line && valueOf(row, line.key)]);
      if (!heaps.has(at)) heaps.set(at, []);
      heaps.get(at).push(row);
    }
    const points = [];
    for (const heap of heaps.values()) {
      heap.sort((a, b) => (a.title < b.title ? -1 : 1));
      heap.forEach((row, k) => points.push([row, x(valueOf(row, setting.key)) + aside(k, heap.length), y(drawable(row, end))]));
    }
    const of = (chosen) => dotsOf(points.filter(([row]) => view.chosen.has(row.id) === chosen).map(([, px, py]) => [px, py]));
    const box = drawn('rect', {class: 'pick', width: 0, height: 0});
    svg.append(drawn('path', {class: 'dots' + (view.chosen.size ? ' behind' : ''), d: of(false)}), drawn('path', {class: 'dots chosen', d: of(true)}), box);
    this.shown.points = points.map(([row, px, py]) => ({id: row.id, x: px, y: py}));
    this.pick(svg, points, box, end);
  }

  /** A drag chooses what is in the box, a click the nearest; with Shift or Ctrl in addition. */
  pick(svg, points, box, end) {
    const {view} = this;
    let from = null;
    const at = (e) => {
      const place = svg.getBoundingClientRect();
      return [e.clientX - place.left, e.clientY - place.top];
    };
    const nearest = ([px, py]) => points.map((point) => [Math.hypot(point[1] - px, point[2] - py), point[0]]).reduce((a, b) => (b[0] < a[0] ? b : a), [NEAR, null])[1];
    const span = ([px, py]) => [Math.min(from[0], px), Math.min(from[1], py), Math.max(from[0], px), Math.max(from[1], py)];
    svg.addEventListener('pointerdown', (e) => {
      from = at(e);
      svg.setPointerCapture(e.pointerId);
    });
    svg.addEventListener('pointermove', (e) => {
      const to = at(e);
      if (from === null) {
        const row = nearest(to);
        view.tip(e, row && [row.title, view.titleOf(end) + ' ' + brief(drawable(row, end)), ...view.varying.map(({name}) => t(name) + ' ' + (row.settings[name] ?? '–'))].join('\n'));
        return;
      }
      const [left, top, right, bottom] = span(to);
      for (const [name, value] of Object.entries({x: left, y: top, width: right - left, height: bottom - top})) box.setAttribute(name, value);
    });
    svg.addEventListener('pointerup', (e) => {
      if (from === null) return;
      const [left, top, right, bottom] = span(at(e));
      const one = right - left < 5 && bottom - top < 5;
      const row = one ? nearest(from) : null;
      const found = one ? (row ? [row] : []) : points.filter(([, px, py]) => px >= left && px <= right && py >= top && py <= bottom).map(([of]) => of);
      from = null;
      view.choose(found.map(({id}) => id), e.shiftKey || e.ctrlKey);
    });
    svg.addEventListener('pointerleave', (e) => view.tip(e, null));
  }
}

/** The loss of the chosen runs, their median in bold, over all others. */
export class LossOfRuns {
  constructor(view) {
    this.view = view;
    this.note = element('span', {className: 'ib-at'});
    this.plot = element('div', {className: 'ib-plot'});
    this.card = element('section', {className: 'ib-panel ib-epochs'}, element('header', {}, element('h3', {textContent: t('Loss')}), this.note), this.plot);
  }

  draw() {
    const {view, plot} = this;
    const rows = view.rows.filter(({line}) => line.some((v) => v !== null));
    const chosen = rows.filter(({id}) => view.chosen.has(id));
    this.note.textContent = chosen.length ? t('{0} chosen, their median in bold, over all others', chosen.length) : t('all that are shown, their median in bold');
    if (rows.length === 0) {
      plot.replaceChildren(element('p', {className: 'ib-note', textContent: t('No run that is shown has this value.')}));
      return;
    }
    const values = rows.flatMap(({line}) => line).filter((v) => v !== null);
    const ends = [Math.min(...rows.map((row) => row.firstStep)), Math.max(...rows.map((row) => row.lastStep))];
    const range = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
    const {svg, x, y} = frame(plot, {values: ends, title: t('step')}, {values: range, log: isWide(range), title: t('Loss')}, {label: t('Loss')});
    const path = (row) => {
      const steps = stepsOf(row);
      return pathOf(row.line.map((v, k) => (v === null ? null : [x(steps[k]), y(v)])));
    };
    const every = Math.ceil(rows.length / MOST_CURVES);
    svg.append(drawn('path', {class: 'curves', d: rows.filter((row, k) => k % every === 0).map(path).join('')}),
      drawn('path', {class: 'curves chosen', d: chosen.slice(0, MOST_CURVES).map(path).join('')}),
      drawn('path', {class: 'curves median' + (chosen.length ? ' chosen' : ''), d: path(medianLine(chosen.length ? chosen : rows))}));
  }
}
