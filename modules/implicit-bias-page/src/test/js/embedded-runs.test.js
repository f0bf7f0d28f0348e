import assert from 'node:assert/strict';
import test from 'node:test';
import {gzipSync} from 'node:zlib';

import {EmbeddedRuns, rowsWith} from '../../main/resources/io/github/implicitbias/page/assets/embedded-runs.js';
import {Parts} from '../../main/resources/io/github/implicitbias/page/assets/parts.js';

const packed = (data) => gzipSync(JSON.stringify(data)).toString('base64');
const ROWS = {usual: ['loss'], answer: {generation: 1, ends: ['loss', 'norm'], rows: [{id: 'a', ends: [1, 2]}, {id: 'b'}]},
  runs: {runs: [{id: 'a'}, {id: 'b'}]}, whole: [{id: 'a', prefix: 'r0-'}]};
const OF_A = {index: {steps: [0, 1], of: 2, chunk: 10, layers: []}, answers: {progress: {events: [], eventCount: 0}, run: {name: 'A'}}, series: {}};

test('rows have the numbers asked for, or the usual ones', () => {
  assert.deepEqual(rowsWith(ROWS, []).rows, [{id: 'a', ends: [1]}, {id: 'b', ends: undefined}]);
  assert.deepEqual(rowsWith(ROWS, ['norm', 'gone']).rows[0].ends, [2, null]);
  assert.deepEqual(rowsWith(ROWS, ['norm']).ends, ['norm']);
});

test('a file of several runs answers for each, and says of which it has the row only', async () => {
  const runs = new EmbeddedRuns(new Parts(() => packed(ROWS)), () => new Parts((name) => (OF_A[name] ? packed(OF_A[name]) : null)));
  assert.deepEqual((await runs.answer('runs', [])).runs.map(({id}) => id), ['a', 'b']);
  assert.deepEqual((await runs.answer('rows', [['since', 0], ['end', 'norm']])).rows[0].ends, [2]);
  assert.equal((await runs.answer('run', [['run', 'a']])).name, 'A');
  assert.match(runs.describe({id: 'a'}), /^2 records in this file/);
  await assert.rejects(runs.answer('run', [['run', 'b']]), (e) => e.status === 404);
});
