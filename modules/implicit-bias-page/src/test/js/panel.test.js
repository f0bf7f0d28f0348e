import assert from 'node:assert/strict';
import test from 'node:test';
import {chartTable, Foreseen, Latest} from '../../main/resources/io/github/implicitbias/page/assets/panel.js';

const chart = (found) => ({series: Object.keys(found).map((name) => ({name})), found});

test('one chart is a table with a column per series', () => {
  assert.deepEqual(chartTable('loss', [{title: 'Loss', chart: chart({loss: {steps: [0, 1], values: [2, 'NaN']}, score: {steps: [1], values: [3]}})}]),
    {name: 'loss', columns: ['step', 'loss', 'score'], rows: [[0, 2, null], [1, null, 3]]});
});

test('several charts are one below the other', () => {
  const one = chart({a: {steps: [0], values: [1]}});
  const two = chart({b: {steps: [5], values: [6]}});
  assert.deepEqual(chartTable('norms', [{title: 'One', chart: one}, {title: 'Two', chart: two}]),
    {name: 'norms', columns: ['chart', 'series', 'step', 'value'], rows: [['One', 'a', 0, 1], ['Two', 'b', 5, 6]]});
});

test('an answer foreseen is taken once, and only by who asks for the same', async () => {
  const foreseen = new Foreseen();
  let asked = 0;
  const question = (value) => async () => {
    asked++;
    return value;
  };
  foreseen.ask(7, question('seven'));
  assert.equal(await foreseen.take(7, question('again')), 'seven');
  assert.equal(await foreseen.take(7, question('again')), 'again');
  foreseen.ask(7, question('seven'));
  assert.equal(await foreseen.take(8, question('eight')), 'eight');
  assert.equal(asked, 4);
});

test('an answer foreseen that fails is told to who takes it and to nobody else', async () => {
  const foreseen = new Foreseen();
  foreseen.ask(1, async () => { throw new Error('gone'); });
  await new Promise((done) => setTimeout(done, 5)); // an unhandled rejection would end the test
  await assert.rejects(foreseen.take(1, null), /gone/);
});

test('of what is asked for meanwhile only the last is done', async () => {
  const done = [];
  let go;
  const latest = new Latest(async (wish) => {
    done.push(wish);
    await new Promise((resolve) => { go = resolve; });
  });
  const all = latest.ask(1);
  latest.ask(2);
  latest.ask(3);
  assert.equal(latest.busy, true);
  go();
  await new Promise((resolve) => setTimeout(resolve));
  go();
  await all;
  assert.deepEqual(done, [1, 3]);
  assert.equal(latest.busy, false);
});

test('a failure counts only if nothing else was asked for meanwhile', async () => {
  const latest = new Latest(async (wish) => {
    await null;
    if (wish === 'bad') throw new Error('no');
  });
  const first = latest.ask('bad');
  latest.ask('good');
  await first;
  await assert.rejects(latest.ask('bad'), /no/);
  assert.equal(latest.busy, false);
});
