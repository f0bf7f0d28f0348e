import assert from 'node:assert/strict';
import test from 'node:test';
import {bandOf, isDense, markedEvents, withMeans} from '../../main/resources/io/github/implicitbias/page/assets/loss-marks.js';

test('values in one stretch of pixels are their least, mean and greatest', () => {
  assert.deepEqual(bandOf([0, 1, 2, 3, 4], [1, 5, 3, 7, 9], 3), [[1.5, 1, 3, 5], [4.5, 7, 8, 9]]);
});

test('a band is interrupted where the line is, and places without a value of this line are none', () => {
  assert.deepEqual(bandOf([0, 1, 3, 6], [2, undefined, null, 4], 3), [[1.5, 2, 2, 2], null, [7.5, 4, 4, 4]]);
  assert.deepEqual(bandOf([0, 3], [null, null], 3), []);
});

test('few values are a line', () => {
  assert.equal(isDense(300, 600), false);
  assert.equal(isDense(600, 600), true);
});

test('events about single units are left out where they are many, findings always', () => {
  const few = [{kind: 'unitDied', unit: 3}, {kind: 'finding'}, {kind: 'plateauBegan', unit: null}];
  assert.deepEqual(markedEvents(few).map((event) => event.kind), ['unitDied', 'plateauBegan']);
  const many = [...Array(60).fill(few[0]), ...few];
  assert.deepEqual(markedEvents(many).map((event) => event.kind), ['plateauBegan']);
});

test('the line in a band is the mean of all records, where it is known as finely', () => {
  const band = [[5, 1, 4, 9], [15, 2, 3, 4], null, [25, 0, 5, 8]];
  const means = {begin: 0, width: 5, sums: [10, 20, 6, 6, 100], over: [5, 5, 2, 2, 0]};
  assert.deepEqual(withMeans(band, means, (step) => step, 10), [[5, 1, 3, 9], [15, 2, 3, 4], null, [25, 0, 5, 8]]);
  assert.deepEqual(withMeans(band, {...means, width: 100}, (step) => step, 10), band, 'buckets that are wider than pixels say nothing');
  assert.deepEqual(withMeans(band, null, (step) => step, 10), band);
  assert.deepEqual(withMeans([[5, 1, 4, 9]], {begin: 0, width: 5, sums: [1000], over: [1], unit: 1}, (step) => step, 10), [[5, 1, 9, 9]], 'a mean lies within its band');
});
