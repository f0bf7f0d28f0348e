// The classes of the samples: which there are, and how each is told from the others.

import {byId, classShade, element} from './format.js';
import {t} from './words.js';

const MOST = 10; // colours that everybody can tell apart

/** The classes of a run's samples, in their order. */
export const classesOf = (run) => [...new Set(run.samples.classes)].filter((c) => c >= 0).sort((a, b) => a - b);

export const areMany = (classes) => classes.length > MOST || classes.some((c) => c >= MOST);

/** From now on classes have the colours for as many as there are. */
export function dress(run) {
  byId('implicit-bias').dataset.classes = areMany(classesOf(run)) ? 'many' : 'few';
}

/** A key per class with its label; none where colours alone cannot tell. */
export function classKeys(run) {
  const classes = classesOf(run);
  if (areMany(classes)) return [];
  return classes.map((c) => {
    const swatch = element('i', {className: 'ib-swatch'});
    swatch.style.background = `var(--${classShade(c)})`;
    return element('span', {className: 'ib-class'}, swatch, t('class {0}', c));
  });
}

/** Samples of one class that stand side by side: [class, first, one past the last]. */
export function blocksOf(columns, classes) {
  const blocks = [];
  columns.forEach((sample, at) => {
    const c = classes[sample] ?? -1;
    const last = blocks[blocks.length - 1];
    if (last && last[0] === c) last[2] = at + 1;
    else blocks.push([c, at, at + 1]);
  });
  return blocks;
}
