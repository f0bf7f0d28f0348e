// The page "Implicit bias": keeps all panels in step with the run, layer and step that are chosen.

import {ApiError, embedded, fetchProgress, fetchRun, fetchRuns, fetchSeries, fetchStep} from './api.js';
import {AxisSelect} from './axis.js';
import {Comparison} from './compare.js';
import {TakeAway} from './export.js';
import {byId, element, plural, whole} from './format.js';
import {FlipsPanel, LossPanel} from './panel-loss.js';
import {CostPanel, GROUPS, MetricsPanel, OtherMetricsPanel} from './panel-metrics.js';
import {PredictionsPanel} from './panel-predictions.js';
import {RasterPanel} from './panel-raster.js';
import {SupportPanel} from './panel-support.js';
import {WeightsPanel} from './panel-weights.js';
import {Pattern} from './raster.js';
import {Scrubber} from './scrubber.js';
import {Store} from './store.js';
import {EventsPanel, ProvenancePanel, ValuesPanel} from './tables.js';
import {Timeline} from './timeline.js';
import {counted, t} from './words.js';

const POLL = 1000; // milliseconds between two looks for something new
const READING = 300; // the same while the server still reads a long run
const RESTING = 5000; // the same where nothing new has come for a while
const QUIET = 60000; // milliseconds without anything new after which a page rests
const LONG = 100000; // records of a run that a second changes by less than a pixel
const STALE = 10000; // milliseconds without a record after which a run counts as paused
const FORGOTTEN = 3600000; // milliseconds after which a pause is no news any more
const RUNS_EVERY = 5; // the list of runs is looked at every so many polls

const HOW_TO = `ImplicitBiasListener bias = ImplicitBiasListener.builder(trainingSet)
        .storage(statsStorage)
        .build();
net.addListeners(bias);
net.fit(iterator, epochs);
bias.close();`;

let runs = [];
let chosen = null; // entry of runs
let run = null; // what never changes about it
let layer = null;
let progress = null;
let events = []; // without those that the cards of the predictions show
let eventsSeen = 0;
let step = null; // the record shown
let neighbours = {previous: null, next: null};
let follow = true; // stay at the newest record
let wished = null; // the step asked for last, while an answer is under way
let asking = false;
let polls = 0;
let failures = 0;
let generation = 0; // answers that belong to a run no longer shown are dropped
let shownRecord = null;
let pattern = null; // that of the record shown
let updating = 0; // updates of panels under way
let drawn = null; // version and layer that the panels were told of

const store = new Store();
const timeline = new Timeline(store, (...wanted) => page.ask((entry) => fetchSeries(entry, ...wanted)), (s) => go(s));
const scrubber = new Scrubber((wish) => go(wish), () => !asking && settled());

/** What panels see of the page. */
const page = {
  store,
  timeline,
  goTo: (s) => go(s),
  get run() { return run; },
  get layer() { return layer; },
  get progress() { return progress; },
  get events() { return events; },
  get pattern() { return pattern; },
  get chosen() { return chosen; },
  get step() { return step; },
  get record() { return shownRecord; },
  get link() { return link(); },
  changed: () => writeAddress(), // something that the address keeps
  failed: (e) => { if (!(e instanceof Gone)) showError(e); },
  arranged: () => showMissing(),

  /** An answer about the run that is shown; fails if it is another one by then. */
  async ask(question) {
    const mine = generation;
    const answer = await question(chosen);
    if (mine !== generation) throw new Gone();
    return answer;
  },
};

/** The run that an answer is about is not shown any more. */
class Gone extends Error {}

const panels = [
  new LossPanel(page), new FlipsPanel(page), new PredictionsPanel(page), new RasterPanel(page), new SupportPanel(page),
  new WeightsPanel(page),
  ...GROUPS.map((group) => new MetricsPanel(page, group)), new OtherMetricsPanel(page), new CostPanel(page),
  new ValuesPanel(page), new EventsPanel(page), new ProvenancePanel(page),
];
const panel = (id) => panels.find((p) => p.id === id);
const able = new Set(); // panels for which the run has what they need

