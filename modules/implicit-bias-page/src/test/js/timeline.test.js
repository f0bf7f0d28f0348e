import assert from 'node:assert/strict';
import test, {before} from 'node:test';
import {Columns} from '../../main/resources/io/github/implicitbias/page/assets/columns.js';
import {Store} from '../../main/resources/io/github/implicitbias/page/assets/store.js';
import {Timeline} from '../../main/resources/io/github/implicitbias/page/assets/timeline.js';
import {RUN} from './fixtures.js';

before(() => {
  globalThis.IntersectionObserver = globalThis.ResizeObserver = class {
    observe() {}
    unobserve() {}
  };
});

/** A chart that remembers what it is given. */
class Chart {
  constructor(names, {visible = true, points = 256} = {}) {
    Object.assign(this, {names, visible, box: {}, keys: new Map(), of: new Map(), given: [], overlaid: 0, empty: false});
    this.points = () => points;
  }

  columns() { return Object.fromEntries(this.names.map((name) => [name, name])); }
  columnsOf(run) { return this.names.filter((name) => run.has(name)); }
  data(columns) { this.given.push(columns); }
  dataOf(run, columns) { this.of.set(run, columns); }
  overlay() { this.overlaid++; }
  mark() {}
  rescale() {}
  reaxis() {}
  forget() {}
  clear() { this.keys.clear(); }
}

const series = (columns) => ({columns: Object.fromEntries(columns.map((name) => [name, {steps: [0, 10, 20], values: [0, 1, 4]}]))});

function timeline(answer = async (columns) => series(columns)) {
  const asked = [];
  const made = new Timeline(new Store(), (...question) => {
    asked.push(question);
    return answer(...question);
  }, () => {});
  const update = (more = {}) => made.update({version: 1, layer: 0, gaps: [], events: [], full: [0, 20], columns: new Columns(RUN), ...more});
  return Object.assign(made, {asked, next: update});
}

const other = (more = {}) => ({version: '1', full: [0, 40], gaps: [], clock: {kind: 'none'}, times: null, has: () => true, basic: () => 'their time',
  fetchSeries: async (columns) => ({columns: Object.fromEntries(columns.map((name) => [name, {steps: [0, 40], values: [0, 2]}]))}), ...more});

test('charts with as many points are asked for in one question', async () => {
  const line = timeline();
  const charts = [new Chart(['a', 'b']), new Chart(['b', 'c']), new Chart(['d'], {points: 512})];
  charts.forEach((chart) => line.add(chart));
  await line.next();
  assert.deepEqual(line.asked.map(([columns, points]) => [columns, points]), [[['a', 'b', 'c'], 256], [['d'], 512]]);
  assert.ok(charts.every((chart) => chart.given.length === 1));
});

test('very many columns are asked for in several questions, no chart in two', async () => {
  const line = timeline();
  for (let k = 0; k < 20; k++) line.add(new Chart(['x' + k, 'y' + k, 'z' + k]));
  await line.next();
  assert.deepEqual(line.asked.map(([columns]) => columns.length), [24, 24, 12]);
});

test('what is known is not asked for again, until there are new records', async () => {
  const line = timeline();
  line.add(new Chart(['a']));
  await line.next();
  await line.refresh();
  assert.equal(line.asked.length, 1);
  await line.next({version: 2});
  assert.equal(line.asked.length, 2);
});

test('a chart out of sight is asked for once, and again when it comes in sight', async () => {
  const line = timeline();
  const chart = new Chart(['a'], {visible: false});
  line.add(chart);
  await line.next();
  await line.next({version: 2});
  assert.equal(line.asked.length, 1);
  chart.visible = true;
  await line.refresh();
  assert.equal(line.asked.length, 2);
});

test('a question that fails is asked again', async () => {
  let fails = true;
  const line = timeline(async (columns) => {
    if (fails) throw new Error('away');
    return series(columns);
  });
  const chart = new Chart(['a']);
  line.add(chart);
  await assert.rejects(line.next(), /away/);
  fails = false;
  await line.refresh();
  assert.equal(chart.given.length, 1);
});

test('an answer to an older question is not drawn', async () => {
  const waiting = [];
  const line = timeline((columns) => new Promise((done) => waiting.push(() => done(series(columns)))));
  const chart = new Chart(['a']);
  line.add(chart);
  const first = line.next();
  const second = line.next({version: 2});
  waiting[1]();
  await second;
  waiting[0]();
  await first;
  assert.equal(chart.given.length, 1);
});

test('zoomed in, only the steps in sight are asked for, and never fewer than two', async () => {
  const line = timeline();
  line.add(new Chart(['a']));
  await line.next();
  line.zoom([5, 15]);
  await line.refresh();
  assert.deepEqual(line.asked.at(-1)[2], [5, 15]);
  line.zoom([7, 8]);
  assert.deepEqual(line.range, [5, 15]);
  line.zoom([-100, 12]);
  assert.deepEqual(line.range, [0, 12]);
});

test('an axis of time is read from the column that the run has for it', async () => {
  const line = timeline();
  await line.next();
  assert.equal(await line.setAxis('flowTime'), true);
  assert.deepEqual(line.asked.at(-1)[0], ['basic of flowTime']);
  assert.equal(line.axis.kind, 'flowTime');
  assert.equal(line.toAxis(15), 2.5);
});

test('a run without such a column has no place on the axis', async () => {
  const line = timeline();
  await line.next({columns: new Columns({columns: []})});
  assert.equal(await line.setAxis('time'), false);
  assert.equal(line.axis.kind, 'step');
});

test('another run is drawn over the charts that are in sight, by the names of its columns', async () => {
  const line = timeline();
  const [seen, hidden] = [new Chart(['a', 'b']), new Chart(['a'], {visible: false})];
  [seen, hidden].forEach((chart) => line.add(chart));
  await line.next();
  const run = other({has: (name) => name === 'a'});
  await line.compare([run]);
  assert.deepEqual(Object.keys(seen.of.get(run)), ['a']);
  assert.equal(seen.overlaid, 1);
  assert.equal(hidden.of.size, 0);
  assert.deepEqual(line.shownSteps, [0, 40], 'as many steps as all runs need');
});

test('a run that has no time is not drawn on an axis of time', async () => {
  const line = timeline();
  await line.next();
  const run = other({basic: () => null});
  await line.compare([run]);
  assert.deepEqual(line.drawn, [run]);
  await line.setAxis('time');
  assert.deepEqual(line.drawn, []);
});

test('a run that does not answer leaves the others as they are', async () => {
  const line = timeline();
  const chart = new Chart(['a']);
  line.add(chart);
  await line.next();
  await line.compare([other({fetchSeries: async () => { throw new Error('away'); }})]);
  await line.next({version: 2});
  assert.equal(chart.given.length, 2);
});
