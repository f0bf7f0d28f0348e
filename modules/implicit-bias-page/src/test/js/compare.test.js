import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {askFrom} from '../../main/resources/io/github/implicitbias/page/assets/api.js';
import {ComparedRun, LOOKS} from '../../main/resources/io/github/implicitbias/page/assets/compared-run.js';
import * as http from '../../main/resources/io/github/implicitbias/page/assets/http.js';
import {RUN} from './fixtures.js';

afterEach(() => askFrom(http));

const progress = (version, records = 5) => ({version, records, firstStep: 2, lastStep: 9, gaps: [[3, 5]]});

/** A run whose answers these are, and the questions asked. */
function compared(answers) {
  const asked = [];
  askFrom({answer: async (name, parameters) => {
    asked.push([name, Object.fromEntries(parameters)]);
    return answers[name]();
  }});
  return {run: new ComparedRun({id: RUN.id}, 2), asked};
}

test('a run is asked for by its id, once for what never changes', async () => {
  const {run, asked} = compared({run: () => RUN, progress: () => progress(1)});
  assert.equal(await run.look(), true);
  assert.equal(await run.look(), false, 'nothing new');
  assert.deepEqual(asked.map(([name]) => name), ['run', 'progress', 'progress']);
  assert.ok(asked.every(([, parameters]) => parameters.run === RUN.id && !('session' in parameters)));
});

test('what the address did not tell is known then', async () => {
  const {run} = compared({run: () => RUN, progress: () => progress(1)});
  assert.equal(run.name, RUN.id);
  await run.look();
  assert.deepEqual([run.id, run.session, run.worker, run.entry.startedAt], [RUN.id, 's', 'w', 1000]);
  assert.deepEqual([run.records, run.full, run.gaps, run.colour], [5, [2, 9], [[3, 5]], LOOKS[2].colour]);
});

test('columns of several runs belong together by their names', async () => {
  const {run} = compared({run: () => RUN, progress: () => progress(1)});
  assert.equal(run.has('c6'), false, 'nothing is known yet');
  await run.look();
  assert.equal(run.has('c6'), true);
  assert.equal(run.has('stableRank'), false);
  assert.equal(run.basic('flowTime'), 'basic of flowTime');
  assert.equal(run.basic('loss'), 'basic of loss');
});

test('a run without records has nothing to draw', async () => {
  const {run} = compared({run: () => RUN, progress: () => progress(0, 0)});
  await run.look();
  assert.equal(run.version, null);
});

test('new records are a new version', async () => {
  let version = 1;
  const {run} = compared({run: () => RUN, progress: () => progress(version++)});
  await run.look();
  const before = run.version;
  assert.equal(await run.look(), true);
  assert.notEqual(run.version, before);
});