/** One line: panels that are left out, and what would bring them. */
function showMissing() {
  const missing = panels.filter((p) => !p.present && p.needs);
  const line = byId('missing');
  line.hidden = missing.length === 0;
  line.replaceChildren(t('Not shown:') + ' ', ...missing.flatMap((p, i) => [(i ? '; ' : '') + p.title + ' (', element('span', {lang: 'en', textContent: 'needs ' + p.needs}), ')']), '.');
}

const settled = () => ['support', 'weights'].every((id) => panel(id).settled || !panel(id).present);

store.on(['unit', 'sample', 'chosenUnit', 'chosenSample'], () => {
  for (const p of panels) if (p.present) p.mark();
});
store.on(['chosenUnit', 'chosenSample'], () => writeAddress());
timeline.zoomed = () => writeAddress();
const takeAway = new TakeAway(page, panels);
store.on(['pointedStep'], ({pointedStep}) => scrubber.point(pointedStep));

// ---------------------------------------------------------------- address

/** In multi-session mode the session is part of the path, as in the stock pages. */
const inPath = embedded ? null : /^\/train\/([^/]+)\/implicit-bias\/?$/.exec(location.pathname);
const asked = new URLSearchParams(embedded ? location.hash.slice(1) : location.search);
const axis = new AxisSelect(timeline, asked.get('axis'), () => { comparison.tell(); writeAddress(); }, (e) => page.failed(e));
const comparison = new Comparison(timeline, asked.getAll('compare'), (entry) => choose(runs.find((r) => r.session === entry.session && r.worker === entry.worker) || entry), () => writeAddress());

function sessionOfPath() {
  try {
    return inPath ? decodeURIComponent(inPath[1]) : null;
  } catch (e) {
    return null;
  }
}

const count = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null);

/**
 * What else of the page's state the address keeps, by its name there: `get` as a text, null for
 * what is as it always begins; `set` does it again once the first run is shown.
 */
const kept = {
  unit: {get: () => store.get('chosenUnit'), set: (text) => store.set({chosenUnit: count(text), chosenSample: null})},
  sample: {get: () => store.get('chosenSample'), set: (text) => store.set({chosenSample: count(text), chosenUnit: null})},
  zoom: {
    get: () => timeline.range && timeline.range.join('~'),
    set: (text) => {
      const range = text.split('~').map(count);
      if (range.length === 2 && !range.includes(null) && range[0] < range[1]) timeline.zoom(range);
    },
  },
  loss: {
    get: () => panel('loss').kept,
    set: (text) => { if (['linear', 'log'].includes(text)) panel('loss').scale(text); },
  },
  order: {get: () => panel('raster').kept, set: (text) => panel('raster').restore(text)},
};
let restored = false;

function restore() {
  restored = true;
  for (const [name, {set}] of Object.entries(kept)) if (asked.has(name)) set(asked.get(name));
}

/** The address of what is shown. */
function link() {
  const query = new URLSearchParams();
  let path = location.pathname;
  if (inPath) path = '/train/' + encodeURIComponent(chosen.session) + '/implicit-bias';
  else if (!embedded) query.set('session', chosen.session);
  if (runs.filter((r) => r.session === chosen.session).length > 1) query.set('worker', chosen.worker);
  if (layer) query.set('layer', layer);
  if (!follow && step !== null) query.set('step', step);
  if (axis.wish !== 'step') query.set('axis', axis.wish);
  for (const other of comparison.written) query.append('compare', other);
  for (const [name, {get}] of Object.entries(kept)) {
    const text = get();
    if (text !== null) query.set(name, text);
  }
  return embedded ? location.href.split('#')[0] + '#' + query : location.origin + path + '?' + query;
}

let written = -Infinity;
let writing = null;

/** At most a few times a second: browsers refuse more. */
function writeAddress() {
  if (!chosen || !run || !restored || writing !== null) return;
  const write = () => {
    writing = null;
    written = performance.now();
    if (chosen && location.href !== link()) history.replaceState(null, '', link());
  };
  const wait = written + 200 - performance.now();
  if (wait <= 0) write();
  else writing = setTimeout(write, wait);
}

// ---------------------------------------------------------------- messages

