import assert from 'node:assert/strict';
import test from 'node:test';
import {bySimilarity, bytes, markOf, ones, packed, Pattern} from '../../main/resources/io/github/implicitbias/page/assets/raster.js';

/** A pattern of units by samples as the server sends it: bit i of a unit is sample i, in whole words. */
function sent(rows, samples, flips = null) {
  const stride = Math.ceil(samples / 64) * 8;
  const text = (some) => {
    const out = new Uint8Array(rows.length * stride);
    some.forEach((row, unit) => row.forEach((sample) => { out[unit * stride + (sample >> 3)] |= 1 << (sample & 7); }));
    return Buffer.from(out).toString('base64');
  };
  return {layer: 0, units: rows.length, unitsOfLayer: rows.length, samples, bits: text(rows), flips: flips && text(flips)};
}

const ROWS = [[0, 3, 69], [], [1, 2, 63, 64, 69], Array.from({length: 70}, (_, i) => i)];
const FLIPS = [[3], [5], [], [69]];

test('a unit is dead or linear, a channel at any position never linear', () => {
  assert.deepEqual([0, 1, 7].map((on) => markOf(on, 7, false)), ['dead', null, 'linear']);
  assert.deepEqual([0, 1, 7].map((on) => markOf(on, 7, true)), ['dead', null, null]);
});

test('bits are those of the samples', () => {
  const pattern = new Pattern(sent(ROWS, 70), 5);
  assert.equal(pattern.step, 5);
  ROWS.forEach((row, unit) => {
    for (let i = 0; i < 70; i++) assert.equal(pattern.isOn(unit, i), row.includes(i), unit + ', ' + i);
  });
});

test('a state tells on and off, and whether it is so since this step', () => {
  const pattern = new Pattern(sent(ROWS, 70, FLIPS), 5);
  assert.equal(pattern.state(0, 0), 1);
  assert.equal(pattern.state(0, 1), 0);
  assert.equal(pattern.state(0, 3), 3);
  assert.equal(pattern.state(1, 5), 2);
});

test('few flips are sent as the numbers of their bits', () => {
  const found = sent(ROWS, 70);
  const stride = 16;
  const pattern = new Pattern({...found, flips: [3, 8 * stride + 5]}, 0);
  assert.equal(pattern.state(0, 3), 3);
  assert.equal(pattern.state(1, 5), 2);
  assert.equal(ones(pattern.flips), 2);
});

test('a pattern without one before it has no flips', () => {
  assert.equal(new Pattern(sent(ROWS, 70), 0).flips, null);
});

test('samples per unit and units per sample are counted', () => {
  const pattern = new Pattern(sent(ROWS, 70), 0);
  assert.deepEqual(pattern.support(), ROWS.map((row) => row.length));
  assert.deepEqual(pattern.perSample(), Array.from({length: 70}, (_, i) => ROWS.filter((row) => row.includes(i)).length));
});

test('a thousand units are counted per sample, too', () => {
  const rows = Array.from({length: 1000}, (_, unit) => Array.from({length: 100}, (_, i) => i).filter((i) => (unit * 31 + i * 17) % 7 < 3));
  assert.deepEqual(new Pattern(sent(rows, 100), 0).perSample(),
    Array.from({length: 100}, (_, i) => rows.filter((row) => row.includes(i)).length));
});

test('pixels have the colours of the states of their samples', () => {
  const pattern = new Pattern(sent(ROWS, 70, FLIPS), 0);
  const pixels = new Uint32Array(6);
  pattern.paint(0, [0, 0, 1, 3, 69], [10, 11, 12, 13], pixels, 1);
  assert.deepEqual([...pixels], [0, 11, 11, 10, 13, 11]);
});

test('rows and columns are the same bits as numbers', () => {
  const pattern = new Pattern(sent(ROWS, 70), 0);
  const rows = pattern.rows();
  const columns = pattern.columns();
  for (let unit = 0; unit < 4; unit++) {
    for (let i = 0; i < 70; i++) {
      assert.equal(rows[unit][i >> 5] >>> (i & 31) & 1, Number(pattern.isOn(unit, i)));
      assert.equal(columns[i][unit >> 5] >>> (unit & 31) & 1, Number(pattern.isOn(unit, i)));
    }
  }
});

test('an order by similarity begins with the fewest bits and goes on to the most alike', () => {
  const of = (...numbers) => numbers.map((n) => Uint32Array.of(n));
  assert.deepEqual(bySimilarity(of(0b1111, 0b0000, 0b0011, 0b0111)), [1, 2, 3, 0]);
  assert.deepEqual(bySimilarity([]), []);
});

test('an order by similarity holds every row once, also of very many', () => {
  for (const n of [100, 2000]) {
    const order = bySimilarity(Array.from({length: n}, (_, k) => Uint32Array.of((k * 2654435761) >>> 0)));
    assert.deepEqual([...order].sort((a, b) => a - b), Array.from({length: n}, (_, k) => k));
  }
});

test('bytes that are unpacked already stay as they are', () => {
  const some = Uint8Array.of(1, 255);
  assert.equal(bytes(some), some);
  assert.deepEqual([...bytes(Buffer.from(some).toString('base64'))], [1, 255]);
  assert.equal(ones(some), 9);
});

test('a colour is a number whose bytes lie as a canvas has them', () => {
  assert.deepEqual([...new Uint8Array(Uint32Array.of(packed('#12abff')).buffer)], [0x12, 0xab, 0xff, 255]);
});
