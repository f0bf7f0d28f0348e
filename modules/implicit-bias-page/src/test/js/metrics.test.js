import assert from 'node:assert/strict';
import test from 'node:test';
import {Columns} from '../../main/resources/io/github/implicitbias/page/assets/columns.js';
import {drawnCharts, evenly, namesOf} from '../../main/resources/io/github/implicitbias/page/assets/panel-metrics.js';

test('lines of a chart are named by their ids, and none like another', () => {
  const metric = (name, id, layer = null) => ({name, id, kind: 'metric', layer, definition: 0});
  const [{charts: [{lines}]}] = new Columns({columns: [metric('a', 'rank'), metric('b', 'rank', 0), metric('c', 'norm', 0)],
    definitions: [{title: '', unit: '', group: 'G', chart: 'C', charted: true}]}).charts;
  assert.deepEqual(namesOf(lines), ['rank', 'rank per layer', 'norm']);
});

test('a number of several layers has a chart with a line per layer; of one layer numbers share theirs', () => {
  const metric = (id, layer) => ({name: id + layer, id, kind: 'metric', layer, definition: 0});
  const columns = (layers) => new Columns({columns: layers.flatMap((k) => [metric('rank', k), metric('norm', k)]).concat({name: 'all', id: 'all', kind: 'metric', layer: null, definition: 0}),
    definitions: [{title: '', unit: '', group: 'G', chart: 'C', charted: true}]});
  const drawn = (layers) => drawnCharts(columns(layers).chartsOf('G'), columns(layers).layers).map(({title, lines, perLayer}) => [title, lines.map(({id}) => id), perLayer ?? false]);
  assert.deepEqual(drawn([0]), [['C', ['rank', 'norm', 'all'], false]]);
  assert.deepEqual(drawn([0, 3]), [['C', ['all'], false], ['Rank', ['rank'], true], ['Norm', ['norm'], true]]);
});

test('of very many layers some have lines, the first and the last among them', () => {
  const all = Array.from({length: 101}, (_, k) => k);
  assert.deepEqual(evenly(all, 5), [0, 25, 50, 75, 100]);
  assert.deepEqual(evenly([3, 4], 5), [3, 4]);
});
