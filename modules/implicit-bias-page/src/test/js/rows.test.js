import assert from 'node:assert/strict';
import test from 'node:test';

import {bySettings, filterOf, isWide, lineOf, median, medianLine, merged, Rows, settingsOf, sorted, stepsOf, valueOf} from '../../main/resources/io/github/implicitbias/page/assets/rows.js';

const answer = (rows, more = {}) => ({generation: 1, next: rows.length, now: 0, unread: 0, more: false,
  settings: ['learning rate', 'updater', 'seed', 'width'], ends: ['loss', 'testAccuracy'], columns: [], rows, ...more});

const row = (k, rate, updater, seed, loss, more = {}) => ({id: 'id' + k, session: 's', worker: 'w', name: 'run ' + k, startedAt: k, level: 'good', headline: 'Fits.',
  firstStep: 0, lastStep: 100, verdicts: [1, 2, 0, 3], loss: '00__', lossRange: [0.01, 1],
  settings: [rate, updater, seed, '50'], ends: [loss, 0.5], ...more});

const taken = (...rows) => {
  const all = new Rows();
  all.take(answer(rows));
  return all;
};

const FOUR = () => taken(row(1, '0.1', 'Sgd', '1', 0.5), row(2, '1', 'Sgd', '1', 0.1), row(3, '0.1', 'Adam', '2', 0.3, {level: 'problem', ends: ['NaN', null]}), row(4, '1', 'Sgd', '2', 0.3));

test('a line is read as it was written', () => {
  assert.deepEqual(lineOf('00--__!!', [0.01, 1]), [0.01, null, 1, null]);
  assert.deepEqual(lineOf('00', [2, 2]), [2]);
  assert.deepEqual(lineOf(''), []);
  assert.deepEqual(stepsOf({firstStep: 10, lastStep: 20, line: [1, 2, 3]}), [10, 15, 20]);
});

test('answers bring what is new, another generation begins from nothing', () => {
  const all = FOUR();
  assert.deepEqual(all.all.map(({id}) => id), ['id4', 'id3', 'id2', 'id1']);
  assert.equal(all.take(answer([])), false);
  assert.equal(all.take(answer([row(1, '0.1', 'Sgd', '1', 0.25)])), true);
  assert.equal(all.byId.get('id1').ends.loss, 0.25);
  assert.equal(all.all.length, 4);
  all.take(answer([row(9, '2', 'Sgd', '1', 1)], {generation: 2}));
  assert.deepEqual(all.all.map(({id}) => id), ['id9']);
});

test('values are numbers where they are, and none where there is none', () => {
  const {byId} = FOUR();
  assert.equal(valueOf(byId.get('id1'), 's:learning rate'), 0.1);
  assert.equal(valueOf(byId.get('id1'), 's:updater'), 'Sgd');
  assert.equal(valueOf(byId.get('id1'), 's:nothing'), null);
  assert.equal(valueOf(byId.get('id1'), 'e:loss'), 0.5);
  assert.ok(Number.isNaN(valueOf(byId.get('id3'), 'e:loss')));
  assert.equal(valueOf(byId.get('id3'), 'e:testAccuracy'), null);
  assert.equal(valueOf(byId.get('id1'), 'holds'), 5);
  assert.equal(valueOf(byId.get('id1'), 'violated'), 0);
  assert.equal(valueOf(byId.get('id3'), 'level'), 0);
});

test('sorted in both directions, what is not a number comes last', () => {
  const {all} = FOUR();
  assert.deepEqual(sorted(all, 'e:loss', 1).map(({id}) => id), ['id2', 'id4', 'id1', 'id3']);
  assert.deepEqual(sorted(all, 'e:loss', -1).map(({id}) => id), ['id1', 'id4', 'id2', 'id3']);
  assert.deepEqual(sorted(all, 'title', 1).map(({id}) => id), ['id1', 'id2', 'id3', 'id4']);
});

test('settings that differ are told from those that are the same', () => {
  const {all, settings} = FOUR();
  const {varying, constant} = settingsOf(all, settings);
  assert.deepEqual(varying.map(({name}) => name), ['learning rate', 'updater', 'seed']);
  assert.deepEqual(constant.map(({name, values}) => [name, ...values]), [['width', 50]]);
  assert.deepEqual(varying[0].values, [0.1, 1]);
  assert.equal(varying[1].numbers, false);
  const some = taken(row(1, '0.1', 'Sgd', '1', 1), row(2, '0.1', null, '1', 1));
  assert.deepEqual(settingsOf(some.all, some.settings).varying.map(({name}) => name), ['updater']);
});

test('a filter has words and conditions, by any part of a name', () => {
  const {all} = FOUR();
  const keys = ['s:learning rate', 's:updater', 's:seed', 'e:loss', 'e:testAccuracy'];
  const found = (text) => all.filter(filterOf(text, keys)).map(({id}) => id);
  assert.deepEqual(found(''), ['id4', 'id3', 'id2', 'id1']);
  assert.deepEqual(found('rate<1'), ['id3', 'id1']);
  assert.deepEqual(found('rate>=1 loss<0.2'), ['id2']);
  assert.deepEqual(found('updater=adam'), ['id3']);
  assert.deepEqual(found('loss>0'), ['id4', 'id2', 'id1'], 'what is not a number fits no condition');
  assert.deepEqual(found('run sgd'), ['id4', 'id2', 'id1']);
  assert.deepEqual(found('RUN 3'), ['id3']);
  assert.deepEqual(found('nothing<3'), []);
});

test('the median, and what spans decades', () => {
  assert.equal(median([3, 1, null, NaN, 2]), 2);
  assert.equal(median([1, 2]), 1.5);
  assert.equal(median([null]), null);
  assert.ok(isWide([0.01, 1]));
  assert.ok(!isWide([1, 2]) && !isWide([0, 1000]) && !isWide([5]));
});

test('runs that differ in the seed alone are one', () => {
  const {all, settings} = FOUR();
  const {varying} = settingsOf(all, settings);
  const groups = bySettings(all, varying);
  assert.deepEqual(groups.map((rows) => rows.map(({id}) => id)), [['id4', 'id2'], ['id3'], ['id1']]);
  const one = merged(groups[0], varying);
  assert.equal(one.ends.loss, 0.2);
  assert.deepEqual(one.ranges.loss, [0.1, 0.3]);
  assert.equal(one.settings.seed, null);
  assert.equal(one.settings['learning rate'], '1');
  assert.equal(merged([all[0], all[1]], varying).level, 'problem');
});

test('the median of lines is at the steps of the longest', () => {
  const line = (lastStep, ...values) => ({firstStep: 0, lastStep, line: values});
  assert.deepEqual(medianLine([line(20, 1, 2, 3), line(10, 3, 4, 5)]), {firstStep: 0, lastStep: 20, line: [2, 3.5, 3]});
  assert.deepEqual(medianLine([]).line, []);
});

test('a line that is lost counts as the greatest', () => {
  const line = (...values) => ({firstStep: 0, lastStep: 20, line: values});
  assert.deepEqual(medianLine([line(1, 1, 1), line(2, null, null), line(3, 3, null)]).line, [2, 3, null]);
});