function status(kind, text) {
  // Said aloud when it becomes another, not at every record.
  if (byId('status').dataset.kind !== kind) byId('status-news').textContent = text;
  byId('status').dataset.kind = kind;
  byId('status').lastElementChild.textContent = text;
  byId('implicit-bias').dataset.state = kind;
}

function message(title, paragraphs, inline) {
  const box = byId('message');
  box.className = 'ib-message' + (inline ? ' ib-inline' : '');
  box.replaceChildren(element('h2', {textContent: title}), ...paragraphs);
  box.hidden = false;
}

const paragraph = (text) => element('p', {textContent: text});

function showEmpty() {
  byId('run-view').hidden = true;
  status('empty', t('Waiting for a run'));
  message(t('No run yet'), [
    paragraph(t('This page shows which units are on for which samples, step by step, for every model that trains with an ImplicitBiasListener. Add it to your network, with the storage that is attached to this UI:')),
    element('pre', {textContent: HOW_TO, tabIndex: 0, lang: 'en'}),
    paragraph(t('The page looks for new runs every second; there is no need to reload it.')),
  ]);
}

function showError(e) {
  failures++;
  status('error', t('No connection'));
  const gone = !(e instanceof ApiError) || e.status === 0;
  message(gone ? t('The server does not answer') : t('The server could not answer'), [
    paragraph(gone
      ? t('It stops when the program that trains ends. Start that program again, or open the stored file with FileStatsStorage and attach it; the page tries again by itself.')
      : e.message + ' ' + t('The page tries again by itself.')),
  ], run !== null);
  if (!(e instanceof ApiError)) console.error(e);
}

function showProgress() {
  byId('message').hidden = true;
  byId('run-view').hidden = progress.records === 0;
  // By this page's own clock if it saw the last record arrive: another machine's may be off.
  const quiet = seenAt === null ? Math.max(0, progress.now - progress.updatedAt) : performance.now() - seenAt;
  const {records} = progress;
  if (embedded) {
    status('recorded', embedded.describe() + ' ' + age(Math.max(0, progress.now - progress.updatedAt)) + ' ago');
  } else if (progress.unread > 0 && progress.unread > 0.02 * progress.blocks) {
    status('loading', t('Reading the run: {0} %', Math.floor(100 - (100 * progress.unread) / progress.blocks)));
  } else if (records === 0) {
    status('loading', t('Waiting for the first record'));
    message(t('The run has begun'), [paragraph(t('Its first record is on the way: records arrive twice a second.'))]);
  } else if (quiet < STALE) {
    status('live', counted(records, 'Live, {0} record|Live, {0} records', whole(records)));
  } else if (seenAt !== null && quiet < FORGOTTEN) {
    status('stale', counted(records, '{0} record, none new for {1}|{0} records, none new for {1}', whole(records), age(quiet)));
  } else {
    status('recorded', counted(records, '{0} record, recorded {1} ago|{0} records, recorded {1} ago', whole(records), age(quiet)));
  }
  const gaps = byId('gaps');
  gaps.hidden = progress.gaps.length === 0;
  if (progress.gaps.length) {
    const list = progress.gaps.slice(0, 5).map(([after, before]) =>
      after < 0 ? 'before step ' + whole(before) : 'between steps ' + whole(after) + ' and ' + whole(before));
    gaps.textContent = 'Records were lost on the way to this page: ' + list.join(', ') +
      (progress.gapCount > 5 ? ' and ' + plural(progress.gapCount - 5, 'more stretch') : '') +
      '. The charts are interrupted there; all other steps are exact.';
  }
}

/** When this page last saw a record arrive, null if it never did: only then a pause is news. */
let seenAt = null;

/** When anything was new, be it that a run was chosen. */
let newAt = 0;

function age(ms) {
  const s = Math.round(ms / 1000);
  if (s < 120) return t('{0} s', s);
  if (s < 7200) return t('{0} min', Math.round(s / 60));
  if (s < 172800) return t('{0} h', Math.round(s / 3600));
  return t('{0} days', Math.round(s / 86400));
}

// ---------------------------------------------------------------- selectors

