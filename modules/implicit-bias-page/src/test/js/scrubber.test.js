import assert from 'node:assert/strict';
import test from 'node:test';
import {epochAt, everyOf} from '../../main/resources/io/github/implicitbias/page/assets/scrubber.js';

test('labels of epochs are as many as there is room for', () => {
  const places = (count, apart) => Array.from({length: count}, (_, k) => k * apart);
  assert.equal(everyOf(places(10, 30), 22), 1);
  assert.equal(everyOf(places(40, 12), 22), 2);
  assert.equal(everyOf(places(100, 5), 22), 5);
  assert.equal(everyOf(places(1000, 0.3), 22), 100);
  assert.equal(everyOf([], 22), 1);
  assert.ok(everyOf([7, 7, 7], 22) >= 3);
});

test('a step belongs to the epoch that ends at it or after it', () => {
  assert.deepEqual([0, 10, 11, 20, 25].map((step) => epochAt([10, 20], step)), [1, 1, 2, 2, 2]);
});
