// How the run is doing, and what the page has to say where there is nothing to show.

import {ApiError} from './api.js';
import {byId, element, plural, whole} from './format.js';
import {nameOf} from './runs.js';
import {liveness, questionFailed, quietFor} from './state.js';
import {counted, t} from './words.js';

const HOW_TO = `ImplicitBiasListener bias = ImplicitBiasListener.builder(trainingSet)
        .storage(statsStorage)
        .build();
net.addListeners(bias);
net.fit(iterator, epochs);
bias.close();`;

const paragraph = (text) => element('p', {textContent: text});

/** A time in the largest unit of which there are at least two. */
export function age(ms) {
  const s = Math.round(ms / 1000);
  if (s < 120) return t('{0} s', s);
  if (s < 7200) return t('{0} min', Math.round(s / 60));
  if (s < 172800) return t('{0} h', Math.round(s / 3600));
  return t('{0} days', Math.round(s / 86400));
}

/** What was lost, as a sentence, empty if nothing was; the end of the run may be lost, too. */
export function gapsAsText({gaps, gapCount, endLost, lastStep}) {
  if (gapCount === 0) return '';
  const list = gaps.slice(0, 5).map(([after, before]) =>
    (after < 0 ? 'before step ' + whole(before) : 'between steps ' + whole(after) + ' and ' + whole(before)));
  if (endLost) list.push('after step ' + whole(lastStep));
  const more = gapCount - list.length;
  return 'Records were lost on the way to this page: ' + list.join(', ') + (more > 0 ? ' and ' + plural(more, 'more gap') : '') +
    '. The charts are interrupted there; all other steps are exact.';
}

/** Whether numbers of the run are not finite, as a sentence, empty if all are. */
export function oddNumbersAsText(events) {
  const told = events.filter(({kind}) => kind === 'notFinite' || kind === 'finiteAgain');
  if (told.length === 0) return '';
  const {kind, step} = told[told.length - 1];
  const [first] = told;
  return kind === 'notFinite'
    ? 'Numbers of this run are not finite: ' + told[told.length - 1].detail +
      '. Entries that are not numbers are neither on nor off, and predictions are not judged from there on.'
    : 'Numbers of this run were not finite between steps ' + whole(first.step) + ' and ' + whole(step) + ': ' + first.detail +
      '. Predictions are not judged from there on.';
}

/** Which network the numbers are of, where training and inference are not the same one; or empty. */
export function statisticsAsText(provenance) {
  return provenance?.statistics ? 'Statistics: ' + provenance.statistics + '.' : '';
}

/** The same where there is room for a few words: the live state in the bar. */
export function shortOf(state, now) {
  const {progress} = state;
  const quiet = age(quietFor(state, now));
  switch (liveness(state, now)) {
    case 'reading': return t('reading {0} %', Math.floor(100 - (100 * progress.unread) / progress.blocks));
    case 'waiting': return t('waiting');
    case 'live': return t('live');
    case 'stale': return t('paused for {0}', quiet);
    default: return t('ended {0} ago', quiet);
  }
}

/** The kind of a state, and what it is called. */
export function statusOf(state, now) {
  const {progress} = state;
  const {records} = progress;
  const quiet = age(quietFor(state, now));
  const live = liveness(state, now);
  switch (live) {
    case 'reading': return ['loading', t('Reading the run: {0} %', Math.floor(100 - (100 * progress.unread) / progress.blocks))];
    case 'waiting': return ['loading', t('Waiting for the first record')];
    case 'live': return ['live', counted(records, 'Live, {0} record|Live, {0} records', whole(records))];
    case 'stale': return ['stale', counted(records, '{0} record, none new for {1}|{0} records, none new for {1}', whole(records), quiet)];
    default: return [live, counted(records, '{0} record, recorded {1} ago|{0} records, recorded {1} ago', whole(records), quiet)];
  }
}

