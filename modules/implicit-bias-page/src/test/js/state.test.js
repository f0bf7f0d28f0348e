import assert from 'node:assert/strict';
import test from 'node:test';
import * as s from '../../main/resources/io/github/implicitbias/page/assets/state.js';

const A = {id: 'one', session: 'a', worker: 'w0', startedAt: 1, stockPages: false};
const B = {id: 'two', session: 'a', worker: 'w0', startedAt: 2, stockPages: false};
const RUN = {session: 'a', layers: [{name: 'first'}, {name: 'second'}], columns: [{name: 'c', kind: 'basic', id: 'loss'}]};

const progress = (more = {}) => ({version: 1, records: 10, firstStep: 5, lastStep: 105, events: [], now: 1000, updatedAt: 900, unread: 0, blocks: 10, gaps: [], ...more});
const record = (step, previous = step - 1, next = step + 1) => ({step, previous, next, values: {}, pattern: null});

/** A state to which all this has happened. */
function after(...happened) {
  const state = new s.State();
  for (const [transition, ...facts] of happened) state.become(transition, ...facts);
  return state;
}

const shown = (...more) => after([s.runsListed, [A, B]], [s.runChosen, A, 50], [s.runDescribed, RUN, 1], [s.progressArrived, progress(), 60], ...more);

test('in the beginning there is nothing, and the page follows the training', () => {
  const {now} = new s.State();
  assert.deepEqual([now.runs, now.chosen, now.run, now.step, now.follow], [[], null, null, null, true]);
});

test('a transition changes nothing but returns what is different', () => {
  const before = Object.freeze({...s.BEGINNING, events: Object.freeze([{kind: 'a', step: 1}]), progress: Object.freeze(progress())});
  s.progressArrived(before, progress({version: 2, events: [{kind: 'b', step: 2}]}), 70);
  s.runChosen(before, A, 70);
  assert.equal(before.events.length, 1);
  assert.throws(() => { new s.State().now.step = 3; }, TypeError);
});

test('a run that is chosen makes everything of the one before forgotten', () => {
  const state = shown([s.recordShown, record(7), {}], [s.stepChosen, {step: 7, follow: false}], [s.stepAsked]);
  const {generation} = state.now;
  state.become(s.runChosen, B, 99);
  const {now} = state;
  assert.equal(now.chosen, B);
  assert.equal(now.generation, generation + 1);
  assert.equal(now.newAt, 99);
  assert.deepEqual([now.run, now.progress, now.step, now.record, now.pattern, now.wished, now.drawn, now.seenAt], Array(8).fill(null));
  assert.deepEqual([now.events, now.eventsSeen, now.follow, now.asking], [[], 0, true, false]);
  assert.deepEqual(now.runs, [A, B], 'the list of runs stays');
});

test('the layer is the one wanted if the run has it, else the first', () => {
  assert.equal(shown().now.layer, 1);
  assert.equal(s.layerShown(shown().now).name, 'second');
  assert.equal(after([s.runDescribed, RUN, 2]).now.layer, 0);
  assert.equal(after([s.runDescribed, RUN, null]).now.layer, 0);
  const bare = after([s.runDescribed, {layers: []}, 0]).now;
  assert.equal(bare.layer, null);
  assert.equal(s.layerShown(bare), null);
});

test('the columns are those of the run that is shown', () => {
  assert.equal(shown().now.columns.basic('loss'), 'c');
  assert.equal(shown([s.runChosen, B, 99]).now.columns.basic('loss'), null);
});

test('a new list renews what is known of the run that is shown', () => {
  const newer = {...A, stockPages: true};
  assert.equal(shown([s.runsListed, [B, newer]]).now.chosen, newer);
  assert.equal(shown([s.runsListed, [B]]).now.chosen, A, 'a run that is gone from the list stays shown');
});

test('events are added up, but not those that the cards of the predictions tell', () => {
  const kinds = (state) => state.now.events.map((event) => event.kind);
  const state = shown([s.progressArrived, progress({version: 2, events: [
    {kind: 'activation', step: 6}, {kind: 'predictionConditions', step: 5}, {kind: 'predictionNotApplicable', step: 5},
    {kind: 'predictionNotApplicable', step: 8}]}), 70]);
  assert.deepEqual(kinds(state), ['activation', 'predictionNotApplicable']);
  assert.equal(state.now.eventsSeen, 4, 'but they are not asked for again');
  state.become(s.progressArrived, progress({version: 3, events: [{kind: 'plateauBegan', step: 9}]}), 80);
  assert.deepEqual(kinds(state), ['activation', 'predictionNotApplicable', 'plateauBegan']);
});

test('events make the panels be told again, an answer without news does not', () => {
  const state = shown([s.panelsTold, {version: 1, layer: 1}]);
  assert.equal(s.isBehind(state.now), false);
  state.become(s.progressArrived, progress(), 70);
  assert.equal(s.isBehind(state.now), false);
  state.become(s.progressArrived, progress({events: [{kind: 'activation', step: 6}]}), 80);
  assert.equal(s.isBehind(state.now), true);
});

