// The classes of the training samples: how many, how sure the network is of each, how many are wrong.

import {classShade, element, whole} from './format.js';
import {drawn} from './svg.js';
import {t} from './words.js';

const WIDTH = 120;
const HEIGHT = 22;
const COLOURS = 10; // classes that have a colour of their own

/** The outline of a histogram in a box. */
export function outline(histogram, width, height) {
  const most = histogram.reduce((a, b) => Math.max(a, b), 1);
  const x = (k) => ((k * width) / histogram.length).toFixed(1);
  const steps = histogram.map((v, k) => 'V' + (height - ((height - 2) * v) / most).toFixed(1) + 'H' + x(k + 1));
  return 'M0 ' + height + steps.join('') + 'V' + height + 'Z';
}

/** A share with two digits behind the point. */
export const share = (part, all) => (all === 0 ? '–' : ((100 * part) / all).toFixed(2) + ' %');

/** A square of the colour of a class, if there are few enough of them; its label is always beside it. */
export function swatch(number, of) {
  const mark = element('i', {className: 'ib-swatch'});
  mark.style.background = `var(--${of <= COLOURS ? classShade(number) : number % 2 ? 'many-odd' : 'many-even'})`;
  return mark;
}

export class ClassTable {
  constructor(choose) {
    this.choose = choose;
    this.body = element('tbody');
    const heads = [[t('label'), ''], [t('samples'), 'num'], [t('mean margin'), ''], [t('wrong'), 'num'], [t('suspect'), 'num']];
    this.table = element('table', {className: 'ib-classes'}, element('thead', {}, element('tr', {},
      ...heads.map(([text, kind]) => element('th', {className: kind, textContent: text, scope: 'col'})))), this.body);
    this.table.setAttribute('aria-label', t('Classes'));
    this.all = element('button', {type: 'button', textContent: t('All classes'), hidden: true});
    this.all.addEventListener('click', () => choose(null));
    this.note = element('p', {className: 'ib-caption'});
    const scroll = element('div', {className: 'ib-scroll', tabIndex: 0}, this.table);
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', t('Classes'));
    this.element = element('div', {className: 'ib-box'},
      element('div', {className: 'ib-box-head'}, element('h4', {textContent: t('Classes')}), this.all), scroll, this.note);
  }

  show({classes, marginRange}, chosen, tick) {
    this.element.hidden = classes.length === 0;
    this.all.hidden = chosen === null;
    const [low, high] = marginRange;
    const zero = low < 0 && high > 0 ? -low / (high - low) : null;
    this.buttons = [];
    this.body.replaceChildren(...classes.map((one, k) => {
      const button = element('button', {type: 'button', className: 'ib-class-button'}, swatch(k, classes.length), element('strong', {textContent: one.name}));
      button.setAttribute('aria-pressed', String(chosen === k));
      button.addEventListener('click', () => this.choose(chosen === k ? null : k));
      this.buttons.push(button);
      return element('tr', {className: chosen === k ? 'chosen' : ''},
        element('th', {scope: 'row'}, button),
        element('td', {className: 'num', textContent: whole(one.n)}),
        element('td', {}, this.histogram(one, zero)),
        element('td', {className: 'num', textContent: share(one.judged - one.right, one.judged)}),
        element('td', {className: 'num', textContent: one.suspects ? whole(one.suspects) : '–'}));
    }));
    this.note.textContent = marginRange.length ? t('Mean margins from {0} to {1}; dashed is 0. Wrong is at the last visit.', tick(low), tick(high)) : '';
  }

  histogram({histogram}, zero) {
    const svg = drawn('svg', {width: WIDTH, height: HEIGHT, viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-hidden': 'true', class: 'ib-histogram'});
    if (histogram.length) svg.append(drawn('path', {d: outline(histogram, WIDTH, HEIGHT)}));
    if (zero !== null) svg.append(drawn('line', {x1: WIDTH * zero, x2: WIDTH * zero, y1: 1, y2: HEIGHT}));
    return svg;
  }
}
