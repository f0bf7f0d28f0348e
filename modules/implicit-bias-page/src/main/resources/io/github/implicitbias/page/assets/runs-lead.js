// What many runs say together: the best choice of settings, which runs have problems, what all have
// in common.

import {brief, element} from './format.js';
import {badge, icon, wordOf} from './levels.js';
import {bySettings, isGain, isSeed, median} from './rows.js';
import {t} from './words.js';

/** The choice of settings that is best in the median of its seeds: {rows, value}; null if nobody knows. */
export function bestOf(rows, varying, end) {
  const groups = bySettings(rows, varying).map((of) => ({rows: of, value: median(of.map((row) => row.ends[end]))})).filter(({value}) => value !== null);
  const better = isGain(end) ? (a, b) => a > b : (a, b) => a < b;
  return groups.reduce((best, one) => (best === null || better(one.value, best.value) ? one : best), null);
}

/** The value of a setting with which problems are most frequent: {name, value, bad, of}; null if there are none. */
export function worstOf(rows, varying) {
  let worst = null;
  for (const {name} of varying) {
    if (isSeed(name)) continue;
    const counts = new Map();
    for (const {settings, level} of rows) {
      const at = counts.get(settings[name]) ?? {name, value: settings[name] ?? '–', bad: 0, of: 0};
      at.of++;
      at.bad += level === 'problem' ? 1 : 0;
      counts.set(settings[name], at);
    }
    for (const one of counts.values()) {
      if (one.bad && (worst === null || one.bad / one.of > worst.bad / worst.of || (one.bad / one.of === worst.bad / worst.of && one.bad > worst.bad))) worst = one;
    }
  }
  return worst;
}

const choice = (row, varying) => varying.filter(({name}) => !isSeed(name)).map(({name}) => t(name) + ' ' + (row.settings[name] ?? '–')).join(', ');

/** Sentences, and how many runs have which level. */
export class Lead {
  constructor(view) {
    this.view = view;
    this.card = element('section', {className: 'ib-panel ib-wide ib-runs-lead'});
  }

  draw() {
    const {view} = this;
    const {rows, varying, constant} = view;
    const count = (level) => rows.filter((row) => row.level === level).length;
    const most = 2 * count('problem') > rows.length;
    const level = most ? 'problem' : count('problem') + count('attention') ? 'attention' : count('good') ? 'good' : 'waiting';
    const end = view.judged;
    const best = end && rows.length > 1 ? bestOf(rows, varying, end) : null;
    const worst = worstOf(rows, varying);
    const sentences = [];
    if (rows.length === 0) sentences.push(view.all.length ? t('No run passes the filter.') : t('There is no run yet.'));
    if (best && varying.some(({name}) => !isSeed(name))) {
      sentences.push(t('Best by {0}: {1}, with {2}.', view.titleOf('e:' + end), brief(best.value), choice(best.rows[0], varying)));
    }
    if (worst) sentences.push(t('With {0} {1}, {2} of {3} runs have a problem.', t(worst.name), worst.value, worst.bad, worst.of));
    else if (count('problem')) sentences.push(t('{0} of {1} runs have a problem.', count('problem'), rows.length));
    else if (rows.length) sentences.push(t('No run has a problem.'));
    const same = constant.map(({name, values}) => t(name) + ' ' + values[0]).join(' · ');
    this.card.replaceChildren(
      element('span', {className: 'ib-level ' + level}, icon(level, 28)),
      element('div', {}, element('h2', {textContent: sentences.join(' ')}),
        element('p', {textContent: t('{0} of {1} runs', rows.length, view.all.length) + (view.unread ? ' · ' + t('{0} are still read', view.unread) : '') + (same ? ' · ' + t('the same in all:') + ' ' + same : '')})),
      element('div', {className: 'ib-runs-levels'}, ...['problem', 'attention', 'good'].filter(count).map((one) => badge(one, count(one) + ' ' + wordOf(one)))));
  }
}
