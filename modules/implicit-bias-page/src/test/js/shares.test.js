// Shares and rates as bytes, and what is drawn of them.

import assert from 'node:assert/strict';
import test from 'node:test';
import {hasMaps, mapsOf, someOf} from '../../main/resources/io/github/implicitbias/page/assets/channel-maps.js';
import {chainOf} from '../../main/resources/io/github/implicitbias/page/assets/panel-network.js';
import {shapeOf} from '../../main/resources/io/github/implicitbias/page/assets/layer-row.js';
import {
  bucketOf, columnsOf, epochOf, gravityOf, inOrder, medianOf, quantilesOf, rateOf, rowsOfLayers, shareCode, sharesOfPattern, together,
} from '../../main/resources/io/github/implicitbias/page/assets/shares.js';

test('only a unit that is on for none is 0, only one that is on for all is 255', () => {
  assert.equal(shareCode(0, 60000, false), 0);
  assert.equal(shareCode(1, 60000, false), 1);
  assert.equal(shareCode(59999, 60000, false), 254);
  assert.equal(shareCode(60000, 60000, false), 255);
  assert.equal(shareCode(60000, 60000, true), 254);
  assert.equal(shareCode(30000, 60000, false), 128);
});

test('a pattern becomes a byte per unit, or quantiles', () => {
  const bits = new Uint8Array(3 * 8);
  bits.set([255, 3], 8); // the second unit: 10 of 10 samples
  bits[16] = 1;
  const found = sharesOfPattern({bits, units: 3, samples: 10}, {grouped: false, quantiles: false});
  assert.deepEqual({...found, on: [...found.on]}, {units: 3, on: [0, 255, 26], dead: 1, linear: 1, atLeast: false, channels: false});
  const grouped = sharesOfPattern({bits, units: 3, samples: 10}, {grouped: true, quantiles: true});
  assert.equal(grouped.linear, null);
  assert.deepEqual([grouped.on[0], grouped.on[128], grouped.on[255], grouped.on.length], [0, 26, 254, 256]);
});

test('quantiles are evenly spread among the bytes in order', () => {
  const bytes = Uint8Array.from({length: 1000}, (_, k) => (k * 7919) % 251);
  const sorted = [...bytes].sort((a, b) => a - b);
  const found = quantilesOf(bytes);
  assert.equal(found[0], sorted[1]);
  assert.equal(found[255], sorted[998]);
  assert.equal(found[128], sorted[501]);
});

test('units are in the order of their shares, equal ones by their numbers', () => {
  const {units, bytes} = inOrder([9, 0, 255, 0]);
  assert.deepEqual(units, [1, 3, 0, 2]);
  assert.deepEqual([...bytes], [0, 0, 9, 255]);
  assert.equal(medianOf(bytes), 9 / 255);
});

test('a column of the strip is dead or linear only if all of its units are', () => {
  assert.deepEqual(columnsOf([0, 0, 0, 100, 200, 255, 255, 255], 4), ['dead', 50, 227.5, 'linear']);
  assert.deepEqual(columnsOf([0, 255], 4), ['dead', 'dead', 'linear', 'linear']);
});

test('rates are logarithmic between their ends, 0 is 0, and 255 is not known', () => {
  const scale = {low: 1e-5, high: 1e-2};
  assert.equal(rateOf(0, scale), 0);
  assert.equal(rateOf(255, scale), null);
  assert.ok(Math.abs(rateOf(1, scale) - 1e-5) < 1e-12);
  assert.ok(Math.abs(rateOf(254, scale) - 1e-2) < 1e-9);
});

test('a step is in the epoch that has it, or in the last that has ended', () => {
  const epochs = {lastStep: [9, 19]};
  assert.deepEqual([0, 9, 10, 19, 25].map((step) => epochOf(epochs, step)), [0, 0, 1, 1, 1]);
  assert.equal(epochOf({lastStep: []}, 3), -1);
});

test('a step is in the bucket that begins at it or before it', () => {
  const edges = [0, 4, 8, 10];
  assert.deepEqual([-1, 0, 3, 4, 8, 10, 11].map((step) => bucketOf(edges, step)), [-1, 0, 0, 1, 2, 2, -1]);
  assert.equal(bucketOf([0], 0), -1);
});

test('dead units matter from a twentieth of a layer on', () => {
  assert.deepEqual([0, 4, 5, 49, 50].map((dead) => gravityOf(dead, 100)), [null, 'information', 'attention', 'attention', 'problem']);
});

test('above 60 layers those that are alike fold, unless they are unfolded', () => {
  const layers = Array.from({length: 70}, (_, k) => ({units: k === 3 ? 8 : 4, kind: 'dense', activation: 'relu'}));
  assert.equal(rowsOfLayers(layers.slice(0, 60)).length, 60);
  const rows = rowsOfLayers(layers);
  assert.deepEqual(rows.map((row) => row.length), [3, 1, 66]);
  assert.deepEqual(rows[2].slice(0, 2), [4, 5]);
  assert.equal(rowsOfLayers(layers, new Set([4])).length, 68);
});

test('several layers together have all of their units', () => {
  const one = {units: 2, dead: 1, linear: null, atLeast: false, channels: false, on: Uint8Array.of(0, 9)};
  assert.deepEqual(together([one, null, {...one, linear: 0, dead: 0, atLeast: true, on: Uint8Array.of(3, 4)}]),
    {units: 4, dead: 1, linear: null, atLeast: true, channels: false, on: Uint8Array.of(0, 9, 3, 4)});
  assert.equal(together([null]), null);
});

test('layers are called by their sizes', () => {
  assert.equal(shapeOf({inputs: 784, outputs: 1000}), '784 → 1,000');
  assert.equal(shapeOf({inputs: 16, outputs: 32, kernel: '3 × 3', shape: [32, 10, 10]}), '16 → 32 channels of 10 × 10');
  assert.equal(shapeOf({shape: [5, 7]}), '5 × 7');
  const dense = (inputs, outputs) => ({kind: 'dense', inputs, outputs});
  assert.equal(chainOf([dense(784, 64), dense(64, 64), dense(64, 10)]), '784 inputs → 2 × 64 → 10');
  assert.equal(chainOf([{inputs: 1, outputs: 16, kernel: '5 × 5'}, {kernel: '2 × 2'}, dense(100, 10)]), '16 channels → 10');
  assert.equal(chainOf([]), '');
});

test('channels have a map each, from the one that is on least to the one that is on most', () => {
  const layer = {axes: 'channel,row,column', shape: [3, 1, 2], grouped: false, quantiles: false};
  assert.deepEqual([hasMaps(layer), hasMaps({...layer, grouped: true}), hasMaps({...layer, axes: 'unit,time'}), hasMaps({})], [true, false, false, false]);
  const maps = mapsOf(Uint8Array.of(255, 0, 0, 0, 51, 0), layer.shape);
  assert.deepEqual(maps.map(({channel, mean, cells}) => [channel, mean, [...cells]]), [[1, 0, [0, 0]], [2, 0.1, [51, 0]], [0, 0.5, [255, 0]]]);
  assert.equal(mapsOf(new Uint8Array(5), layer.shape).length, 2);
  assert.deepEqual(someOf([1, 2, 3, 4, 5, 6, 7], 3), [1, 4, 7]);
  assert.deepEqual(someOf([1, 2], 3), [1, 2]);
});
