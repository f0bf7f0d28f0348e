import assert from 'node:assert/strict';
import test from 'node:test';
import {contour, cornersOf, lossAt, lossKind, onGrid, slopeOf} from '../../main/resources/io/github/implicitbias/page/assets/piecewise.js';

/** Numbers that look random and are the same every time. */
function numbers(seed) {
  let state = seed;
  return () => {
    state = (state * 1103515245 + 12345) % 2147483648;
    return state / 1073741824 - 1;
  };
}

const act = (z, slope) => (z > 0 ? z : slope * z);
const near = (a, b, scale = 1) => assert.ok(Math.abs(a - b) <= 1e-10 * Math.max(scale, Math.abs(b)), a + ' is not ' + b);

test('the slope of an activation function is known where it is piecewise linear', () => {
  assert.equal(slopeOf('relu'), 0);
  assert.equal(slopeOf('ReLU'), 0);
  assert.equal(slopeOf('identity'), 1);
  assert.equal(slopeOf('leakyrelu(a=0.01)'), 0.01);
  assert.equal(slopeOf('leakyrelu(0.25)'), 0.25);
  for (const other of ['tanh', 'sigmoid', 'leakyrelu(a=)', 'relu6', '']) assert.equal(slopeOf(other), null, other);
});

test('losses are squared, logistic or something else', () => {
  assert.equal(lossKind('LossMSE()'), 'squared');
  assert.equal(lossKind('LossL2()'), 'squared');
  assert.equal(lossKind('LossBinaryXENT()'), 'logistic');
  assert.equal(lossKind('logistic'), 'logistic');
  assert.equal(lossKind('LossMCXENT'), 'logistic');
  assert.equal(lossKind('hinge'), null);
  assert.equal(lossKind(''), null);
});

for (const slope of [0, 0.1, 1]) {
  test('on a grid a network with slope ' + slope + ' has the values of its formula', () => {
    const next = numbers(7);
    const of = () => Array.from({length: 9}, next);
    const net = {w1: [...of(), 0, 0, 1], w2: [...of(), 1, 0, 0], b: [...of(), 0.3, 0.5, -0.25], a: [...of(), 1, -1, 2], slope, offset: 0.7};
    const grid = {x: -1, y: 1, dx: 0.25, dy: -0.25, columns: 9, rows: 9};
    const values = onGrid(net, grid);
    for (let r = 0; r < grid.rows; r++) {
      for (let c = 0; c < grid.columns; c++) {
        const [x, y] = [grid.x + c * grid.dx, grid.y + r * grid.dy];
        const expected = net.a.reduce((sum, a, j) => sum + a * act(net.w1[j] * x + net.w2[j] * y + net.b[j], slope), net.offset);
        near(values[r * grid.columns + c], expected, 10);
      }
    }
  });

  test('the corners of a function with slope ' + slope + ' lie on it, and it is straight between them', () => {
    const next = numbers(11);
    const of = () => Array.from({length: 7}, next);
    const net = {w: [...of(), 0], b: [...of(), 1], a: [...of(), 3], slope, offset: -0.2};
    const f = (x) => net.a.reduce((sum, a, j) => sum + a * act(net.w[j] * x + net.b[j], slope), net.offset);
    const {x, y, kinks} = cornersOf(net, -2, 2);
    assert.equal(x.length, kinks.length + 2);
    x.forEach((at, k) => near(y[k], f(at), 10));
    x.slice(1).forEach((at, k) => near(f((at + x[k]) / 2), (y[k] + y[k + 1]) / 2, 10));
    for (const kink of kinks) near(net.w[kink.unit] * kink.x + net.b[kink.unit], 0);
  });
}

test('a kink outside the range is none', () => {
  const {kinks} = cornersOf({w: [1, 1], b: [0, -5], a: [1, 1], slope: 0, offset: 0}, -1, 1);
  assert.deepEqual(kinks.map((kink) => kink.unit), [0]);
});

test('the mean loss of one unit is that of its formula', () => {
  const samples = [{x: 1, y: 2, target: 1}, {x: -1, y: 0.5, target: 0}];
  near(lossAt(samples, 'squared', 0, 0, 0.5, 0.25), (0.5 * (1 - 1) ** 2 + 0) / 2);
  const f = [0.5 + 0.5, 0];
  near(lossAt(samples, 'logistic', 0, 0, 0.5, 0.25), (Math.log1p(Math.exp(-f[0])) + Math.log1p(Math.exp(f[1]))) / 2);
});

test('a logistic loss of huge outputs is finite', () => {
  const samples = [{x: 1, y: 0, target: 1}, {x: 1, y: 0, target: -1}];
  near(lossAt(samples, 'logistic', 1, 0, 5000, 0), 2500);
});

test('contours of a plane lie at its level and have no gaps', () => {
  const [columns, rows] = [12, 9];
  const plane = (c, r) => 2 * c + 3 * r - 17.3;
  const values = Array.from({length: columns * rows}, (_, at) => plane(at % columns, Math.floor(at / columns)));
  const pieces = contour(values, columns, rows, 0);
  const ends = new Map();
  for (let k = 0; k < pieces.length; k += 2) {
    near(plane(pieces[k], pieces[k + 1]), 0, 10);
    const key = pieces[k].toFixed(9) + ' ' + pieces[k + 1].toFixed(9);
    ends.set(key, (ends.get(key) || 0) + 1);
  }
  assert.equal([...ends.values()].filter((n) => n === 1).length, 2, 'one line has two ends');
});

test('a contour around a hill is closed', () => {
  const size = 21;
  const values = Array.from({length: size * size}, (_, at) => Math.exp(-((at % size - 10.1) ** 2 + (Math.floor(at / size) - 9.7) ** 2) / 20));
  const pieces = contour(values, size, size, 0.5);
  const ends = new Map();
  for (let k = 0; k < pieces.length; k += 2) {
    const key = pieces[k].toFixed(9) + ' ' + pieces[k + 1].toFixed(9);
    ends.set(key, (ends.get(key) || 0) + 1);
  }
  assert.ok(pieces.length > 40);
  assert.ok([...ends.values()].every((n) => n === 2));
});

test('the border of an area that lies at the level is no contour', () => {
  assert.deepEqual(contour([0, 0, 1, 0, 0, 1], 3, 2, 0), []);
});
