import assert from 'node:assert/strict';
import test from 'node:test';
import {keyedById, Columns, titleOf} from '../../main/resources/io/github/implicitbias/page/assets/columns.js';
import {definition, RUN} from './fixtures.js';

const columns = new Columns(RUN);
const charts = (run = RUN) => new Columns(run).charts.map(({group, charts: all}) =>
  [group, all.map(({title, lines}) => [title, ...lines.map((line) => line.id)])]);
const run = (all, definitions = []) => ({columns: all, definitions});
const metric = (name, id, more = {}) => ({name, id, kind: 'metric', layer: null, prediction: null, definition: null, ...more});

test('a column is found by what it is, not by its name', () => {
  assert.equal(columns.basic('loss'), 'basic of loss');
  assert.equal(columns.metric('stableRank', 1), 'c6');
  assert.equal(columns.metric('stableRank'), null, 'the run has it per layer only');
  assert.equal(columns.metric('rotation'), 'c9');
  assert.equal(columns.metric('loss'), null, 'a basic column is no metric');
  assert.equal(columns.nameOf({kind: 'bound', prediction: 0}), 'p2');
  assert.equal(columns.nameOf({kind: 'bound', prediction: 1}), null);
  assert.equal(columns.byName('c9').id, 'rotation');
  assert.equal(columns.byName('rotation'), null);
});

test('columns per sample and per unit are found by id and layer', () => {
  assert.equal(columns.sample('inputX'), 's1');
  assert.equal(columns.sample('weightX'), null);
  assert.equal(columns.unit('weightX', 1), 'u1');
  assert.equal(columns.unit('weightX', 2), null);
});

test('charts are as the run declares them, in the order of its columns', () => {
  assert.deepEqual(charts(), [
    ['Norms, balance and rank', [['Rank of the weight matrix', 'stableRank', 'effectiveRank']]],
    ['Distance to reference solutions', [['rotation', 'rotation']]],
    ['Jury', [['Untergrenze', 'lower.bound'], ['Verdicts of the jury', 'jury.verdict', 'jury.measured', 'jury.bound']]],
    ['Other metrics', [['my[layer0]', 'my[layer0]']]],
  ]);
});

test('a metric of a user has its words, whatever it is called', () => {
  const [, jury] = columns.chartsOf('Jury');
  assert.deepEqual(jury.lines.map((line) => line.title), Array(3).fill('what the jury thinks'));
  assert.equal(columns.chartsOf('Jury')[0].lines[0].in(0), 'lower.bound');
  assert.deepEqual(columns.chartsOf('No such group'), []);
});

test('a line of layers is that of the layer shown, one of the run that of any', () => {
  const [{lines: [rank]}] = columns.chartsOf('Norms, balance and rank');
  assert.deepEqual([rank.in(0), rank.in(1), rank.in(2), rank.in(null)], ['c5', 'c6', null, null]);
  const [{lines: [rotation]}] = columns.chartsOf('Distance to reference solutions');
  assert.deepEqual([rotation.in(0), rotation.in(null)], ['c9', 'c9']);
});

test('the same id in the run and in its layers are two lines', () => {
  const both = charts(run([metric('a', 'rank', {definition: 0}), metric('b', 'rank', {definition: 0, layer: 0})], [definition({group: 'G', chart: 'C'})]));
  assert.deepEqual(both, [['G', [['C', 'rank', 'rank']]]]);
});

test('the same heading in two groups is two charts', () => {
  const two = charts(run([metric('a', 'x', {definition: 0}), metric('b', 'y', {definition: 1})],
    [definition({group: 'G', chart: 'C'}), definition({group: 'H', chart: 'C'})]));
  assert.deepEqual(two, [['G', [['C', 'x']]], ['H', [['C', 'y']]]]);
});

test('without a group every number has a chart of its own', () => {
  const own = charts(run([metric('a', 'myNumber', {definition: 0}), metric('b', 'other', {definition: 0})], [definition({chart: 'Shared?'})]));
  assert.deepEqual(own, [['Other metrics', [['my number', 'myNumber'], ['other', 'other']]]]);
});

test('what is not charted, and what is no metric, has no chart', () => {
  const ids = charts().flatMap(([, all]) => all.flatMap(([, ...lines]) => lines));
  for (const id of ['activations', 'loss', 'time', 'marginGrows']) assert.ok(!ids.includes(id), id);
});

test('the table of values has the numbers of the run and its metrics, not those of predictions', () => {
  const ids = columns.values.map(({id}) => id);
  assert.deepEqual(ids, ['time', 'flowTime', 'learningRate', 'score', 'loss', 'stableRank', 'effectiveRank', 'rotation', 'activations',
    'lower.bound', 'jury.verdict', 'jury.measured', 'jury.bound', 'my[layer0]']);
  assert.equal(columns.values[5].in(1), 'c6');
  assert.deepEqual(columns.layers, [0, 1]);
});

test('a metric that is called like a basic number is another line', () => {
  const both = new Columns(run([{...metric('a', 'loss'), kind: 'basic'}, metric('b', 'loss')]));
  assert.deepEqual(both.values.map((line) => line.in(null)), ['a', 'b']);
  assert.equal(both.basic('loss'), 'a');
  assert.equal(both.metric('loss'), 'b');
});

test('a number is called by its title, else by its id as words', () => {
  assert.equal(titleOf(columns.byName('c5')), 'stable rank');
  assert.equal(titleOf(columns.byName('c10')), 'activations');
  assert.equal(titleOf(columns.byName('basic of learningRate')), 'learning rate');
});

test('answers by name are answers by id', () => {
  assert.deepEqual(keyedById({u1: [1], u0: [2]}, columns.units.filter(({layer}) => layer === 1)), {weightX: [1]});
});

test('a run that declares nothing has no columns and no charts', () => {
  const none = new Columns({columns: []});
  assert.deepEqual(none.charts, []);
  assert.equal(none.basic('loss'), null);
});
