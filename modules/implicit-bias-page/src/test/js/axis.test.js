import assert from 'node:assert/strict';
import test from 'node:test';
import {AXES, axisOptions, Clock, timeOf} from '../../main/resources/io/github/implicitbias/page/assets/axis.js';

const near = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), a + ' is not ' + b);

test('an axis of steps leaves steps as they are', () => {
  const clock = new Clock('step');
  assert.equal(clock.toAxis(17), 17);
  assert.equal(clock.toStep(17), 17);
});

test('a logarithmic axis begins at 0, or where a run begins late', () => {
  assert.equal(new Clock('log', 0).toAxis(0), 0);
  assert.equal(new Clock('log', 0).toAxis(99), 2);
  assert.equal(new Clock('log', 10).toAxis(0), 0);
  assert.equal(new Clock('log', 5000).toAxis(5000), 0);
  assert.equal(new Clock('log', 5000).toAxis(5099), 2);
});

test('places and steps undo each other, beyond the ends of a run too', () => {
  const times = {steps: [0, 10, 20, 50], values: [0, 1.5, 1.75, 40]};
  for (const clock of [new Clock('step'), new Clock('log', 0), new Clock('log', 700), new Clock('time', 0, times)]) {
    for (const step of [-40, 0, 3, 10, 17.5, 49, 50, 51, 800, 100000]) near(clock.toStep(clock.toAxis(step)), step);
  }
});

test('a time is interpolated between records and goes on at its mean pace beyond them', () => {
  const clock = new Clock('time', 0, {steps: [10, 20, 30], values: [1, 2, 5]});
  assert.ok(clock.usable);
  near(clock.toAxis(20), 2);
  near(clock.toAxis(25), 3.5);
  near(clock.toAxis(40), 7);
  near(clock.toAxis(0), -1);
});

test('a time that falls or is no number is skipped', () => {
  const clock = new Clock('time', 0, {steps: [0, 1, 2, 3, 4], values: [0, 2, 'NaN', 1, 4]});
  near(clock.toAxis(1), 2);
  near(clock.toAxis(2.5), 3);
});

test('a time that stands still places nothing', () => {
  assert.equal(new Clock('time', 0, {steps: [0, 1, 2], values: [3, 3, 3]}).usable, false);
  assert.equal(new Clock('time', 0, {steps: [0], values: [3]}).usable, false);
  assert.equal(new Clock('time', 0, {steps: [], values: []}).usable, false);
});

test('ticks of a logarithmic axis are powers of ten, and never lie on one another', () => {
  const clock = new Clock('log', 0);
  const options = axisOptions({axis: AXES.find((axis) => axis.kind === 'log'), clock});
  const labels = (min, max, width) => options.values(null, options.splits({width: width + 70}, 0, min, max));
  assert.deepEqual(labels(0, clock.toAxis(10000), 300), ['0', '1', '10', '100', '1,000', '10,000']);
  for (const [min, max, width] of [[0, 4, 500], [0, 6, 200], [2, 2.5, 400], [3, 3.01, 400], [0, 0.5, 300], [0, 9, 60]]) {
    const places = options.splits({width: width + 70}, 0, min, max);
    assert.ok(places.length >= 2 || width < 100, [min, max, width] + ': ' + places);
    places.slice(1).forEach((place, k) => assert.ok(place > places[k], String(places)));
    assert.equal(new Set(options.values(null, places)).size, places.length);
  }
});

test('an axis of time is read from a column, one of steps from none', () => {
  assert.equal(timeOf('step'), null);
  assert.equal(timeOf('no such axis'), null);
  assert.equal(timeOf('flowTime'), 'flowTime');
});
