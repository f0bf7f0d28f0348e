import assert from 'node:assert/strict';
import test from 'node:test';
import {Columns} from '../../main/resources/io/github/implicitbias/page/assets/columns.js';
import {namesOf} from '../../main/resources/io/github/implicitbias/page/assets/panel-metrics.js';

test('lines of a chart are named by their ids, and none like another', () => {
  const metric = (name, id, layer = null) => ({name, id, kind: 'metric', layer, definition: 0});
  const [{charts: [{lines}]}] = new Columns({columns: [metric('a', 'rank'), metric('b', 'rank', 0), metric('c', 'norm', 0)],
    definitions: [{title: '', unit: '', group: 'G', chart: 'C', charted: true}]}).charts;
  assert.deepEqual(namesOf(lines), ['rank', 'rank per layer', 'norm']);
});
