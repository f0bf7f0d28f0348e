// Pixels of samples as a canvas takes them.

import assert from 'node:assert/strict';
import test from 'node:test';

import {rgba} from '../../main/resources/io/github/implicitbias/page/assets/small-picture.js';

test('a grey picture has three equal colours and is opaque', () => {
  const shown = rgba(new Uint8Array([0, 7, 255, 128, 1, 2]), [2, 3, 1]);
  assert.deepEqual([...shown.slice(4, 12)], [7, 7, 7, 255, 255, 255, 255, 255]);
  assert.equal(shown.length, 24);
});

test('a colour picture is told channel by channel', () => {
  const shown = rgba(new Uint8Array([10, 11, 20, 21, 30, 31]), [1, 2, 3]);
  assert.deepEqual([...shown], [10, 20, 30, 255, 11, 21, 31, 255]);
});
