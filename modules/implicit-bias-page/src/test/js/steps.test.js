import assert from 'node:assert/strict';
import test, {afterEach, beforeEach} from 'node:test';
import {askFrom} from '../../main/resources/io/github/implicitbias/page/assets/api.js';
import * as http from '../../main/resources/io/github/implicitbias/page/assets/http.js';
import * as s from '../../main/resources/io/github/implicitbias/page/assets/state.js';
import {Steps} from '../../main/resources/io/github/implicitbias/page/assets/steps.js';
import {RUN} from './fixtures.js';

const A = {id: 'a', session: 's', worker: 'w', startedAt: 0};
const B = {...A, id: 'b'};

let asked;

beforeEach(() => {
  const elements = new Map();
  globalThis.document = {getElementById: (id) => elements.get(id) ?? elements.set(id, {}).get(id)};
  asked = [];
  askFrom({answer: (name, parameters) => new Promise((done, fail) => {
    const {run, step, layer} = Object.fromEntries(parameters);
    const found = {step: Math.floor(step / 2) * 2, previous: step - 2, next: step + 2, values: {}, pattern: null};
    asked.push({name, run, step, layer, answer: () => done(found), fail: () => fail(new Error('away'))});
  })});
});
afterEach(() => {
  askFrom(http);
  delete globalThis.document;
});

function page() {
  const state = new s.State();
  state.become(s.runChosen, A, 0);
  state.become(s.runDescribed, RUN, 0);
  state.become(s.progressArrived, {version: 1, records: 50, firstStep: 0, lastStep: 100, events: [], unread: 0}, 0);
  const shown = [];
  const panel = {foresee() {}, scrub: (record) => shown.push(record.step)};
  const failures = [];
  const nothing = {at() {}, offer() {}, write() {}};
  const made = {state, able: new Set([panel]), scrubber: nothing, axis: nothing, timeline: nothing, address: nothing,
    failed: (e) => failures.push(e.message), shown, failures};
  made.steps = new Steps(made);
  return made;
}

const soon = () => new Promise((done) => setTimeout(done));

async function answer(k) {
  asked[k].answer();
  await soon();
}

test('the record of a step is shown in all panels', async () => {
  const {steps, state, shown} = page();
  steps.go(40);
  assert.deepEqual([asked[0].name, asked[0].run, asked[0].step, asked[0].layer], ['step', 'a', 40, 0]);
  await answer(0);
  assert.deepEqual(shown, [40]);
  assert.deepEqual([state.now.step, state.now.wished, state.now.asking, state.now.follow], [40, 40, false, false]);
});

test('where there is no record at a step the last one before it is shown', async () => {
  const {steps, state} = page();
  steps.go(41);
  await answer(0);
  assert.deepEqual([state.now.step, state.now.wished, asked.length], [40, 40, 1]);
});

test('of steps that pile up while an answer is under way only the last is asked for', async () => {
  const {steps, shown} = page();
  for (const step of [10, 20, 30, 60]) steps.go(step);
  assert.equal(asked.length, 1);
  await answer(0);
  await answer(1);
  assert.deepEqual(asked.map(({step}) => step), [10, 60]);
  assert.deepEqual(shown, [10, 60]);
});

test('another layer is asked for at the same step, also while an answer is under way', async () => {
  const {steps, state, shown} = page();
  steps.go(10);
  await answer(0);
  state.become(s.layerChosen, 1);
  steps.again();
  assert.deepEqual([asked[1].step, asked[1].layer], [10, 1]);
  state.become(s.layerChosen, 0);
  steps.again();
  assert.equal(asked.length, 2);
  await answer(1);
  assert.deepEqual([asked[2].step, asked[2].layer], [10, 0]);
  await answer(2);
  assert.deepEqual(shown, [10, 10], 'the answer for the other layer is not shown');
});

test('an answer about a run that is not shown any more is dropped', async () => {
  const {steps, state, shown} = page();
  steps.go(10);
  state.become(s.runChosen, B, 1);
  await answer(0);
  assert.deepEqual(shown, []);
  assert.equal(state.now.asking, false);
});

test('a failure is told, and the next wish is asked for', async () => {
  const {steps, state, failures} = page();
  steps.go(10);
  asked[0].fail();
  await soon();
  assert.deepEqual(failures, ['away']);
  assert.equal(state.now.asking, false);
  steps.go(20);
  assert.equal(asked.length, 2);
});

test('a wish that leads nowhere asks nothing', () => {
  const {steps} = page();
  steps.go('back');
  assert.equal(asked.length, 0);
});

test('at the ends of the run the buttons that lead beyond them are off', async () => {
  const {steps} = page();
  steps.go(10);
  asked[0].answer();
  await soon();
  assert.equal(document.getElementById('back').disabled, false);
  assert.equal(document.getElementById('forward').disabled, false);
});
