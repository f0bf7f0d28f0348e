// Runs and what they are called. A run is known by its id; session, worker and name are labels, which
// several runs may share.

const WHEN = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'short'});
const SECOND = new Intl.DateTimeFormat('en', {dateStyle: 'medium', timeStyle: 'medium'});

export const isSameRun = (a, b) => a !== null && b !== null && a.id === b.id;

const isOfSameWorker = (a, b) => a.session === b.session && a.worker === b.worker;

export const startOf = (run) => WHEN.format(run.startedAt);

/** What a run is called among others: as short as tells it from them. */
export function nameOf(run, runs) {
  const others = runs.filter((other) => other.session === run.session && !isSameRun(other, run));
  const parts = [run.session];
  if (others.some((other) => other.worker !== run.worker)) parts.push(run.worker);
  return [...parts, ...told(run, others)].join(' · ');
}

/** Name and start, as far as they tell a run from others of its session and worker. */
function told(run, others) {
  const parts = run.name ? [run.name] : [];
  const twins = others.filter((other) => isOfSameWorker(other, run) && other.name === run.name);
  if (twins.length === 0) return parts;
  const second = SECOND.format(run.startedAt);
  if (twins.some((other) => SECOND.format(other.startedAt) === second)) return [...parts, second, run.id.slice(0, 8)];
  return [...parts, twins.some((other) => startOf(other) === startOf(run)) ? second : startOf(run)];
}

/**
 * What the menu of runs offers: [id, text]. Of a session with several workers those of one worker,
 * which is the one shown, or else the first: the others are in the menu of workers.
 */
export function runChoices(runs, chosen) {
  const workers = new Map(chosen ? [[chosen.session, chosen.worker]] : []);
  for (const {session, worker} of runs) if (!workers.has(session)) workers.set(session, worker);
  const offered = runs.filter((run) => workers.get(run.session) === run.worker);
  return offered.map((run) => [run.id, [run.session, ...told(run, runs.filter((other) => !isSameRun(other, run)))].join(' · ')]);
}

/** What the menu of workers offers: [id, text], of each worker of the session the newest run, or the one shown. */
export function workerChoices(runs, chosen) {
  const found = new Map();
  for (const run of runs) {
    if (run.session !== chosen.session) continue;
    if (!found.has(run.worker) || isSameRun(run, chosen)) found.set(run.worker, run);
  }
  return [...found].map(([worker, run]) => [run.id, worker]);
}

/**
 * The run that goes on where the one shown has ended: one that has begun since the list was last
 * looked at, under the same session and worker; null if there is none.
 */
export function successor(chosen, before, runs) {
  return runs.find((run) => isOfSameWorker(run, chosen) && run.startedAt > chosen.startedAt &&
    !before.some((other) => isSameRun(other, run))) ?? null;
}

const ID = /^[0-9a-f]{32}$/;

/**
 * The run of which an address tells: by its id, or as session~worker, which is how a program names
 * a run before it has begun. Null if it is neither.
 */
export function wantedRun(text) {
  if (ID.test(text)) return {text, id: text};
  try {
    const [session, worker, ...more] = text.split('~').map(decodeURIComponent);
    return worker === undefined || more.length ? null : {text, session, worker};
  } catch (e) {
    return null; // not written by us
  }
}

/** The entry of a list for a run that is wanted: by labels the newest one, null if there is none. */
export function entryFor({id, session, worker}, runs) {
  if (id !== undefined) return runs.find((run) => run.id === id) ?? {id};
  return runs.find((run) => isOfSameWorker(run, {session, worker})) ?? null;
}
