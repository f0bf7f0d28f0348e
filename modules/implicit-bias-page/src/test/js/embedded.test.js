import assert from 'node:assert/strict';
import {gzipSync} from 'node:zlib';
import test from 'node:test';
import {EmbeddedRun} from '../../main/resources/io/github/implicitbias/page/assets/embedded.js';
import {Parts} from '../../main/resources/io/github/implicitbias/page/assets/parts.js';

const packed = (bytes) => '\n' + gzipSync(bytes).toString('base64') + '\n';
const STEPS = [0, 1, 2, 3, 10, 11];
const CHUNK = 4;

/** Samples that a unit is on for at a record: bit i of byte unit * 8 is sample i. */
const BITS = [[1, 0], [3, 0], [3, 4], [7, 4], [7, 5], [0, 5]];

/** A run of six records in two chunks, with two units and three samples, and a gap from 3 to 10. */
function parts({lost = []} = {}) {
  const row = (k) => ({values: [1 / (k + 1), k % 2 ? 'NaN' : null], rows: {
    samples: k % 2 ? {} : {margin: {step: STEPS[k], values: [k, -k, 0]}},
    'units\nlayer=0': {weightX: {step: STEPS[k], values: [k, k + 0.5]}},
  }});
  const difference = (k, before) => Buffer.concat(BITS[k].map((byte, unit) => Buffer.of(byte ^ before[unit], 0, 0, 0, 0, 0, 0, 0)));
  const chunk = (from, to) => Buffer.concat(Array.from({length: to - from}, (_, i) => difference(from + i, i === 0 ? [0, 0] : BITS[from + i - 1])));
  const all = {
    index: Buffer.from(JSON.stringify({of: 100, chunk: CHUNK, steps: STEPS,
      layers: [{name: 'first', units: 2, unitsOfLayer: 5, samples: 3, bytes: 16, flags: '011101'}]})),
    answers: Buffer.from(JSON.stringify({
      run: {columns: [{name: 'loss'}, {name: 'rank'}]},
      runs: {runs: [{id: 'r'}]},
      verdicts: {verdicts: []},
      progress: {events: [{step: 1}, {step: 2}], eventCount: 9, gaps: [[3, 10]], updatedAt: 5},
      'sampleSeries\ncolumn=margin': {column: 'margin', samples: [0], steps: [[0, 2]], values: [[0, 2]]},
    })),
    series: Buffer.from(JSON.stringify({loss: {steps: STEPS, values: STEPS.map((s, k) => 1 / (k + 1))}})),
    'rows-0': Buffer.from(JSON.stringify([0, 1, 2, 3].map(row))),
    'rows-1': Buffer.from(JSON.stringify([4, 5].map(row))),
    'bits-0-0': chunk(0, 4),
    'bits-0-1': chunk(4, 6),
  };
  return (name) => (name in all && !lost.includes(name) ? packed(all[name]) : null);
}

const run = (options) => new EmbeddedRun(new Parts(parts(options)));
const OF = [['run', 'r']];
const bytesOf = (bits) => [bits[0], bits[8]];

test('how much of a run is here is told', async () => {
  const embedded = run();
  await embedded.ready;
  assert.equal(embedded.describe(), '6 of 100 records in this file and 2 of 9 events, recorded');
});

test('an answer of the server is given as it is, whatever run and points are asked for', async () => {
  const embedded = run();
  assert.deepEqual(await embedded.answer('runs', []), {runs: [{id: 'r'}]});
  assert.deepEqual(await embedded.answer('verdicts', OF), {verdicts: []});
  assert.deepEqual((await embedded.answer('sampleSeries', [...OF, ['column', 'margin']])).samples, [0]);
});

test('a question without an answer is refused as by the server', async () => {
  await assert.rejects(run().answer('sampleSeries', [...OF, ['column', 'nothing']]), {status: 404});
  await assert.rejects(run({lost: ['rows-0']}).answer('step', [...OF, ['step', 1]]), {status: 404});
});

test('events are told once', async () => {
  const {events, now} = await run().answer('progress', [...OF, ['events', 1]]);
  assert.deepEqual(events, [{step: 2}]);
  assert.ok(now > 5);
});

