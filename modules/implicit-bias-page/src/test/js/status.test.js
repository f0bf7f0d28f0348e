import assert from 'node:assert/strict';
import test from 'node:test';
import {BEGINNING} from '../../main/resources/io/github/implicitbias/page/assets/state.js';
import {age, gapsAsText, oddNumbersAsText, statisticsAsText, statusOf} from '../../main/resources/io/github/implicitbias/page/assets/status.js';

const gaps = (list, more = {}) => gapsAsText({gaps: list, gapCount: list.length, endLost: false, lastStep: 900, ...more});

test('a time is told in the largest unit of which there are two', () => {
  assert.deepEqual([0, 1600, 119000, 120000, 7199000, 7200000, 172799000, 172800000].map(age),
    ['0 s', '2 s', '119 s', '2 min', '120 min', '2 h', '48 h', '2 days']);
});

test('where nothing was lost there is nothing to say', () => {
  assert.equal(gaps([]), '');
});

test('stretches that were lost are told, the first five of many', () => {
  assert.match(gaps([[-1, 4], [10, 1200]]), /: before step 4, between steps 10 and 1,200\. /);
  assert.match(gaps([[1, 3], [4, 6], [7, 9], [10, 12], [13, 15]], {gapCount: 8}), /13 and 15 and 3 more gaps\. /);
});

test('which network the numbers are of is said where there are two', () => {
  assert.equal(statisticsAsText({statistics: 'running: of averages'}), 'Statistics: running: of averages.');
  assert.equal(statisticsAsText({route: 'in place'}), '');
  assert.equal(statisticsAsText(undefined), '');
});

test('the end of a run can be lost, too', () => {
  assert.match(gaps([], {gapCount: 1, endLost: true}), /: after step 900\. /);
  assert.match(gaps([[1, 3]], {gapCount: 2, endLost: true}), /: between steps 1 and 3, after step 900\. /);
});

test('a status has a kind and words', () => {
  const state = (more) => ({...BEGINNING, seenAt: 0, progress: {records: 1, unread: 0, blocks: 4, now: 0, updatedAt: 0, ...more}});
  assert.deepEqual(statusOf(state(), 100), ['live', 'Live, 1 record']);
  assert.deepEqual(statusOf(state({records: 2000}), 30000), ['stale', '2,000 records, none new for 30 s']);
  assert.deepEqual(statusOf({...state({now: 400000}), seenAt: null}, 9), ['recorded', '1 record, recorded 7 min ago']);
  assert.deepEqual(statusOf(state({records: 0}), 9), ['loading', 'Waiting for the first record']);
  assert.deepEqual(statusOf(state({unread: 3}), 9), ['loading', 'Reading the run: 25 %']);
});

test('numbers that are not finite are told as long as they are, and afterwards that they were', () => {
  const detail = 'the loss is not finite since step 12, first in layer layer0';
  const began = {kind: 'notFinite', step: 12, layer: 0, detail};
  const ended = {kind: 'finiteAgain', step: 1500, layer: null, detail: 'all numbers are finite again'};
  assert.equal(oddNumbersAsText([{kind: 'unitDied', step: 3}]), '');
  assert.match(oddNumbersAsText([began]), /^Numbers of this run are not finite: the loss is not finite since step 12, first in layer layer0\. /);
  assert.match(oddNumbersAsText([began, ended]), /were not finite between steps 12 and 1,500: the loss /);
  assert.match(oddNumbersAsText([began, ended, {...began, step: 1600}]), /are not finite/);
});
