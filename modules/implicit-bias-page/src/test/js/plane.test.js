import assert from 'node:assert/strict';
import test from 'node:test';
import {equalScale, padded, ticks} from '../../main/resources/io/github/implicitbias/page/assets/drawing.js';
import {levelsOf, lossGrid, lossSamples} from '../../main/resources/io/github/implicitbias/page/assets/loss-map.js';
import {lossAt} from '../../main/resources/io/github/implicitbias/page/assets/piecewise.js';
import {extentOf, Plain, Polar} from '../../main/resources/io/github/implicitbias/page/assets/projection.js';

const near = (a, b) => assert.ok(Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(b)), a + ' is not ' + b);
const PLOT = {left: 40, top: 10, right: 640, bottom: 410};

test('grid lines are round numbers, about as many as there is room for', () => {
  assert.deepEqual([...ticks(0, 10, 5)].map((v) => v + 0), [0, 2, 4, 6, 8, 10]);
  assert.deepEqual([...ticks(-1, 1, 4)], [-1, -0.5, 0, 0.5, 1]);
  assert.equal(ticks(0.1, 0.7, 6).step, 0.1);
  assert.deepEqual([...ticks(-30, 420, 2)].map((v) => v + 0), [0, 200, 400], 'never one number alone');
  assert.deepEqual([...ticks(3, 3, 5)], []);
  assert.deepEqual([...ticks(0, Infinity, 5)], []);
});

test('a range of no width gets some', () => {
  assert.deepEqual(padded(0, 10, 0.1), [-1, 11]);
  assert.deepEqual(padded(4, 4, 0.1), [2, 6]);
  assert.deepEqual(padded(0, 0, 0.1), [-1, 1]);
  assert.deepEqual(padded(NaN, 1, 0.1), [-1, 1]);
  assert.deepEqual(padded(Infinity, -Infinity, 0.1), [-1, 1]);
});

test('both axes of a plane have the same unit, and all of it is in sight', () => {
  const scale = equalScale([-1, 3], [-2, 2], PLOT);
  near(scale.x(1) - scale.x(0), scale.y(0) - scale.y(1));
  for (const [x, y] of [[-1, -2], [3, 2], [-1, 2], [3, -2]]) {
    assert.ok(scale.x(x) >= PLOT.left - 1e-9 && scale.x(x) <= PLOT.right + 1e-9);
    assert.ok(scale.y(y) >= PLOT.top - 1e-9 && scale.y(y) <= PLOT.bottom + 1e-9);
    near(scale.toX(scale.x(x)), x);
    near(scale.toY(scale.y(y)), y);
  }
});

test('in the polar picture the angle is the direction and the radius the logarithm of the norm', () => {
  const polar = new Polar([0.01, 100], PLOT);
  const radius = ([x, y]) => Math.hypot(x - polar.cx, y - polar.cy);
  const at = (r, angle) => polar.place(r * Math.cos(angle), r * Math.sin(angle), r);
  near(radius(at(10, 1)) - radius(at(1, 1)), radius(at(1, 1)) - radius(at(0.1, 1)));
  for (const angle of [0.3, 2, -2.5]) near(Math.atan2(polar.cy - at(1, angle)[1], at(1, angle)[0] - polar.cx), angle);
  assert.deepEqual(polar.place(0, 0, 0), [polar.cx, polar.cy]);
  assert.ok(radius(at(1e-30, 0)) < polar.inner, 'what is smaller lies in the middle');
  assert.deepEqual(polar.rings(), [0.01, 0.1, 1, 10, 100]);
});

test('where less than two powers of ten are in sight there are rings between them', () => {
  const rings = new Polar([1.5, 6], PLOT).rings();
  assert.deepEqual(rings, [2, 5]);
});

test('the plain picture is to scale', () => {
  const plain = new Plain([[-1, 1], [-1, 1]], PLOT, 0.1);
  const [x0, y0] = plain.place(0, 0);
  const [x1, y1] = plain.place(1, 1);
  near(x1 - x0, y0 - y1);
});

test('the extent of weight space holds 0, the paths and the points', () => {
  const scene = {units: 2, x: [2, null], y: [3, 1], norm: [4, 1], there: (j) => j === 0,
    series: {x: [[-5, null]], y: [[1, 7]], norm: [[5.1, 7]]}};
  assert.deepEqual(extentOf(scene), {xs: [-5, 2], ys: [0, 3], norms: [4, 5.1]});
  assert.deepEqual(extentOf({units: 0, series: null}), {xs: [0, 0], ys: [0, 0], norms: [1, 1]});
});

const SCENE = {single: true, loss: 'squared', slope: 0, kind: 'inputs', complete: true, biasOf: () => 0.25,
  samples: [{x: 1, y: 0, target: 1}, {x: 0, y: 1, target: -1}]};

test('the loss is drawn where it is a function of the plane: of one unit and all samples', () => {
  assert.equal(lossSamples(SCENE).length, 2);
  for (const other of [{single: false}, {loss: null}, {slope: null}, {kind: 'directions'}, {complete: false},
    {samples: [{x: 1, y: 0, target: null}]}]) assert.deepEqual(lossSamples({...SCENE, ...other}), [], JSON.stringify(other));
});

test('the grid of losses has those of its points', () => {
  const scale = equalScale([-2, 2], [-2, 2], PLOT);
  const grid = lossGrid(SCENE, SCENE.samples, scale, PLOT);
  const values = grid.values();
  assert.equal(values.length, grid.columns * grid.rows);
  for (const [c, r] of [[0, 0], [7, 3], [grid.columns - 1, grid.rows - 1]]) {
    const [u, v] = [scale.toX(PLOT.left + c * grid.cell), scale.toY(PLOT.top + r * grid.cell)];
    near(values[r * grid.columns + c], lossAt(SCENE.samples, 'squared', 0, 0.25, u, v));
  }
});

test('very many samples make the grid coarser', () => {
  const scale = equalScale([-2, 2], [-2, 2], PLOT);
  const many = Array.from({length: 5000}, () => SCENE.samples[0]);
  const grid = lossGrid(SCENE, many, scale, PLOT);
  assert.ok(grid.columns * grid.rows * many.length < 3e6, 'work ' + grid.columns * grid.rows * many.length);
});

test('levels are parts of the plane, in their order, none twice', () => {
  const levels = levelsOf(Float64Array.from({length: 1001}, (_, k) => 1000 - k));
  assert.equal(levels.length, 11);
  levels.slice(1).forEach((level, k) => assert.ok(level > levels[k]));
  assert.deepEqual(levelsOf(new Float64Array(50)), [0]);
});