function fill(select, entries, value) {
  const same = select.options.length === entries.length &&
    entries.every(([v, text], i) => select.options[i].value === v && select.options[i].textContent === text);
  if (!same) select.replaceChildren(...entries.map(([v, text]) => element('option', {value: v, textContent: text})));
  select.value = value;
  select.disabled = entries.length < 2;
}

function fillSelectors() {
  byId('selectors').hidden = false;
  const sessions = [...new Set(runs.map((r) => r.session))];
  fill(byId('run'), sessions.map((s) => [s, s]), chosen.session);
  fill(byId('worker'), runs.filter((r) => r.session === chosen.session).map((r) => [r.worker, r.worker]), chosen.worker);
  if (run) fill(byId('layer'), run.layers.map((l) => [l.name, l.name]), layer);
  // The stock pages know only sessions with records of a StatsListener.
  for (const link of document.querySelectorAll('.nav-link.stock')) {
    const dead = inPath !== null && !chosen.stockPages;
    link.setAttribute('aria-disabled', String(dead));
    link.title = dead ? t('This session has no records of a StatsListener') : '';
    if (inPath) link.href = '/train/' + encodeURIComponent(chosen.session) + '/' + link.getAttribute('href').split('/').pop();
  }
}

byId('run').addEventListener('change', (e) => choose(runs.find((r) => r.session === e.target.value)).catch(page.failed));
byId('worker').addEventListener('change', (e) =>
  choose(runs.find((r) => r.session === chosen.session && r.worker === e.target.value)).catch(page.failed));
byId('layer').addEventListener('change', (e) => {
  layer = e.target.value;
  store.clear();
  updatePanels().catch(page.failed);
  ask(step);
  writeAddress();
});
for (const link of document.querySelectorAll('.nav-link.stock')) {
  link.addEventListener('click', (e) => {
    if (link.getAttribute('aria-disabled') === 'true') e.preventDefault();
  });
}

byId('languages')?.firstElementChild.addEventListener('click', (e) => {
  e.preventDefault();
  e.currentTarget.setAttribute('aria-expanded', String(byId('languages').classList.toggle('open')));
});
byId('languages')?.addEventListener('click', async (e) => {
  const language = e.target.dataset.language;
  if (!language) return;
  e.preventDefault();
  const session = sessionOfPath();
  await fetch('/setlang/' + (session === null ? '' : encodeURIComponent(session) + '/') + language);
  location.reload();
});

// ---------------------------------------------------------------- the run

async function choose(entry) {
  generation++;
  const mine = generation;
  chosen = entry;
  run = null;
  progress = null;
  events = [];
  eventsSeen = 0;
  step = null;
  shownRecord = null;
  pattern = null;
  neighbours = {previous: null, next: null};
  follow = true;
  drawn = null;
  wished = null;
  asking = false;
  seenAt = null;
  newAt = performance.now();
  scrubber.pause();
  store.clear();
  timeline.clear();
  comparison.begin(chosen);
  fillSelectors();
  const found = await fetchRun(chosen);
  if (mine !== generation) return;
  run = found;
  layer = run.layers.some((l) => l.name === asked.get('layer')) ? asked.get('layer')
    : run.layers.length ? run.layers[0].name : null;
  able.clear();
  for (const p of panels) {
    const has = p.begin(run);
    if (has) able.add(p);
    p.show(has);
  }
  fillSelectors();
  document.title = t('Implicit bias') + ' - ' + run.session;
  await look();
  if (mine === generation) await comparison.restore();
}

/** Asks for what is new of the chosen run. */
async function look() {
  const mine = generation;
  const before = progress;
  const now = await fetchProgress(chosen, eventsSeen);
  if (mine !== generation) return;
  if (now.startedAt !== run.startedAt) {
    await choose(chosen); // another run began under the same ids
    return;
  }
  progress = now;
  eventsSeen += now.events.length;
  // The cards of the predictions tell their conditions, and which of them never applied.
  const told = (event) => event.kind === 'predictionConditions' || (event.kind === 'predictionNotApplicable' && event.step === now.firstStep);
  events = events.concat(now.events.filter((event) => !told(event)));
  failures = 0;
  if (before && before.version !== now.version) newAt = performance.now();
  // A long run that the server reads is no news, and neither is its last part.
  if (before && before.version !== now.version && !before.unread) seenAt = performance.now();
  showProgress();
  if (now.records === 0) return;
  scrubber.range(now.firstStep, now.lastStep);
  if (!before || before.version !== now.version || now.events.length) {
    if (now.events.length) drawn = null;
    scrubber.mark({gaps: now.gaps, events});
    updatePanels().catch(page.failed);
  }
  if (!restored) restore();
  if (step === null && asked.has('step')) {
    const at = Number(asked.get('step'));
    asked.delete('step');
    if (Number.isInteger(at)) {
      follow = false;
      ask(clamp(at));
      return;
    }
  }
  if (follow && step !== now.lastStep) ask(now.lastStep);
  if (!drawn) updatePanels().catch(page.failed);
}

