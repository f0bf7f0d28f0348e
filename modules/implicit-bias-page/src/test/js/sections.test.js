import assert from 'node:assert/strict';
import test from 'node:test';
import {hasFewInputs, isFullBatch, missingOf, orderOf, SECTIONS} from '../../main/resources/io/github/implicitbias/page/assets/sections.js';

test('an ordinary training has the sections in their order', () => {
  assert.deepEqual(orderOf({}), SECTIONS);
});

test('what is second depends on the network, and no section is lost', () => {
  assert.deepEqual(orderOf({papers: true}).slice(0, 3), ['summary', 'theory', 'network']);
  const few = orderOf({few: true});
  assert.ok(few.indexOf('geometry') === few.indexOf('samples') - 1);
  for (const kind of [{papers: true}, {few: true}, {papers: true, few: true}]) assert.deepEqual([...orderOf(kind)].sort(), [...SECTIONS].sort());
});

test('units lie where their weights are with one or two inputs only', () => {
  const run = (space) => ({layers: [{name: 'layer0'}, {name: 'layer1'}], provenance: {'weightSpace.layer0': space}});
  assert.equal(hasFewInputs(run('inputs')), true);
  assert.equal(hasFewInputs(run('input and bias')), true);
  assert.equal(hasFewInputs(run('principal directions')), false);
  assert.equal(hasFewInputs(run(undefined)), false);
});

test('what is missing is told with what brings it, of panels that anybody would miss', () => {
  const panels = [{title: 'A', present: true, needs: 'x'}, {title: 'B', present: false, needs: 'y', ofProbe: true}, {title: 'C', present: false, needs: null}];
  assert.deepEqual(missingOf(panels, {samples: {count: 5}}), [['B', 'needs y']]);
  assert.deepEqual(missingOf(panels, {samples: {count: 0}}), [['B', 'no probe was given']]);
});

test('training on the probe itself is read in place', () => {
  assert.equal(isFullBatch({records: 100, inPlace: 99}), true);
  assert.equal(isFullBatch({records: 100, inPlace: 3}), false);
  assert.equal(isFullBatch({records: 0, inPlace: 0}), false);
  assert.equal(isFullBatch(null), false);
});
