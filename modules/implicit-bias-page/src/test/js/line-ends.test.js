import assert from 'node:assert/strict';
import test from 'node:test';
import {placesOf} from '../../main/resources/io/github/implicitbias/page/assets/line-ends.js';

const ends = (...places) => places.map((y) => ({y}));

test('names that have room stand where their lines end', () => {
  assert.deepEqual(placesOf(ends(10, 50, 90), 0, 100, 12), [10, 50, 90]);
  assert.deepEqual(placesOf([], 0, 100, 12), []);
});

test('names that would lie on one another move apart, and stay within the plot', () => {
  assert.deepEqual(placesOf(ends(50, 50, 51), 0, 100, 12), [50, 62, 74]);
  assert.deepEqual(placesOf(ends(99, 98, 97), 0, 100, 12), [100, 88, 76]);
  assert.deepEqual(placesOf(ends(-30, 140), 0, 100, 12), [0, 100]);
});

test('where there is no room for all, names are left out, never the one that counts', () => {
  const many = Array.from({length: 30}, (_, k) => ({y: 40 + k / 10, first: k === 17}));
  const places = placesOf(many, 0, 100, 12);
  assert.equal(places[17], 41.7);
  const kept = places.filter((place) => place !== null).sort((a, b) => a - b);
  assert.ok(kept.every((place, k) => k === 0 || place - kept[k - 1] >= 12));
});

test('no two names are nearer than they may be, whatever the lines do', () => {
  let seed = 3;
  const random = () => (seed = (seed * 16807) % 2147483647) / 2147483647;
  for (let k = 0; k < 500; k++) {
    const some = Array.from({length: 1 + Math.floor(20 * random())}, () => ({y: 140 * random() - 20, first: random() < 0.1}));
    const kept = placesOf(some, 0, 100, 12).filter((place) => place !== null).sort((a, b) => a - b);
    assert.ok(kept.length > 0);
    assert.ok(kept.every((place, i) => place >= -1e-9 && place <= 100 + 1e-9 && (i === 0 || place - kept[i - 1] >= 12 - 1e-9)), JSON.stringify(some));
  }
});
