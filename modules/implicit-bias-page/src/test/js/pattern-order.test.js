import assert from 'node:assert/strict';
import test from 'node:test';
import {Cells, layoutOf} from '../../main/resources/io/github/implicitbias/page/assets/cells.js';
import {ranked} from '../../main/resources/io/github/implicitbias/page/assets/notion.js';
import {PatternOrder} from '../../main/resources/io/github/implicitbias/page/assets/pattern-order.js';
import {Pattern} from '../../main/resources/io/github/implicitbias/page/assets/raster.js';

/** Three units by four samples. */
function pattern(bytes, step = 0) {
  const bits = new Uint8Array(24);
  bytes.forEach((byte, unit) => { bits[8 * unit] = byte; });
  return new Pattern({units: 3, samples: 4, bits, flips: null}, step);
}

const FIRST = pattern([0b0111, 0b0000, 0b1111], 5);
const CLASSES = [1, 0, 1, 0];
const of = (order, samples, units, shown = FIRST) => order.of(shown, {samples, units}, CLASSES);

test('units and samples are in the order that is chosen', () => {
  const order = new PatternOrder();
  assert.deepEqual(of(order, 'data', 'index'), {rows: [0, 1, 2], columns: [0, 1, 2, 3], support: [3, 0, 4]});
  assert.deepEqual(of(order, 'class', 'support').columns, [1, 3, 0, 2]);
  assert.deepEqual(of(order, 'class', 'support').rows, [2, 0, 1]);
});

test('an order by similarity stays as it was found, until it is forgotten', () => {
  const order = new PatternOrder();
  assert.equal(order.step, undefined);
  const {rows} = of(order, 'data', 'similar');
  assert.deepEqual(rows, [1, 0, 2]);
  assert.equal(order.step, 5);
  const other = pattern([0b0000, 0b1111, 0b0001], 9);
  assert.deepEqual(of(order, 'data', 'similar', other).rows, rows);
  order.forget();
  assert.deepEqual(of(order, 'data', 'similar', other).rows, [0, 2, 1]);
  assert.equal(order.step, 9);
});

test('an order by similarity can be that of another step', () => {
  const order = new PatternOrder();
  order.takeFrom(pattern([0b0000, 0b1111, 0b0001], 2));
  assert.deepEqual(of(order, 'data', 'similar').rows, [0, 2, 1]);
  assert.equal(order.step, 2);
});

test('an order of another number of units is found anew', () => {
  const order = new PatternOrder();
  of(order, 'data', 'similar');
  const more = new Pattern({units: 4, samples: 4, bits: new Uint8Array(32), flips: null}, 7);
  assert.deepEqual(of(order, 'data', 'similar', more).rows, [0, 1, 2, 3]);
});

const ROOM = {strip: true, wide: 1000, large: false, dpr: 1};

test('cells fill the width, side by side, also where they are less than whole pixels', () => {
  for (const samples of [3, 7, 100, 333, 5000]) {
    const {x, left, right, cellW} = layoutOf({units: 10, samples}, ROOM);
    assert.equal(x(0), left);
    assert.equal(x(samples), right);
    for (let k = 0; k < samples; k++) assert.ok(Math.abs(x(k + 1) - x(k) - cellW) <= 1, samples + ': ' + k);
  }
});

test('a cell is never less than a pixel, nor a picture of few units huge', () => {
  assert.equal(layoutOf({units: 5000, samples: 5000}, ROOM).cellH, 1);
  assert.equal(layoutOf({units: 5000, samples: 5000}, ROOM).cellW, 1);
  assert.deepEqual([layoutOf({units: 1, samples: 1}, ROOM).cellW, layoutOf({units: 1, samples: 1}, ROOM).cellH], [60, 26]);
  assert.equal(layoutOf({units: 1, samples: 1}, {...ROOM, strip: false}).top, 0);
});

test('what lies under the pointer is the unit of its row and the sample of its column', () => {
  const cells = new Cells({getBoundingClientRect: () => ({left: 100, top: 200})}, {});
  assert.equal(cells.at({clientX: 100, clientY: 200}), null);
  cells.layout = {...layoutOf({units: 3, samples: 4}, ROOM), rows: [2, 0, 1], columns: [3, 1, 0, 2]};
  const {left, top, cellW, cellH} = cells.layout;
  const at = (column, row) => cells.at({clientX: 100 + left + (column + 0.5) * cellW, clientY: 200 + top + (row + 0.5) * cellH});
  assert.deepEqual(at(0, 0), {unit: 2, sample: 3});
  assert.deepEqual(at(3, 2), {unit: 1, sample: 2});
  assert.deepEqual(at(-0.9, 1), {unit: 0, sample: null}, 'the number of a unit');
  assert.deepEqual(at(4, 1), {unit: 0, sample: null}, 'its bar');
  assert.deepEqual(cells.at({clientX: 100 + left + cellW / 2, clientY: 201}), {unit: null, sample: 3}, 'the strip of classes');
});

test('samples are ranked by magnitude, what is no number is left out', () => {
  assert.deepEqual(ranked([[0, 0.5], [1, -2], [2, 'NaN'], [3, null], [4, 0.5], [5, 1]]), [[1, -2], [5, 1], [0, 0.5], [4, 0.5]]);
  assert.equal(ranked(Array.from({length: 50}, (_, k) => [k, k])).length, 12);
});
