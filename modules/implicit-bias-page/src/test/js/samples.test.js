// What the part "Samples" computes before it draws.

import assert from 'node:assert/strict';
import test from 'node:test';
import {outline, share} from '../../main/resources/io/github/implicitbias/page/assets/class-table.js';
import {cellAt, darkness, marginalsOf, scaleOf, scattered} from '../../main/resources/io/github/implicitbias/page/assets/data-map.js';
import {rampOf, rgbOf} from '../../main/resources/io/github/implicitbias/page/assets/ramp.js';
import {classNameOf, rangesOf} from '../../main/resources/io/github/implicitbias/page/assets/sample-history.js';
import {signed} from '../../main/resources/io/github/implicitbias/page/assets/suspect-list.js';

const MAP = {columns: 4, rows: 3, across: [0, 2], up: [-3, 3], cell: [0, 5, 11], of: [7, 2, 1]};

test('a scale leads there and back', () => {
  const scale = scaleOf([0, 2], [-3, 3], {left: 10, top: 20, right: 110, bottom: 80});
  assert.deepEqual([scale.x(1), scale.y(3), scale.y(-3)], [60, 20, 80]);
  assert.deepEqual([scale.toX(60), scale.toY(50)], [1, 0]);
});

test('a place on the map is in the cell that has it, or in none', () => {
  assert.equal(cellAt(MAP, 0, -3), 0);
  assert.equal(cellAt(MAP, 0.6, 0), 5);
  assert.equal(cellAt(MAP, 1.99, 2.99), 11);
  assert.deepEqual([cellAt(MAP, 2.1, 0), cellAt(MAP, -0.1, 0), cellAt(MAP, 0, 3.1)], [-1, -1, -1]);
});

test('marginals add up the cells', () => {
  assert.deepEqual(marginalsOf(MAP), {across: [7, 2, 0, 1], up: [7, 2, 1]});
});

test('cells are dark by the logarithm of their counts', () => {
  assert.equal(darkness(4, 400), 40);
  assert.equal(darkness(400, 400), 255);
  assert.equal(darkness(40, 400), Math.round(40 + 215 / 2));
  assert.equal(darkness(4, 4), 40);
});

test('points have the same place in their cell every time, and not all the same', () => {
  const places = Array.from({length: 100}, (_, k) => scattered(k));
  assert.deepEqual(places, Array.from({length: 100}, (_, k) => scattered(k)));
  assert.ok(places.every((v) => v >= 0 && v < 1));
  assert.ok(new Set(places).size > 95);
});

test('the outline of a histogram is as high as its box where it is highest', () => {
  assert.equal(outline([0, 4, 2], 30, 22), 'M0 22V22.0H10.0V2.0H20.0V12.0H30.0V22Z');
  assert.equal(outline([0, 0], 10, 22), 'M0 22V22.0H5.0V22.0H10.0V22Z');
});

test('shares and margins have as many digits in every row', () => {
  assert.deepEqual([share(1, 8), share(0, 5), share(0, 0)], ['12.50 %', '0.00 %', '–']);
  assert.deepEqual([signed(-9.471), signed(2), signed(null)], ['−9.47', '2.00', '–']);
});

test('a ramp goes from one colour to the other', () => {
  const ramp = rampOf('#000000', '#ff8000');
  assert.deepEqual([ramp[0], ramp[255], ramp[51]], [[0, 0, 0], [255, 128, 0], [51, 26, 0]]);
  assert.deepEqual(rgbOf('#0a10ff'), [10, 16, 255]);
});

test('the axes of a history have room for the sample, its class and 0', () => {
  const [steps, margins] = rangesOf({margins: [-4, null, -2]}, [[-1, 0, 6], [null, null, null], [0, 2, 8]], [10, 20, 30]);
  assert.deepEqual(steps, [0, 30.6]);
  assert.ok(margins[0] < -4 && margins[0] > -6 && margins[1] > 8 && margins[1] < 10);
  assert.deepEqual([classNameOf([{name: 'cat'}], 0), classNameOf([], 7), classNameOf([], -1)], ['cat', '7', '–']);
});
