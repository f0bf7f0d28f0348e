import assert from 'node:assert/strict';
import test, {afterEach, beforeEach} from 'node:test';
import {askFrom} from '../../main/resources/io/github/implicitbias/page/assets/api.js';
import {Beat} from '../../main/resources/io/github/implicitbias/page/assets/beat.js';
import * as http from '../../main/resources/io/github/implicitbias/page/assets/http.js';
import * as s from '../../main/resources/io/github/implicitbias/page/assets/state.js';

const OLD = {id: 'old', session: 's', worker: 'w', startedAt: 1};
const NEW = {id: 'new', session: 's', worker: 'w', startedAt: 2};

let listed;

beforeEach(() => {
  globalThis.document = {addEventListener() {}, getElementById: () => ({hidden: true}), hidden: false};
  askFrom({answer: async () => {
    if (listed === null) throw new Error('away');
    return {runs: listed};
  }});
});
afterEach(() => {
  askFrom(http);
  delete globalThis.document;
});

function page(wanted = (runs) => runs[0] ?? null) {
  const state = new s.State();
  const told = [];
  const made = {state, told, embedded: null, runs: {shown: false}, address: {runAmong: wanted, wish: {run: 'gone', session: null}},
    comparison: {offer() {}, look: async () => {}}, failed: (e) => told.push('failed: ' + e.message),
    status: {showEmpty: () => told.push('empty'), showUnknown: ({run}) => told.push('unknown ' + run)},
    view: {choose: async (entry) => { told.push(entry.id); state.become(s.runChosen, entry, 0); }, look: async () => told.push('look')}};
  made.beat = new Beat(made);
  return made;
}

test('without a run the page says so and looks again', async () => {
  listed = [];
  const {beat, told} = page();
  await beat.look();
  await beat.look();
  assert.deepEqual(told, ['empty', 'empty']);
});

test('the run that the address asks for is shown, and one that is not here is said to be unknown', async () => {
  listed = [NEW, OLD];
  const {beat, told} = page((runs) => runs[1]);
  await beat.look();
  assert.deepEqual(told, ['old']);
  const gone = page(() => null);
  await gone.beat.look();
  assert.deepEqual(gone.told, ['unknown gone']);
});

test('a run that begins again is shown to who follows the training', async () => {
  listed = [OLD];
  const {beat, told} = page();
  await beat.look();
  listed = [NEW, OLD];
  beat.beats = 5;
  await beat.look();
  assert.deepEqual(told, ['old', 'new']);
});

test('who looks at a step of the old run stays there', async () => {
  listed = [OLD];
  const {beat, told, state} = page();
  await beat.look();
  state.become(s.stepChosen, {step: 5, follow: false});
  listed = [NEW, OLD];
  beat.beats = 5;
  await beat.look();
  assert.deepEqual(told, ['old']);
  assert.deepEqual(state.now.runs, [NEW, OLD], 'but the new run is in the menu');
});

test('a server that does not answer is told', async () => {
  listed = null;
  const {beat, told} = page();
  await beat.look();
  assert.deepEqual(told, ['failed: away']);
});
