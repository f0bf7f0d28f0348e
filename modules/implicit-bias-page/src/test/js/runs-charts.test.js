import assert from 'node:assert/strict';
import test from 'node:test';

import {axisOf, pathOf} from '../../main/resources/io/github/implicitbias/page/assets/frame.js';
import {setting} from '../../main/resources/io/github/implicitbias/page/assets/rows.js';
import {bestOf, worstOf} from '../../main/resources/io/github/implicitbias/page/assets/runs-lead.js';
import {cellsOf, placeIn, placesOf} from '../../main/resources/io/github/implicitbias/page/assets/runs-phase.js';
import {scatterOf} from '../../main/resources/io/github/implicitbias/page/assets/runs-scatter.js';

const RATES = [0.01, 0.1, 1];
const row = (rate, width, seed, loss, level = 'good') => ({id: [rate, width, seed].join(), level, ends: {loss}, settings: {rate: String(rate), width: String(width), seed: String(seed)}});
const ROWS = RATES.flatMap((rate) => [50, 200].flatMap((width) => [1, 2, 3].map((seed) =>
  row(rate, width, seed, rate === 1 && seed > 1 ? NaN : rate * width + seed, rate === 1 ? 'problem' : 'good'))));
const of = (name) => setting(ROWS, name);

test('an axis is linear, logarithmic, or has a place per word', () => {
  const log = axisOf([0.01, 1], {log: true, from: 0, to: 200, shown: [0.01, 0.1, 1]});
  assert.ok(Math.abs(log.at(0.1) - 100) < 1e-9);
  assert.deepEqual(log.labels.map(([, text]) => text), ['0.01', '0.1', '1']);
  assert.ok(log.at(0.01) > 0 && log.at(1) < 200);
  const words = axisOf(['Adam', 'Sgd'], {words: true, from: 0, to: 100});
  assert.ok(words.at('Adam') < words.at('Sgd'));
  const one = axisOf([5], {from: 0, to: 100});
  assert.ok(Number.isFinite(one.at(5)) && one.labels.length > 1, 'one value has an axis, too');
  assert.equal(pathOf([[0, 0], [1, 1], null, [2, 2]]), 'M0.0 0.0L1.0 1.0M2.0 2.0');
});

test('a scatter has the runs with a value, and of each line least, median and greatest', () => {
  const {rows, lines} = scatterOf(ROWS, of('rate'), 'e:loss', of('width'));
  assert.equal(rows.length, 14);
  assert.deepEqual(lines.map(({value}) => value), [50, 200]);
  assert.deepEqual(lines[0].places, [[0.01, 1.5, 2.5, 3.5], [0.1, 6, 7, 8], [1, 51, 51, 51]]);
  assert.deepEqual(scatterOf(ROWS, of('rate'), 'e:loss', null).lines.map(({value}) => value), [null]);
  assert.equal(scatterOf(ROWS, of('rate'), 'e:nothing', null).lines.length, 0);
});

test('a cell is the median of its runs, and says where most have a problem', () => {
  const places = [placesOf(of('rate')), placesOf(of('width'))];
  const cells = cellsOf(ROWS, of('rate'), of('width'), 'e:loss', places);
  assert.equal(cells.length, 6);
  assert.deepEqual(cells.map(({column, row: line, rows, value, lost}) => [column, line, rows.length, value, lost]).slice(0, 3),
    [[0, 0, 3, 2.5, false], [1, 0, 3, 7, false], [2, 0, 3, 51, true]]);
  const only = cellsOf(ROWS.filter(({settings}) => settings.seed === '2'), of('rate'), of('width'), 'e:loss', places);
  assert.equal(only[2].value, null);
});

test('of very many values some share a place', () => {
  const many = setting(Array.from({length: 100}, (_, k) => ({settings: {x: String(k)}})), 'x');
  const places = placesOf(many);
  assert.ok(places.length <= 24);
  for (let k = 0; k < 100; k++) assert.equal(places.filter(({has}) => has(k)).length, 1, k + ' has one place');
});

test('colours are logarithmic where values span decades', () => {
  const wide = placeIn([0.01, 0.1, 1]);
  assert.ok(wide.log && Math.abs(wide.at(0.1) - 0.5) < 1e-9);
  assert.equal(placeIn([0, 2]).at(1), 0.5);
  assert.equal(placeIn([3, 3]).at(3), 0.5);
});

test('the best choice is that of the best median, the worst setting that with most problems', () => {
  const varying = ['rate', 'width', 'seed'].map(of);
  assert.equal(bestOf(ROWS, varying, 'loss').value, 2.5);
  assert.equal(bestOf(ROWS, varying, 'nothing'), null);
  assert.deepEqual(worstOf(ROWS, varying), {name: 'rate', value: '1', bad: 6, of: 6});
  assert.equal(worstOf(ROWS.filter(({level}) => level === 'good'), varying), null);
});