const clamp = (s) => Math.min(Math.max(Math.round(s), progress.firstStep), progress.lastStep);

/** Tells the panels of new records, or of another layer. */
async function updatePanels() {
  if (!run || !progress || progress.records === 0) return;
  const {version} = progress;
  if (drawn && drawn.version === version && drawn.layer === layer) return;
  const other = !drawn || drawn.layer !== layer;
  drawn = {version, layer};
  updating++;
  const asked = [timeline.update({version, layer, gaps: progress.gaps, events, full: [progress.firstStep, progress.lastStep]}).then(() => axis.again())];
  for (const p of panels) if (able.has(p)) asked.push(p.update(progress, other));
  try {
    await Promise.all(asked);
  } catch (e) {
    if (!(e instanceof Gone) && drawn && drawn.version === version) drawn = null; // try again at the next beat
    throw e;
  } finally {
    updating--;
  }
}

// ---------------------------------------------------------------- the step

function go(wish) {
  if (!progress || progress.records === 0) return;
  const target = {first: progress.firstStep, last: progress.lastStep, back: neighbours.previous, forward: neighbours.next};
  let to = typeof wish === 'number' ? clamp(wish) : target[wish];
  if (to === null) return;
  // While an answer is under way, repeated arrow keys go on from what was asked for.
  if (asking && (wish === 'back' || wish === 'forward')) to = clamp(wished + (wish === 'back' ? -1 : 1));
  follow = wish === 'last' || (typeof wish !== 'number' && to === progress.lastStep);
  ask(to);
}

/** One question at a time; of those that pile up meanwhile only the last is asked. */
async function ask(to) {
  wished = to;
  if (asking || to === null) return;
  asking = true;
  const mine = generation;
  try {
    while (mine === generation) {
      const now = wished;
      const nowLayer = layer;
      scrubber.at(now);
      const answer = fetchStep(chosen, now, nowLayer);
      for (const p of panels) if (able.has(p)) p.foresee(now);
      const record = await answer;
      if (mine !== generation) return;
      if (nowLayer === layer) showRecord(record);
      if (wished === now && nowLayer === layer) {
        wished = record.step; // the last record before, where there is none at the step asked for
        break;
      }
    }
  } catch (e) {
    if (mine === generation) page.failed(e);
  } finally {
    if (mine === generation) asking = false;
  }
}

function showRecord(record) {
  step = record.step;
  shownRecord = record;
  neighbours = {previous: record.previous, next: record.next};
  scrubber.at(step);
  byId('back').disabled = byId('first').disabled = record.previous === null;
  byId('forward').disabled = record.next === null;
  pattern = record.pattern && new Pattern(record.pattern, step);
  axis.offer(record.values);
  timeline.at(step, record.values);
  for (const p of panels) if (able.has(p)) p.scrub(record);
  writeAddress();
}

// ---------------------------------------------------------------- the clock

async function tick() {
  try {
    if (polls++ % RUNS_EVERY === 0 || !chosen) {
      const before = runs.length;
      const found = await fetchRuns();
      runs = found.runs;
      comparison.offer(runs, found.more);
      if (runs.length === 0) {
        if (chosen === null) showEmpty();
      } else if (!chosen) {
        const wantedSession = sessionOfPath() ?? asked.get('session');
        const known = runs.filter((r) => r.session === wantedSession);
        const wanted = known.find((r) => r.worker === asked.get('worker')) || known[0];
        if (wanted || wantedSession === null || wantedSession === '') {
          await choose(wanted || runs[0]);
        } else if (before !== runs.length || byId('message').hidden) {
          showUnknown(wantedSession);
        }
      } else {
        chosen = runs.find((r) => r.session === chosen.session && r.worker === chosen.worker) || chosen;
        fillSelectors();
      }
    }
    if (run) await look();
    await comparison.look();
  } catch (e) {
    page.failed(e);
  }
}

