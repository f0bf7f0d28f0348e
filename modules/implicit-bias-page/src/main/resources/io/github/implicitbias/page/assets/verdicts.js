// What a run says about its predictions: states in words and in their order, and why predictions do
// not apply.

import {t} from './words.js';

/** States in the order of their cards: the class of their looks, the sign that says the same, and words. */
const STATES = new Map([
  ['violated', {look: 'violated', sign: '✕', words: 'violated'}],
  ['reached', {look: 'reached', sign: '✓', words: 'reached'}],
  ['holds', {look: 'holds', sign: '●', words: 'holds so far'}],
  [null, {look: 'unjudged', sign: '○', words: 'not judged yet'}],
  ['notApplicable', {look: 'none', sign: '–', words: 'not applicable'}],
]);
const ORDER = [...STATES.keys()];

/** How a state looks; one that is not known looks like none. */
const known = (state) => STATES.get(state) ?? STATES.get(null);
const rank = ({state}) => (ORDER.includes(state) ? ORDER.indexOf(state) : ORDER.indexOf(null));

/** The look, sign and words of a verdict; a prediction that has applied before applies no longer. */
export function stateOf(verdict) {
  const {look, sign, words} = known(verdict.state);
  return {look, sign, words: t(verdict.state === 'notApplicable' && verdict.applied ? 'no longer applies' : words)};
}

/** Verdicts, what needs attention first. */
export const inOrder = (verdicts) => [...verdicts].sort((a, b) => rank(a) - rank(b));

/** Whether a prediction has a card: it applies, or has applied. */
export const hasCard = ({state, applied}) => state !== 'notApplicable' || applied;

/** How many verdicts have each state, in their order, without states that none has: {look, sign, words, count}. */
export const summaryOf = (verdicts) => ORDER.map((state) => {
  const {look, sign, words} = known(state);
  return {look, sign, words: t(words), count: verdicts.filter((verdict) => rank(verdict) === ORDER.indexOf(state)).length};
}).filter(({count}) => count > 0);

/** Why a prediction does not apply: its unmet conditions, each once, or what its verdict says. */
export function reasons({conditions, detail}) {
  const unmet = [...new Set(conditions.filter(({met}) => !met).map(({text}) => text))];
  return unmet.length || !detail ? unmet : [detail];
}

const NEAR = {conditions: 2, predictions: 5}; // at most

/** Predictions that nearly apply: some conditions are met, and at most two are not; the fewest first, then those that have met the most. */
export function nearestOf(verdicts) {
  const unmet = ({conditions}) => conditions.filter(({met}) => !met).length;
  return verdicts.filter((v) => unmet(v) > 0 && unmet(v) <= NEAR.conditions && unmet(v) < v.conditions.length)
    .sort((a, b) => unmet(a) - unmet(b) || b.conditions.length - a.conditions.length).slice(0, NEAR.predictions);
}

/** Predictions by the reason that the most have in common, the largest group first. */
export function byReason(verdicts) {
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

/** A source in pieces: {text}, and {text, link} for the name of an arXiv paper. */
export function piecesOf(source) {
  const pieces = [];
  let rest = source;
  for (let found; (found = /arXiv[: ]?(\d{4}\.\d{4,5})/i.exec(rest));) {
    if (found.index) pieces.push({text: rest.slice(0, found.index)});
    pieces.push({text: found[0], link: 'https://arxiv.org/abs/' + found[1]});
    rest = rest.slice(found.index + found[0].length);
  }
  return rest ? [...pieces, {text: rest}] : pieces;
}
