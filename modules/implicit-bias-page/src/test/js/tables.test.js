import assert from 'node:assert/strict';
import test from 'node:test';
import {eventFacts, EventsPanel, ValuesPanel} from '../../main/resources/io/github/implicitbias/page/assets/tables.js';
import {RUN} from './fixtures.js';

const event = (kind, more = {}) =>
  ({step: 3, kind, layer: null, unit: null, sample: null, detail: '', prediction: null, measured: null, bound: null, ...more});
const tableOf = (panel, page) => panel.prototype.table.call({page});

test('an event tells where it was', () => {
  assert.deepEqual(eventFacts(event('unitDied', {layer: 1, unit: 0, detail: 'for good'}), RUN), {where: 'a [b], unit 0', detail: 'for good'});
  assert.deepEqual(eventFacts(event('observationFailed', {sample: 7}), RUN), {where: 'sample 7', detail: ''});
  assert.equal(eventFacts(event('unitDied', {layer: 5}), RUN).where, 'layer 5', 'of a layer that was left out');
});

test('an event of a prediction tells which, and its numbers', () => {
  assert.deepEqual(eventFacts(event('predictionViolated', {prediction: 1, measured: 0.5, bound: 0, detail: 'es fällt'}), RUN),
    {where: 'margin grows', detail: 'es fällt · measured 0.5, bound 0'});
});

test('the table of events has names, not indices', () => {
  const {columns, rows} = tableOf(EventsPanel, {run: RUN, events: [event('unitDied', {layer: 0, unit: 2}), event('predictionReached', {prediction: 0, measured: 1})]});
  const told = rows.map((row) => Object.fromEntries(columns.map((name, k) => [name, row[k]])));
  assert.deepEqual(told[0], {step: 3, kind: 'unitDied', layer: 'layer0', unit: 2, sample: null, prediction: null, measured: null, bound: null, detail: ''});
  assert.deepEqual([told[1].layer, told[1].prediction, told[1].measured], [null, 'jury', 1]);
});

test('the table of values has every column by its name, with what it is', () => {
  const {columns, rows} = tableOf(ValuesPanel, {run: RUN, record: {values: {c6: 2, p1: 'NaN'}}});
  assert.deepEqual(columns, ['name', 'kind', 'id', 'layer', 'value']);
  assert.equal(rows.length, RUN.columns.length);
  assert.deepEqual(rows.find(([name]) => name === 'c6'), ['c6', 'metric', 'stableRank', 'a [b]', 2]);
  assert.deepEqual(rows.find(([name]) => name === 'p1'), ['p1', 'measured', 'jury', null, 'NaN']);
  assert.deepEqual(rows.find(([name]) => name === 'jury.bound'), ['jury.bound', 'metric', 'jury.bound', null, null]);
});
