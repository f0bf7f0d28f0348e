// How the training is, as the run says it: read once, so that pictures need not ask what is there.

import {LEVELS, levelOf} from './levels.js';

const known = (v) => (Number.isInteger(v) && v >= 0 ? v : null);
const texts = (list) => (list ?? []).filter((text) => typeof text === 'string' && text !== '');
const numbers = (list) => (list ?? []).map((v) => (typeof v === 'number' ? v : null));

/** A finding: places that it does not name are null. */
function findingOf(finding) {
  return {
    ...finding,
    level: levelOf(finding.level),
    since: known(finding.since),
    layer: known(finding.layer),
    unit: known(finding.unit),
    sample: known(finding.sample),
    evidence: finding.evidence ?? [],
  };
}

/** An answer of the server, or of a file of an older version, with nothing missing. */
export function summaryOf(answer) {
  const findings = (answer?.findings ?? []).map(findingOf);
  // The server has them in the order of how much they concern; the level comes first.
  findings.sort((a, b) => LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level));
  const epochs = answer?.epochs ?? {};
  return {
    level: levelOf(answer?.level),
    headline: texts(answer?.headline),
    next: answer?.next ?? '',
    tiles: (answer?.tiles ?? []).slice(0, 6).map((tile) => ({...tile, level: levelOf(tile.level), steps: tile.steps ?? [], values: numbers(tile.values)})),
    findings,
    epochs: {step: epochs.step ?? [], ...Object.fromEntries(['train', 'test', 'right', 'testRight'].map((name) => [name, numbers(epochs[name])]))},
    lostSince: known(answer?.lostSince),
    lastFinite: known(answer?.lastFinite),
  };
}

/** How many findings there are of a level. */
export const countOf = (summary, level) => summary.findings.filter((finding) => finding.level === level).length;

/** Findings that somebody should act on, and the gravest level among them. */
export function urgent(summary) {
  const list = summary.findings.filter(({level}) => level === 'problem' || level === 'attention');
  return {count: list.length, level: list.some(({level}) => level === 'problem') ? 'problem' : 'attention'};
}

/** Findings that have a place among the steps: what the lanes show. */
export const placed = (summary) => (summary ? summary.findings.filter(({level, since}) => since !== null && level !== 'good' && level !== 'waiting') : []);

/** A column of the epochs as a series; epochs without a number are left out. */
export function epochSeries({epochs}, name) {
  const at = epochs.step.map((step, k) => k).filter((k) => epochs[name][k] !== null && epochs[name][k] !== undefined);
  return {steps: at.map((k) => epochs.step[k]), values: at.map((k) => epochs[name][k])};
}

/** Where a run had no numbers: [from, to] in steps, from what its events say. */
export function lostStretches(events, last) {
  const stretches = [];
  let from = null;
  for (const {kind, step} of events) {
    if (kind === 'notFinite' && from === null) from = step;
    if (kind === 'finiteAgain' && from !== null) {
      stretches.push([from, step]);
      from = null;
    }
  }
  return from === null ? stretches : [...stretches, [from, last]];
}

/**
 * Places of a line in a box: one text per unbroken stretch, as the points of a polyline. Several
 * lines may share a range of values and a domain of steps.
 */
export function sparkLines(steps, values, {width, height, edge = 2, range, domain}) {
  const there = values.map((v) => typeof v === 'number' && Number.isFinite(v));
  const seen = values.filter((v, k) => there[k]);
  if (seen.length < 2) return [];
  const [low, high] = range ?? [seen.reduce((a, b) => Math.min(a, b)), seen.reduce((a, b) => Math.max(a, b))];
  const [first, last] = domain ?? [steps[0], steps[steps.length - 1]];
  const x = (step) => edge + ((width - 2 * edge) * (step - first)) / Math.max(1, last - first);
  const y = (v) => (high === low ? height / 2 : height - edge - ((height - 2 * edge) * (v - low)) / (high - low));
  const lines = [];
  let line = [];
  values.forEach((v, k) => {
    if (there[k]) line.push(x(steps[k]).toFixed(1) + ',' + y(v).toFixed(1));
    if ((!there[k] || k === values.length - 1) && line.length) {
      lines.push(line.join(' '));
      line = [];
    }
  });
  return lines;
}