test('a series is cut to the steps asked for', async () => {
  const ask = (more) => run().answer('series', [...OF, ['column', 'loss'], ['points', 100], ...more]).then((found) => found.columns.loss.steps);
  assert.deepEqual(await ask([]), STEPS);
  assert.deepEqual(await ask([['from', 2], ['to', 10]]), [2, 3, 10]);
  assert.deepEqual((await run().answer('series', [['column', 'unknown']])).columns.unknown, {steps: [], values: []});
});

test('a step is the last record before it, with its neighbours', async () => {
  const at = (step) => run().answer('step', [...OF, ['step', step]]);
  assert.deepEqual(await at(1), {step: 1, known: true, previous: 0, next: 2, values: {loss: 0.5, rank: 'NaN'}, pattern: null});
  assert.equal((await at(500)).step, 11);
  assert.equal((await at(-4)).step, 0);
  assert.equal((await at(0)).previous, null);
  assert.equal((await at(11)).next, null);
});

test('a step in a gap is not known', async () => {
  assert.deepEqual(await run().answer('step', [...OF, ['step', 5]]),
    {step: 5, known: false, previous: 3, next: 10, values: {}, pattern: null});
});

test('patterns are put together from their differences, in every chunk', async () => {
  const embedded = run();
  for (const [k, step] of STEPS.entries()) {
    const {pattern} = await embedded.answer('step', [...OF, ['step', step], ['layer', 0]]);
    assert.deepEqual(bytesOf(pattern.bits), BITS[k], 'step ' + step);
    assert.equal(pattern.unitsOfLayer, 5);
    const isFirst = k === 0 || k === 4;
    assert.deepEqual(pattern.flips && bytesOf(pattern.flips), isFirst ? null : BITS[k].map((byte, unit) => byte ^ BITS[k - 1][unit]), 'step ' + step);
  }
  await assert.rejects(embedded.answer('step', [...OF, ['step', 1], ['layer', 3]]), {status: 404});
});

test('rows are those of the last record that has them', async () => {
  const at = (name, step, more = []) => run().answer(name, [...OF, ['step', step], ...more]).then((found) => found.columns);
  assert.deepEqual(await at('samples', 3), {margin: {step: 2, values: [2, -2, 0]}});
  assert.deepEqual(await at('units', 3, [['layer', 0]]), {weightX: {step: 3, values: [3, 3.5]}});
});

test('the line of a sample that is not among the stored ones is read from the records', async () => {
  const found = await run().answer('sampleSeries', [...OF, ['column', 'margin'], ['sample', 1]]);
  assert.deepEqual(found.samples, [0, 1]);
  assert.deepEqual(found.steps[1], STEPS);
  assert.deepEqual(found.values[1].map((v) => v + 0), [0, 0, -2, -2, -4, -4]);
});

test('the history of a unit has the samples it is on for, and none in a gap', async () => {
  const {steps, known, bits, stride, on, flipped} = await run().answer('history', [...OF, ['layer', 0], ['unit', 0], ['points', 12]]);
  assert.deepEqual([bits, stride, steps.length], [3, 1, 12]);
  assert.deepEqual(known, [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1, 1]);
  assert.deepEqual([...on], [1, 3, 3, 7, 0, 0, 0, 0, 0, 0, 7, 0]);
  assert.deepEqual([...flipped], [0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 7]);
});

test('the history of a sample has the units that are on for it', async () => {
  const {bits, on} = await run().answer('history', [...OF, ['layer', 0], ['sample', 0], ['points', 12]]);
  assert.equal(bits, 2);
  assert.deepEqual([...on], [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 3, 2]);
});

test('a unit that is not in the file is refused', async () => {
  await assert.rejects(run().answer('history', [...OF, ['layer', 0], ['unit', 3], ['points', 5]]), {status: 404});
});

test('parts looked at longest ago are let go', async () => {
  const asked = [];
  const held = new Parts((name) => {
    asked.push(name);
    return packed(Buffer.alloc(100));
  }, 250);
  for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await held.heldBytes(name);
  assert.deepEqual(asked, ['a', 'b', 'c', 'b']);
  assert.equal(held.size, 200);
});

test('a document without parts has no run', () => {
  const page = {getElementById: () => null};
  assert.equal(Parts.in(page).has('index'), false);
});
