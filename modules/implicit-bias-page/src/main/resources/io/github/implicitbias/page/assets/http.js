// Questions to the server that the page comes from.

const BASE = '/train/implicit-bias/data/';
const FILE = '/train/implicit-bias/file';
const RUNS = '/train/implicit-bias/runs.html';
const VISITS = '/train/implicit-bias/visits.csv';

/** An answer that is not a success; `status` 0 means that there was no answer. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function ask(address, parameters) {
  const query = new URLSearchParams(parameters).toString();
  try {
    return await fetch(address + (query ? '?' + query : ''), {cache: 'no-store'});
  } catch (e) {
    throw new ApiError(0, 'The server does not answer.');
  }
}

/** The answer to one question. All are GET, all answer {"error": "..."} when they refuse. */
export async function answer(name, parameters) {
  const response = await ask(BASE + name, parameters);
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

async function blob(address, parameters) {
  const response = await ask(address, parameters);
  if (response.ok) return response.blob();
  const body = await response.json().catch(() => ({}));
  throw new ApiError(response.status, body.error || 'The server answered ' + response.status + '.');
}

/** The run as a file of its own: a page that needs no server. */
export const file = (parameters) => blob(FILE, parameters);

/** Runs as one file. */
export const runsFile = (parameters) => blob(RUNS, parameters);

/** What is known of every training sample, as CSV. */
export const visitsFile = (parameters) => blob(VISITS, parameters);
