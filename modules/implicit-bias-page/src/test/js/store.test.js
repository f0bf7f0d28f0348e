import assert from 'node:assert/strict';
import test from 'node:test';
import {Store} from '../../main/resources/io/github/implicitbias/page/assets/store.js';

test('what is marked is what is pointed at, or else what was clicked', () => {
  const store = new Store();
  assert.equal(store.marked('unit'), null);
  store.set({chosenUnit: 3});
  assert.equal(store.marked('unit'), 3);
  store.set({unit: 0});
  assert.equal(store.marked('unit'), 0);
});

test('a listener is called when one of its names changes, and only then', () => {
  const store = new Store();
  let calls = 0;
  store.on(['unit', 'sample'], () => calls++);
  store.set({unit: 1});
  store.set({unit: 1});
  store.set({pointedStep: 5});
  store.set({unit: 2, sample: 3});
  assert.equal(calls, 2);
});

test('cleared, it is as in the beginning', () => {
  const store = new Store();
  store.set({unit: 1, chosenSample: 2, pointedStep: 3});
  store.clear();
  assert.deepEqual(store.state, new Store().state);
});
