import assert from 'node:assert/strict';
import test from 'node:test';
import {constantOf, between, finite, lastAtMost, lineWithGaps, rowsOf, valueAt} from '../../main/resources/io/github/implicitbias/page/assets/series.js';

test('the last number that is at most another is found', () => {
  const numbers = [0, 2, 2, 5, 9];
  for (const v of [-1, 0, 1, 2, 4, 5, 8.5, 9, 100]) {
    assert.equal(lastAtMost(numbers, v), numbers.filter((n) => n <= v).length - 1, String(v));
  }
  assert.equal(lastAtMost([], 3), -1);
});

test('what is not a number is drawn as nothing', () => {
  assert.deepEqual(finite([1, 'NaN', null, undefined, 'Infinity', 0]), [1, null, null, null, null, 0]);
});

test('a part of a series has both of its ends', () => {
  const series = {steps: [0, 10, 20, 30], values: [1, 2, 3, 4]};
  assert.deepEqual(between(series, 10, 20), {steps: [10, 20], values: [2, 3]});
  assert.deepEqual(between(series, 11, 19), {steps: [], values: []});
  assert.deepEqual(between(series, -Infinity, Infinity), series);
});

test('a line is interrupted where records were lost', () => {
  const series = {steps: [0, 1, 2, 10, 11], values: [5, 4, 3, 2, 1]};
  assert.deepEqual(lineWithGaps(series, [[2, 10]]), [[0, 1, 2, 6, 10, 11], [5, 4, 3, null, 2, 1]]);
});

test('a gap before the first record or with nothing drawn before it interrupts nothing', () => {
  const series = {steps: [5, 6], values: [1, 2]};
  assert.deepEqual(lineWithGaps(series, [[-1, 5], [2, 4]]), [[5, 6], [1, 2]]);
});

test('a gap behind the last point drawn ends the line', () => {
  assert.deepEqual(lineWithGaps({steps: [0, 1], values: [1, 2]}, [[7, 9]]), [[0, 1, 8], [1, 2, null]]);
});

test('the numbers themselves stay as they are', () => {
  const series = {steps: [0, 1, 5], values: [1, 'NaN', 3]};
  lineWithGaps(series, [[1, 5]], (v) => -v);
  assert.deepEqual(series, {steps: [0, 1, 5], values: [1, 'NaN', 3]});
});

test('a change of values leaves what is absent absent', () => {
  assert.deepEqual(lineWithGaps({steps: [0, 1], values: [2, null]}, [], (v) => v * 10), [[0, 1], [20, null]]);
});

test('no series is a line without points', () => {
  assert.deepEqual(lineWithGaps(undefined, [[2, 4]]), [[], []]);
});

test('the value at a step is the last one before it', () => {
  const series = {steps: [0, 10, 20], values: [1, 2, 3]};
  assert.deepEqual(valueAt(series, 10), {step: 10, value: 2});
  assert.deepEqual(valueAt(series, 19), {step: 10, value: 2});
  assert.equal(valueAt(series, -1), null);
  assert.equal(valueAt(undefined, 5), null);
});

test('series with steps of their own are rows of one table', () => {
  assert.deepEqual(rowsOf([{steps: [0, 2], values: [1, 2]}, {steps: [1, 2], values: [8, 9]}, undefined]),
    [[0, 1, null, null], [1, null, 8, null], [2, 2, 9, null]]);
});

test('a line that is the same number throughout is a constant, a few points or two numbers are none', () => {
  assert.equal(constantOf([[0, 0, null, 0], [0]]), 0);
  assert.equal(constantOf([[2.5, 2.5, 2.5]]), 2.5);
  assert.equal(constantOf([[0, 0]]), null);
  assert.equal(constantOf([[0, 0, 1]]), null);
  assert.equal(constantOf([[], [null, null]]), null);
});