function showUnknown(session) {
  byId('run-view').hidden = true;
  status('empty', t('Unknown run'));
  message(t('No records of this run'), [
    paragraph(t('Nothing was recorded by an ImplicitBiasListener under the session “{0}”. Runs that are here:', session)),
    element('p', {}, ...runs.map((r) => {
      const button = element('button', {type: 'button', textContent: r.session});
      button.addEventListener('click', () => choose(r).catch(page.failed));
      return button;
    })),
  ]);
}

let timer = null;
let beating = false;

/** Looks for what is new, then again after a while; rests while nobody can see the page. */
async function beat() {
  timer = null;
  if (beating || document.hidden) return;
  beating = true;
  await tick();
  beating = false;
  if (embedded && failures === 0) return; // nothing will ever be new
  timer = setTimeout(beat, failures ? POLL * 2 ** Math.min(failures, 3) : rest());
}

/** Milliseconds to the next look. */
function rest() {
  if (progress && progress.unread) return READING;
  if (!progress || !chosen) return POLL;
  const quiet = seenAt === null ? progress.now - progress.updatedAt : performance.now() - seenAt;
  if (performance.now() - newAt > QUIET || quiet > QUIET) return RESTING;
  return progress.records > LONG ? 3 * POLL : POLL;
}

document.addEventListener('visibilitychange', () => {
  if (!document.hidden && timer === null) beat();
});
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
  timeline.rebuild();
  scrubber.draw();
  for (const p of panels) if (p.present) p.theme();
});

/**
 * What the page shows, for tests and for the curious: read only, and without promise of staying
 * as it is. `charts` are the numbers drawn, `raster` the place of every cell on its canvas.
 */
window.implicitBias = {
  get state() { return byId('implicit-bias').dataset.state; },
  get run() { return chosen && {session: chosen.session, worker: chosen.worker}; },
  get layer() { return layer; },
  get step() { return step; },
  get settled() { return !asking && updating === 0 && shownRecord !== null && step === wished && settled() && !axis.busy && !comparison.busy; },
  get record() { return shownRecord; },
  get progress() { return progress; },
  get charts() { return {loss: panel('loss').shown, flips: panel('flips').shown}; },
  get compared() { return comparison.shown; },
  get axis() { return {kind: timeline.axis.kind, toAxis: (s) => timeline.toAxis(s), toStep: (x) => timeline.toStep(x), range: timeline.range}; },
  /** The lines of all runs, on the axis, per box of a chart or its title. */
  get lines() {
    return Object.fromEntries([...timeline.charts].filter((chart) => chart.plot)
      .map((chart) => [chart.box.id || chart.box.closest('figure, article')?.firstElementChild.textContent, chart.overlaid]));
  },
  get ticks() {
    return Object.fromEntries([...timeline.charts].filter((chart) => chart.plot)
      .map((chart) => [chart.box.id, chart.plot.axes[0]._values]));
  },
  get raster() { return panel('raster').shown; },
  get history() { return panel('raster').past.shown; },
  get link() { return link(); },
  takeAway: {
    files: (id) => takeAway.kinds(panel(id)),
    text: (id, kind) => takeAway.text(panel(id), kind),
    image: (id) => takeAway.image(panel(id)),
  },
  get playing() { return scrubber.playing; },
  get marked() { return {...store.state}; },
  /** What each panel shows, null for those that are left out. */
  get panels() { return Object.fromEntries(panels.map((p) => [p.id, p.present ? p.shown ?? {} : null])); },
  get colours() {
    const style = getComputedStyle(byId('implicit-bias'));
    return ['off', 'on', 'deactivation', 'activation'].map((name) => style.getPropertyValue('--' + name).trim());
  },
  go,
};

beat();
