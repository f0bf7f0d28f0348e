// The JSON endpoints of the page. All are GET, all answer {"error": "..."} when they refuse.

const BASE = '/train/implicit-bias/data/';

/** An answer of the server that is not a success; `status` 0 means that there was no answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function get(name, parameters = []) {
  const query = new URLSearchParams(parameters).toString();
  let response;
  try {
    response = await fetch(BASE + name + (query ? '?' + query : ''), {cache: 'no-store'});
  } catch (e) {
    throw new ApiError(0, 'The server does not answer.');
  }
  let body;
  try {
    body = await response.json();
  } catch (e) {
    throw new ApiError(response.status, 'The server did not answer with JSON.');
  }
  if (!response.ok) {
    throw new ApiError(response.status, body.error || 'The server answered ' + response.status + '.');
  }
  return body;
}

const of = (run, more = []) => [['session', run.session], ['worker', run.worker], ...more];

export const fetchRuns = () => get('runs');
export const fetchRun = (run) => get('run', of(run));
export const fetchProgress = (run, events) => get('progress', of(run, [['events', events]]));
export const fetchSeries = (run, columns, points, range, spacing) =>
  get('series', of(run, [
    ...columns.map((column) => ['column', column]),
    ['points', points],
    ...(range ? [['from', range[0]], ['to', range[1]]] : []),
    ...(spacing ? [['spacing', spacing]] : []),
  ]));
export const fetchStep = (run, step, layer) => get('step', of(run, [['step', step], ['layer', layer]]));

export const fetchVerdicts = (run) => get('verdicts', of(run));
export const fetchSamples = (run, step) => get('samples', of(run, [['step', step]]));
export const fetchSampleSeries = (run, column, sample) =>
  get('sampleSeries', of(run, [['column', column], ...(sample === null ? [] : [['sample', sample]])]));
export const fetchHistory = (run, layer, what, number, points) =>
  get('history', of(run, [['layer', layer], [what, number], ['points', points]]));
export const fetchUnits = (run, step, layer) => get('units', of(run, [['step', step], ['layer', layer]]));
export const fetchUnitSeries = (run, layer, points) => get('unitSeries', of(run, [['layer', layer], ['points', points]]));
