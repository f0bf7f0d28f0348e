import assert from 'node:assert/strict';
import test from 'node:test';
import {areMany, blocksOf, classesOf} from '../../main/resources/io/github/implicitbias/page/assets/classes.js';
import {classShade} from '../../main/resources/io/github/implicitbias/page/assets/format.js';

test('ten classes have ten colours, and more do not pretend to have any', () => {
  assert.equal(new Set(Array.from({length: 10}, (_, c) => classShade(c))).size, 10);
  assert.equal(areMany([0, 1, 9]), false);
  assert.equal(areMany(Array.from({length: 11}, (_, c) => c)), true);
  assert.equal(areMany([3, 12]), true);
  assert.equal(classShade(-1), 'muted');
});

test('classes are those that samples have', () => {
  assert.deepEqual(classesOf({samples: {classes: [2, 0, -1, 2, 10]}}), [0, 2, 10]);
});

test('samples of a class that stand side by side are one block', () => {
  assert.deepEqual(blocksOf([4, 0, 1, 2, 3], [0, 0, 1, 0, 1]), [[1, 0, 1], [0, 1, 3], [1, 3, 4], [0, 4, 5]]);
});
