import assert from 'node:assert/strict';
import test from 'node:test';
import {decades, described, linear, linearSplits, logSplits, shares, stepOf, unitOf} from '../../main/resources/io/github/implicitbias/page/assets/scales.js';

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

test('every axis has at least two labels, at round places', () => {
  for (const [min, max] of [[0.4, 0.56], [0, 1], [-1, 1], [3.14, 3.15], [0, 1e7], [-2e-9, 5e-9]]) {
    for (const height of [40, 60, 100, 260]) {
      const splits = linearSplits(min, max, height, false);
      assert.ok(splits.length >= 2, min + ' to ' + max + ' in ' + height + ': ' + splits);
      assert.ok(splits.every((v) => v >= min - 1e-9 * (max - min) && v <= max + 1e-9 * (max - min)));
    }
  }
  for (const [min, max] of [[0.3, 0.4], [2.5, 4.5], [6e-7, 8e-7]]) assert.ok(logSplits({over: {clientHeight: 100}}, 1, min, max).length >= 2, min + ' to ' + max);
});

test('where only whole numbers occur, only these are labelled', () => {
  assert.deepEqual(linearSplits(-0.2, 3.4, 100, true).map(Math.abs), [0, 2]);
  assert.deepEqual(linearSplits(0, 1, 260, true), [0, 1]);
  assert.deepEqual(linearSplits(14, 75, 90, true), [20, 40, 60]);
  assert.deepEqual(linearSplits(11.9, 14.1, 90, true), [12, 14]);
  assert.equal(stepOf([0, 2, 4]), 2);
  assert.equal(stepOf([]), 0);
});

test('shares stay between nothing and all', () => {
  const [low, high] = shares(null, 0.02, 0.999);
  assert.ok(low === 0 && high === 1);
  assert.deepEqual(shares(null, null, null), [0, 1]);
});

test('numbers that are very large or very small are drawn in another unit', () => {
  assert.equal(unitOf([1, 1e6, -3]), 1);
  assert.equal(unitOf([]), 1);
  assert.equal(unitOf([0, 0]), 1);
  assert.equal(unitOf([1, 3e20]), 1e20);
  assert.equal(unitOf([4e-30, 1e-40]), 1e-30);
  assert.equal(unitOf([-7e200]), 1e200);
});
