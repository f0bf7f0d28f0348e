import assert from 'node:assert/strict';
import test from 'node:test';
import {rateAt, ratesOf} from '../../main/resources/io/github/implicitbias/page/assets/step-sums.js';

const found = {begin: 10, width: 2, over: [1, 2, 0, 2, 2], up: [3, 4, 0, 1, 0]};

test('a rate is what was counted by the steps that were seen', () => {
  const rates = ratesOf(found, ['up'], [10, 19], 100);
  assert.deepEqual(rates, {width: 2, steps: [10.5, 12.5, 14.5, 16.5, 18.5], over: [1, 2, 0, 2, 2], up: [3, 2, null, 0.5, 0]});
});

test('of many buckets neighbours are added up, weighted by what was seen', () => {
  const rates = ratesOf(found, ['up'], [10, 19], 3);
  assert.deepEqual([rates.width, rates.steps, rates.up], [4, [11.5, 15.5, 19.5], [7 / 3, 0.5, 0]]);
});

test('only buckets in sight are there', () => {
  assert.deepEqual(ratesOf(found, ['up'], [13, 16], 100).steps, [12.5, 14.5, 16.5]);
  assert.deepEqual(ratesOf({begin: 0, width: 1, over: [], up: []}, ['up'], [0, 5], 10).steps, []);
});

test('the rate at a step is that of its bucket', () => {
  assert.deepEqual([9, 10, 13, 14, 17, 30].map((step) => rateAt(found, 'up', step)), [null, 3, 2, null, 0.5, null]);
});
