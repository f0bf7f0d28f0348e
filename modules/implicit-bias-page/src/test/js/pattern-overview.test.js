// The overview of a large pattern, and the frame of the cells that are drawn exactly.

import assert from 'node:assert/strict';
import test from 'node:test';
import {centred, fits, meansOf, moved} from '../../main/resources/io/github/implicitbias/page/assets/pattern-overview.js';

const ALL = {units: 1000, samples: 5000};
const FRAME = {unit: 100, sample: 200, units: 48, samples: 120};

test('small patterns need no overview', () => {
  assert.deepEqual([fits(120, 300), fits(121, 300), fits(120, 301)], [true, false, false]);
});

test('a frame moves as far as the pattern goes', () => {
  assert.deepEqual(moved(FRAME, {unit: 12, sample: -30}, ALL), {...FRAME, unit: 112, sample: 170});
  assert.deepEqual(moved(FRAME, {unit: -1000, sample: 1e6}, ALL), {...FRAME, unit: 0, sample: 4880});
});

test('a frame is sized around its middle, between its least and its largest', () => {
  const smaller = moved(FRAME, {factor: 0.75}, ALL);
  assert.deepEqual(smaller, {unit: 106, sample: 215, units: 36, samples: 90});
  let frame = FRAME;
  for (let k = 0; k < 20; k++) frame = moved(frame, {factor: 0.75}, ALL);
  assert.deepEqual([frame.units, frame.samples], [12, 30]);
  for (let k = 0; k < 20; k++) frame = moved(frame, {factor: 1 / 0.75}, ALL);
  assert.deepEqual([frame.units, frame.samples], [120, 300]);
  assert.deepEqual(moved(FRAME, {}, {units: 8, samples: 500}), {unit: 0, sample: 200, units: 8, samples: 120});
});

test('a frame is put around a place', () => {
  assert.deepEqual(centred(FRAME, 500, 1000, ALL), {...FRAME, unit: 476, sample: 940});
  assert.deepEqual(centred(FRAME, 3, 4999, ALL), {...FRAME, unit: 0, sample: 4880});
});

test('means of blocks are those of the cells in the order shown', () => {
  const [units, samples, stride] = [500, 900, 120];
  const bits = new Uint8Array(units * stride);
  const isOn = (unit, sample) => (unit * 31 + sample * 17) % 7 < 2;
  for (let u = 0; u < units; u++) for (let i = 0; i < samples; i++) if (isOn(u, i)) bits[u * stride + (i >> 3)] |= 1 << (i & 7);
  const rows = Array.from({length: units}, (_, k) => units - 1 - k);
  const columns = Array.from({length: samples}, (_, k) => (k * 7) % samples);
  const found = meansOf({bits, stride}, {rows, columns});
  assert.deepEqual([found.rows, found.columns], [200, 400]);
  for (const [row, column] of [[0, 0], [13, 399], [199, 7], [101, 202]]) {
    let [on, of] = [0, 0];
    rows.forEach((unit, k) => columns.forEach((sample, n) => {
      if (Math.floor((k * 200) / units) !== row || Math.floor((n * 400) / samples) !== column) return;
      of++;
      on += isOn(unit, sample) ? 1 : 0;
    }));
    assert.ok(Math.abs(found.means[row * 400 + column] - on / of) < 1e-12);
  }
  const first = rows.slice(0, 3).map((unit) => columns.filter((sample) => isOn(unit, sample)).length / samples);
  assert.ok(Math.abs(found.profile[0] - (first[0] + first[1] + first[2]) / 3) < 1e-12);
});
