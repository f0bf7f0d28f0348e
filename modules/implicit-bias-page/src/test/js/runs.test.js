import assert from 'node:assert/strict';
import test from 'node:test';
import {entryFor, isSameRun, nameOf, runChoices, startOf, successor, wantedRun, workerChoices} from '../../main/resources/io/github/implicitbias/page/assets/runs.js';

const DAY = 86400000;
const run = (id, session, worker, day, name = '') => ({id, session, worker, name, startedAt: Date.UTC(2026, 0, 1) + day * DAY, stockPages: false});

const NEW = run('n', 'digits', 'w0', 9);
const OLD = run('o', 'digits', 'w0', 3);
const NAMED = run('m', 'digits', 'w0', 2, 'wide');
const OTHER = run('x', 'other', 'w0', 1);
const ALL = [NEW, OLD, NAMED, OTHER];

test('a run is known by its id alone', () => {
  assert.ok(isSameRun(NEW, {id: 'n'}));
  assert.ok(!isSameRun(NEW, OLD));
  assert.ok(!isSameRun(null, NEW));
});

test('a run that shares its session with no other is called by it', () => {
  assert.equal(nameOf(OTHER, ALL), 'other');
});

test('two runs of the same session and worker are told apart by their start', () => {
  assert.equal(nameOf(NEW, ALL), 'digits · ' + startOf(NEW));
  assert.equal(nameOf(OLD, ALL), 'digits · ' + startOf(OLD));
  assert.notEqual(nameOf(NEW, ALL), nameOf(OLD, ALL));
});

test('a name is told, and enough to tell a run apart', () => {
  assert.equal(nameOf(NAMED, ALL), 'digits · wide');
  assert.equal(nameOf(NAMED, [NAMED]), 'digits · wide');
});

test('runs that start within a minute are told apart by the second', () => {
  const late = {...OLD, id: 'p', startedAt: OLD.startedAt + 7000};
  assert.notEqual(nameOf(OLD, [OLD, late]), nameOf(late, [OLD, late]));
});

test('of several workers of a session each is named', () => {
  const second = run('z', 'digits', 'w1', 9);
  assert.equal(nameOf(second, [...ALL, second]), 'digits · w1');
});

test('the menu of runs has both runs of a session and worker, in the order of the list', () => {
  assert.deepEqual(runChoices(ALL, NEW), [['n', 'digits · ' + startOf(NEW)], ['o', 'digits · ' + startOf(OLD)], ['m', 'digits · wide'], ['x', 'other']]);
});

test('of several workers the menu of runs has those of the worker shown', () => {
  const second = run('z', 'other', 'w1', 5);
  const runs = [NEW, second, OTHER];
  assert.deepEqual(runChoices(runs, OTHER).map(([id]) => id), ['n', 'x']);
  assert.deepEqual(runChoices(runs, second).map(([id]) => id), ['n', 'z']);
  assert.deepEqual(runChoices(runs, NEW).map(([id]) => id), ['n', 'z']);
});

test('the menu of workers has each worker of the session once, the one shown with its run', () => {
  const second = run('z', 'digits', 'w1', 5);
  const runs = [NEW, second, OLD, OTHER];
  assert.deepEqual(workerChoices(runs, NEW), [['n', 'w0'], ['z', 'w1']]);
  assert.deepEqual(workerChoices(runs, OLD), [['o', 'w0'], ['z', 'w1']]);
  assert.deepEqual(workerChoices(runs, OTHER), [['x', 'w0']]);
});

test('every run can be reached by the two menus', () => {
  const runs = [NEW, run('a', 'digits', 'w1', 8), OLD, run('b', 'digits', 'w1', 2), OTHER, run('c', 'other', 'w9', 0)];
  const reached = new Set();
  const visit = (chosen) => {
    if (reached.has(chosen.id)) return;
    reached.add(chosen.id);
    for (const [id] of [...runChoices(runs, chosen), ...workerChoices(runs, chosen)]) visit(runs.find((one) => one.id === id));
  };
  visit(OTHER);
  assert.equal(reached.size, runs.length);
});

test('a run that begins again under the same session and worker is followed, an old one is not', () => {
  assert.equal(successor(OLD, [OLD, OTHER], [NEW, OLD, OTHER]), NEW);
  assert.equal(successor(OLD, ALL, ALL), null, 'who chose the older run stays with it');
  assert.equal(successor(NEW, [NEW], [NEW, OLD]), null);
  assert.equal(successor(OTHER, [OTHER], ALL), null);
});

test('an address tells of a run by its id or by its labels', () => {
  const id = 'a0'.repeat(16);
  assert.deepEqual(wantedRun(id), {text: id, id});
  assert.deepEqual(wantedRun('init%201~w%7E0'), {text: 'init%201~w%7E0', session: 'init 1', worker: 'w~0'});
  for (const text of ['', 'session', 'a~b~c', '%zz~w', '%E0%A4%A~w']) assert.equal(wantedRun(text), null, text);
});

test('by its labels the newest run is meant, by its id that run alone', () => {
  assert.equal(entryFor({session: 'digits', worker: 'w0'}, ALL), NEW);
  assert.equal(entryFor({session: 'digits', worker: 'w5'}, ALL), null);
  assert.equal(entryFor({id: 'o'}, ALL), OLD);
  assert.deepEqual(entryFor({id: 'not listed'}, ALL), {id: 'not listed'});
});
