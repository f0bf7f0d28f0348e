// How much something matters: a shape, a colour and a word each.

import {t} from './words.js';

const SHAPES = {
  good: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5-4.3 5.2L4.4 8.6l1-1.1 1.8 1.6 3.3-4Z',
  att: 'M8 1.2 15.4 14.4H.6ZM7.2 6v4.2h1.6V6Zm0 5.2v1.6h1.6v-1.6Z',
  prob: 'M5 1h6l4 4v6l-4 4H5l-4-4V5Zm.2 3.2L4.2 5.3 6.9 8l-2.7 2.7 1 1.1L8 9.1l2.8 2.7 1-1.1L9.1 8l2.7-2.7-1-1.1L8 6.9Z',
  info: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM7.2 7v4.6h1.6V7Zm0-2.6V6h1.6V4.4Z',
};
const SVG = 'http://www.w3.org/2000/svg';

/** An element of a drawing. */
export function drawn(tag, attributes, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The word of a level, for those who do not see its shape. */
export const levelWord = (level) => ({good: t('good'), att: t('attention'), prob: t('problem'), info: t('information')}[level]);

/** The sign of a level. */
export function stateIcon(level, size = 12) {
  return drawn('svg', {viewBox: '0 0 16 16', width: size, height: size, class: 'ib-state ' + level, role: 'img', 'aria-label': levelWord(level)},
    drawn('path', {d: SHAPES[level], fill: 'currentColor', 'fill-rule': 'evenodd'}));
}
