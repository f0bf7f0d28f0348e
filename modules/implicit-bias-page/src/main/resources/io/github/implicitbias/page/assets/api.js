// What the page asks, wherever the answers come from: a server, or the page itself.

import * as http from './http.js';

export {ApiError} from './http.js';

let source = http;

/** From now on questions go to something else that has `answer(name, parameters)`. */
export function askFrom(other) {
  source = other;
}

const get = (name, parameters = []) => source.answer(name, parameters);
const of = (run, more = []) => [['run', run.id], ...more];

export const fetchRuns = () => get('runs');
/** Rows of all runs that are newer than what is known; `ends` are columns whose last values are wanted. */
export const fetchRows = (generation, since, ends) => get('rows', [['generation', generation], ['since', since], ...ends.map((end) => ['end', end])]);
export const fetchRun = (run) => get('run', of(run));
export const fetchProgress = (run, events) => get('progress', of(run, [['events', events]]));
export const fetchSeries = (run, columns, points, range, spacing) =>
  get('series', of(run, [
    ...columns.map((column) => ['column', column]),
    ['points', points],
    ...(range ? [['from', range[0]], ['to', range[1]]] : []),
    ...(spacing ? [['spacing', spacing]] : []),
  ]));
export const fetchStep = (run, step, layer) => get('step', of(run, [['step', step], ...(layer === null ? [] : [['layer', layer]])]));

export const fetchSummary = (run) => get('summary', of(run));
export const fetchVerdicts = (run) => get('verdicts', of(run));
export const fetchVisits = (run) => get('visits', of(run));
export const fetchDataMap = (run, measure, ofClass) => get('dataMap', of(run, [['measure', measure], ['class', ofClass]]));
export const fetchSuspects = (run, from) => get('suspects', of(run, [['from', from]]));
export const fetchSample = (run, number) => get('sample', of(run, [['number', number]]));
export const fetchVisitsFile = (run) => source.visitsFile(of(run));
export const fetchFlips = (run, layer) => get('flips', of(run, [['layer', layer]]));
export const fetchMeans = (run) => get('means', of(run));
export const fetchNetwork = (run) => get('network', of(run));
/** @param wanted {epoch} or {step} */
export const fetchShares = (run, wanted) => get('shares', of(run, Object.entries(wanted)));
export const fetchSamples = (run, step) => get('samples', of(run, [['step', step]]));
export const fetchSampleSeries = (run, column, sample) =>
  get('sampleSeries', of(run, [['column', column], ...(sample === null ? [] : [['sample', sample]])]));
export const fetchHistory = (run, layer, what, number, points) =>
  get('history', of(run, [['layer', layer], [what, number], ['points', points]]));
export const fetchUnits = (run, step, layer) => get('units', of(run, [['step', step], ['layer', layer]]));
export const fetchUnitSeries = (run, layer, points) => get('unitSeries', of(run, [['layer', layer], ['points', points]]));
export const fetchRunsFile = (ids) => http.runsFile(ids.map((id) => ['run', id]));
export const fetchFile = (run) => http.file(of(run));