test('another version or another layer leaves the panels behind', () => {
  const state = shown([s.panelsTold, {version: 1, layer: 1}]);
  state.become(s.layerChosen, 0);
  assert.equal(s.isBehind(state.now), true);
  state.become(s.panelsTold, {version: 1, layer: 0});
  state.become(s.progressArrived, progress({version: 2}), 70);
  assert.equal(s.isBehind(state.now), true);
});

test('a step asked for lies within the run', () => {
  const {now} = shown();
  assert.deepEqual(s.stepFor(now, 50.4), {step: 50, follow: false});
  assert.deepEqual(s.stepFor(now, -3), {step: 5, follow: false});
  assert.deepEqual(s.stepFor(now, 1e9), {step: 105, follow: false});
});

test('only the wish for the last record, or reaching it, follows the training', () => {
  const {now} = shown([s.recordShown, record(104, 103, 105), null]);
  assert.deepEqual(s.stepFor(now, 'last'), {step: 105, follow: true});
  assert.deepEqual(s.stepFor(now, 'forward'), {step: 105, follow: true});
  assert.deepEqual(s.stepFor(now, 'back'), {step: 103, follow: false});
  assert.deepEqual(s.stepFor(now, 'first'), {step: 5, follow: false});
  assert.deepEqual(s.stepFor(now, 105), {step: 105, follow: false}, 'a number never does');
});

test('before the first record and after the last there is nowhere to go', () => {
  assert.equal(s.stepFor(shown([s.recordShown, record(5, null, 6), null]).now, 'back'), null);
  assert.equal(s.stepFor(shown([s.recordShown, record(105, 104, null), null]).now, 'forward'), null);
  assert.equal(s.stepFor(after([s.runChosen, A, 0]).now, 'last'), null);
  assert.equal(s.stepFor(after([s.progressArrived, progress({records: 0}), 0]).now, 7), null);
});

test('while an answer is under way arrow keys go on from what was asked for', () => {
  const state = shown([s.recordShown, record(50), null], [s.stepChosen, {step: 53, follow: false}], [s.stepAsked]);
  assert.equal(s.stepFor(state.now, 'forward').step, 54);
  assert.equal(s.stepFor(state.now, 'back').step, 52);
  state.become(s.stepAnswered);
  assert.equal(s.stepFor(state.now, 'forward').step, 51);
});

test('questions that fail are asked less and less often, until one is answered', () => {
  const state = shown();
  const rests = [];
  for (let k = 0; k < 5; k++) {
    state.become(s.questionFailed);
    rests.push(s.rest(state.now, 60));
  }
  assert.deepEqual(rests, [2000, 4000, 8000, 8000, 8000]);
  state.become(s.progressArrived, progress(), 70);
  assert.equal(s.rest(state.now, 70), 1000);
});

test('a run in training is looked at every second, one that rests every five, one being read thrice a second', () => {
  assert.equal(s.rest(s.BEGINNING, 0), 1000);
  assert.equal(s.rest(shown().now, 1000), 1000);
  assert.equal(s.rest(shown().now, 61000), 5000);
  assert.equal(s.rest(shown([s.progressArrived, progress({unread: 3}), 60]).now, 70), 300);
  assert.equal(s.rest(shown([s.progressArrived, progress({records: 200000}), 60]).now, 70), 3000);
});

test('a run is live while records come, and a pause is news only to who saw them come', () => {
  const recorded = shown([s.progressArrived, progress({now: 100000, updatedAt: 0}), 60]);
  assert.equal(s.liveness(recorded.now, 70), 'recorded');
  assert.equal(s.liveness(shown().now, 70), 'live');
  const seen = shown([s.progressArrived, progress({version: 2}), 100]);
  assert.equal(s.liveness(seen.now, 5000), 'live');
  assert.equal(s.liveness(seen.now, 20000), 'stale');
  assert.equal(s.liveness(seen.now, 4000000), 'recorded');
});

test('a run that has begun waits for its first record, a long one is read first', () => {
  assert.equal(s.liveness(shown([s.progressArrived, progress({records: 0}), 60]).now, 70), 'waiting');
  assert.equal(s.liveness(shown([s.progressArrived, progress({unread: 900, blocks: 1000}), 60]).now, 70), 'reading');
  assert.notEqual(s.liveness(shown([s.progressArrived, progress({unread: 9, blocks: 1000}), 60]).now, 70), 'reading');
});

test('what the server reads of a long run is no news', () => {
  const state = shown([s.progressArrived, progress({unread: 5, version: 2}), 100]);
  state.become(s.progressArrived, progress({unread: 0, version: 3}), 200);
  assert.equal(state.now.seenAt, 100, 'the last part is none either');
  state.become(s.progressArrived, progress({unread: 0, version: 4}), 300);
  assert.equal(state.now.seenAt, 300);
});

test('who listens is told of what has become another, once, and of nothing else', () => {
  const state = new s.State();
  const told = [];
  state.on(['layer', 'run'], (now) => told.push(now.layer));
  state.become(s.runDescribed, RUN, 0);
  state.become(s.questionFailed);
  state.become(s.layerChosen, 0);
  state.become(s.layerChosen, 1);
  assert.deepEqual(told, [0, 1]);
});
