import assert from 'node:assert/strict';
import test from 'node:test';
import {decades, described, linear, logSplits} from '../../main/resources/io/github/implicitbias/page/assets/scales.js';

const close = (actual, expected) => actual.forEach((v, k) => assert.ok(Math.abs(v - expected[k]) <= 1e-12 * Math.abs(expected[k]), actual + ' is not ' + expected));

test('a logarithmic axis goes from the digit below to the digit above', () => {
  close(decades(null, 0.0037, 1.6), [0.003, 2]);
  close(decades(null, 100, 1000), [100, 1000]);
  close(decades(null, 5, 5), [2.5, 10]);
  assert.deepEqual(decades(null, null, null), [0.1, 1]);
  assert.deepEqual(decades(null, 0, 3), [0.1, 1]);
});

test('its lines are powers of ten, as many as fit', () => {
  close(logSplits({over: {clientHeight: 260}}, 1, 1e-3, 1), [1e-3, 1e-2, 1e-1, 1]);
  const few = logSplits({over: {clientHeight: 60}}, 1, 1e-12, 1);
  assert.ok(few.length >= 2 && few.length <= 4, String(few));
  close(logSplits({}, 1, 2, 40), [2, 5, 10, 20]);
});

test('a flat line lies in the middle of its chart', () => {
  assert.deepEqual(linear(null, 0, 0), [-1, 1]);
  close(linear(null, 10, 10), [9, 11]);
});

test('a linear axis has a little room but does not go below zero for nothing', () => {
  const [low, high] = linear(null, 0.01, 10);
  assert.equal(low, 0);
  assert.ok(high > 10 && high < 11);
  assert.ok(linear(null, -1, 1)[0] < -1);
  assert.deepEqual(linear(null, null, null), [0, 1]);
});

test('values over many powers of ten are best seen on a logarithmic scale', () => {
  assert.equal(described([1e-6, 1, 10]).wide, true);
  assert.equal(described([1, 10, 100]).wide, false);
  assert.equal(described([-1e-6, 1, 10]).wide, false);
  assert.equal(described([-1e-6, 1, 10]).negative, true);
});

test('a zero now and then may fall off the edge, a line of zeros may not', () => {
  const values = Array.from({length: 20}, (_, k) => 10 ** -k);
  assert.equal(described([...values, 0]).wide, true);
  assert.equal(described([...values, ...values.map(() => 0)]).wide, false);
});

test('numbers that are all whole are counted', () => {
  assert.equal(described([1, 2, 3]).counting, true);
  assert.equal(described([1, 2.5]).counting, false);
  assert.equal(described([]).counting, false);
});