export class Status {
  constructor(page) {
    this.page = page;
    page.state.on(['progress'], ({progress}) => { if (progress) this.showProgress(); });
    page.state.on(['step', 'progress'], () => this.showEnd());
  }

  line(kind, text, short = text) {
    // Said aloud when it becomes another, not at every record.
    const status = byId('status');
    if (status.dataset.kind !== kind) byId('status-news').textContent = text;
    status.dataset.kind = kind;
    status.title = text;
    status.lastElementChild.textContent = short;
    byId('status-long').textContent = text;
    byId('implicit-bias').dataset.state = kind;
  }

  /** Scrubbed back, the way to the end takes the place of the live state. */
  showEnd() {
    const {step, progress} = this.page.state.now;
    const away = step !== null && progress !== null && step < progress.lastStep;
    const last = byId('last');
    if (!away && document.activeElement === last) byId('step').focus();
    last.hidden = !away;
    byId('status').hidden = away;
  }

  message(title, paragraphs, inline) {
    const box = byId('message');
    box.className = 'ib-message' + (inline ? ' ib-inline' : '');
    box.replaceChildren(element('h2', {textContent: title}), ...paragraphs);
    box.hidden = false;
  }

  showProgress() {
    const {state, embedded} = this.page;
    const {progress} = state.now;
    byId('message').hidden = true;
    byId('run-view').hidden = progress.records === 0;
    const now = performance.now();
    const short = shortOf(state.now, now);
    if (embedded) this.line('recorded', embedded.describe(state.now.chosen) + ' ' + age(Math.max(0, progress.now - progress.updatedAt)) + ' ago', short);
    else this.line(...statusOf(state.now, now), short);
    if (!embedded && liveness(state.now, now) === 'waiting') {
      this.message(t('The run has begun'), [paragraph(t('Its first record is on the way: records arrive twice a second.'))]);
    }
    byId('gaps').textContent = [gapsAsText(progress), oddNumbersAsText(state.now.events)].filter(Boolean).join(' ');
    byId('gaps').hidden = byId('gaps').textContent === '';
    byId('statistics').textContent = statisticsAsText(state.now.run?.provenance);
    byId('statistics').hidden = byId('statistics').textContent === '';
  }

  showEmpty() {
    byId('run-view').hidden = true;
    this.line('empty', t('Waiting for a run'));
    this.message(t('No run yet'), [
      paragraph(t('This page shows which units are on for which samples, step by step, for every model that trains with an ImplicitBiasListener. Add it to your network, with the storage that is attached to this UI:')),
      element('pre', {textContent: HOW_TO, tabIndex: 0, lang: 'en'}),
      paragraph(t('The page looks for new runs every second; there is no need to reload it.')),
    ]);
  }

  /** The address asks for a run or a session that is not here. */
  showUnknown({run: id, session}) {
    const {page} = this;
    const {runs} = page.state.now;
    byId('run-view').hidden = true;
    this.line('empty', t('Unknown run'));
    this.message(t('No records of this run'), [
      paragraph(id
        ? t('There is no run with the id “{0}”. Runs that are here:', id)
        : t('Nothing was recorded by an ImplicitBiasListener under the session “{0}”. Runs that are here:', session)),
      element('p', {}, ...runs.map((run) => {
        const button = element('button', {type: 'button', textContent: nameOf(run, runs)});
        button.addEventListener('click', () => page.choose(run));
        return button;
      })),
    ]);
  }

  showError(e) {
    const {state} = this.page;
    state.become(questionFailed);
    this.line('error', t('No connection'));
    const gone = !(e instanceof ApiError) || e.status === 0;
    this.message(gone ? t('The server does not answer') : t('The server could not answer'), [
      paragraph(gone
        ? t('It stops when the program that trains ends. Start that program again, or open the stored file with FileStatsStorage and attach it; the page tries again by itself.')
        : e.message + ' ' + t('The page tries again by itself.')),
    ], state.now.run !== null);
    if (!(e instanceof ApiError)) console.error(e);
  }
}
