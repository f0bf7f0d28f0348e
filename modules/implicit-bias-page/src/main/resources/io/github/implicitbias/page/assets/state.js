// What the page knows and shows, as one object, and everything that can happen to it.
//
// A transition is a function of the state and of what happened; it returns what is different by
// then, and changes nothing. What the reader points at is a state of its own, see store.js.

import {Columns} from './columns.js';
import {isSameRun} from './runs.js';

/** What belongs to the run that is shown. */
const NO_RUN = {
  run: null, // what never changes about it
  columns: new Columns({}),
  progress: null, // the newest answer about it
  events: [], // without those that the cards of the predictions show
  eventsSeen: 0,
  step: null, // of the record shown
  record: null,
  pattern: null, // that of the record shown
  follow: true, // stay at the newest record
  wished: null, // the step asked for last
  asking: false, // whether an answer about a step is under way
  drawn: null, // version and layer that the panels were told of
  summary: null, // how the run is doing, null where nothing is known of it
  seenAt: null, // when this page last saw a record arrive: only then a pause is news
};

export const BEGINNING = Object.freeze({
  runs: [],
  chosen: null, // entry of runs
  layer: null, // index among the layers of the run
  generation: 0, // answers that belong to a run no longer shown are dropped
  failures: 0, // in a row
  restored: false, // whether what the address asks for has been done
  newAt: 0, // when anything was new, be it that a run was chosen
  ...NO_RUN,
});

// ---------------------------------------------------------------- transitions

/** The list of runs; the one that is shown may have other facts by now. */
export const runsListed = (state, runs) =>
  ({runs, chosen: runs.find((run) => isSameRun(run, state.chosen)) ?? state.chosen});

/** A run is to be shown: nothing is known of it yet. */
export const runChosen = (state, entry, now) =>
  ({...NO_RUN, chosen: entry, generation: state.generation + 1, newAt: now});

/** What never changes about the run has come; the layer is the one wanted, if the run has it. */
export const runDescribed = (state, run, wantedLayer) =>
  ({run, columns: new Columns(run), layer: run.layers[wantedLayer] ? wantedLayer : run.layers.length ? 0 : null});

export const layerChosen = (state, layer) => ({layer});

/** The cards of the predictions tell their conditions, and which of them never applied. */
const isTold = (event, firstStep) => event.kind === 'predictionConditions' ||
  (event.kind === 'predictionNotApplicable' && event.step === firstStep);

/** What is new of the run has come. */
export function progressArrived(state, progress, now) {
  const news = state.progress !== null && state.progress.version !== progress.version;
  return {
    progress,
    eventsSeen: state.eventsSeen + progress.events.length,
    events: state.events.concat(progress.events.filter((event) => !isTold(event, progress.firstStep))),
    failures: 0,
    newAt: news ? now : state.newAt,
    // A long run that the server reads is no news, and neither is its last part.
    seenAt: news && !state.progress.unread ? now : state.seenAt,
    drawn: progress.records > 0 && progress.events.length > 0 ? null : state.drawn,
  };
}

/** What is said of the run as a whole has come; null where the run has nothing of that. */
export const summaryArrived = (state, summary) => ({summary});

/** The panels are told of a version and a layer; null if they are to be told again. */
export const panelsTold = (state, drawn) => ({drawn});

/** A step is asked for, and whether the page stays at the newest record from then on. */
export const stepChosen = (state, {step, follow}) => ({wished: step, follow});

export const stepAsked = () => ({asking: true});
export const stepAnswered = () => ({asking: false});

/** The record of a step is shown; it is the last one before, where there is none at the step asked for. */
export const recordShown = (state, record, pattern) => ({step: record.step, record, pattern});

/** The step asked for is the one shown. */
export const stepReached = (state, step) => ({wished: step});

export const addressRestored = () => ({restored: true});
export const questionFailed = (state) => ({failures: state.failures + 1});

// ---------------------------------------------------------------- questions

export const hasRecords = (state) => state.progress !== null && state.progress.records > 0;

/** The layer that is shown, as the run describes it; null if the run has none. */
export const layerShown = ({run, layer}) => run?.layers[layer] ?? null;

/** The step nearest to a number that the run can have. */
export const clamp = ({progress}, step) => Math.min(Math.max(Math.round(step), progress.firstStep), progress.lastStep);

/**
 * Where a wish leads: a step number, or 'first', 'back', 'forward', 'last'; null where there is no
 * such record.
 */
export function stepFor(state, wish) {
  if (!hasRecords(state)) return null;
  const {progress, record, wished, asking} = state;
  const target = {first: progress.firstStep, last: progress.lastStep, back: record?.previous ?? null, forward: record?.next ?? null};
  let step = typeof wish === 'number' ? clamp(state, wish) : target[wish];
  if (step === null) return null;
  // While an answer is under way, repeated arrow keys go on from what was asked for.
  if (asking && (wish === 'back' || wish === 'forward')) step = clamp(state, wished + (wish === 'back' ? -1 : 1));
  return {step, follow: wish === 'last' || (typeof wish !== 'number' && step === progress.lastStep)};
}

/** Whether the panels are behind what is known. */
export const isBehind = ({drawn, progress, layer}) => drawn === null || drawn.version !== progress.version || drawn.layer !== layer;

const POLL = 1000; // milliseconds between two looks for something new
const READING = 300; // the same while the server still reads a long run
const RESTING = 5000; // the same where nothing new has come for a while
const QUIET = 60000; // milliseconds without anything new after which a page rests
const LONG = 100000; // records of a run that a second changes by less than a pixel
const STALE = 10000; // milliseconds without a record after which a run counts as paused
const FORGOTTEN = 3600000; // milliseconds after which a pause is no news any more

/** Milliseconds since the last record, as far as anybody here can know. */
export const quietFor = ({progress, seenAt}, now) => (seenAt === null ? progress.now - progress.updatedAt : now - seenAt);

/** Milliseconds to the next look for something new. */
export function rest(state, now) {
  const {progress, failures, chosen, newAt} = state;
  if (failures) return POLL * 2 ** Math.min(failures, 3);
  if (progress && progress.unread) return READING;
  if (!progress || !chosen) return POLL;
  if (now - newAt > QUIET || quietFor(state, now) > QUIET) return RESTING;
  return progress.records > LONG ? 3 * POLL : POLL;
}

/** How a run is doing: 'reading', 'waiting', 'live', 'stale' or 'recorded'. */
export function liveness(state, now) {
  const {progress, seenAt} = state;
  const quiet = quietFor(state, now);
  if (progress.unread > 0 && progress.unread > 0.02 * progress.blocks) return 'reading';
  if (progress.records === 0) return 'waiting';
  if (quiet < STALE) return 'live';
  return seenAt !== null && quiet < FORGOTTEN ? 'stale' : 'recorded';
}

// ---------------------------------------------------------------- the object

/** The state as it is now, and who wants to know when it changes. */
export class State {
  constructor() {
    this.now = BEGINNING;
    this.listeners = [];
  }

  /** Something happened: a transition, and what it needs to know. */
  become(transition, ...facts) {
    const before = this.now;
    this.now = Object.freeze({...before, ...transition(before, ...facts)});
    for (const [names, listener] of this.listeners) {
      if (names.some((name) => before[name] !== this.now[name])) listener(this.now);
    }
  }

  /** Calls a function whenever one of these has become another. */
  on(names, listener) {
    this.listeners.push([names, listener]);
  }
}
