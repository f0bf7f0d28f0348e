import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import test from 'node:test';
import {formulasIn} from '../../main/resources/io/github/implicitbias/page/assets/formula.js';

/** A tree on one line: a_{b}^{c} for scripts, {a⁄b} for a fraction, √{a} for a root, words in quotes. */
function line(node) {
  if (!Array.isArray(node)) return node;
  const [tag, , ...children] = node;
  const [a, b, c] = children.map(line);
  const whole = children.map(line).join('');
  return {mfrac: `{${a}⁄${b}}`, msub: `${a}_{${b}}`, msup: `${a}^{${b}}`, msubsup: `${a}_{${b}}^{${c}}`, msqrt: `√{${whole}}`, mspace: ' ', mtext: `“${whole}”`}[tag] ?? whole;
}

const read = (text) => formulasIn(text).map((piece) => (typeof piece === 'string' ? piece : `⟦${line(piece.math)}⟧`)).join('');

/** The texts of the tables that are made from the code: every prediction, every metric. */
const cells = (page) => readFileSync(new URL('../../../../../docs/' + page, import.meta.url), 'utf8').split('\n')
  .filter((row) => row.startsWith('| `')).map((row) => row.slice(1, -1).split(/(?<!\\)\|/).slice(1).map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll('`', '')));
const PREDICTIONS = cells('predictions.md');
const METRICS = cells('metrics.md');
const TEXTS = [...PREDICTIONS, ...METRICS].flat();

test('formulas are found in sentences', () => {
  for (const [text, expected] of [
    ['fitted at the flow time ln(N+^(1/2) / norm(w)) / norm(D+), w the largest unit.', 'fitted at the flow time ⟦{ln({N_{+}^{1/2}⁄‖w‖})⁄‖D_{+}‖}⟧, ⟦w⟧ the largest unit.'],
    ['weights go to u + X_+^+ (y_+ - X_+ u), u being the start', 'weights go to ⟦u+X_{+}^{+} (y_{+}−X_{+} u)⟧, ⟦u⟧ being the start'],
    ['at most 2 / lambda_max((1/n) X^T X)', 'at most ⟦{2⁄λ_{max}((1/n) X^{T} X)}⟧'],
    ['at most sqrt(2) (1 - e^{-loss_i}) sqrt(norm(h_i)^2 + 1)', 'at most ⟦√{2} (1−e^{−loss_{i}}) √{‖h_{i}‖^{2}+1}⟧'],
    ['min_i s_i z . x_i / (norm(z) gamma*), gamma* the largest margin', '⟦{min_{i} s_{i}z·x_{i}⁄‖z‖ γ^{*}}⟧, ⟦γ^{*}⟧ the largest margin'],
    ['the smallest <grad q_c, theta> of all', 'the smallest ⟦⟨∇ q_{c},θ⟩⟧ of all'],
    ['up to 5e8, 1e-4 and 20,000', 'up to ⟦5·10^{8}⟧, ⟦10^{−4}⟧ and 20,000'],
    ['beta1^2 < beta2, and S > 0', '⟦β_{1}^{2}⟧⟦<β_{2}⟧, and ⟦S⟧⟦>0⟧'],
    ['norm(w one step before)', '⟦‖w “one” “step” “before”‖⟧'],
    ["norm(w' - v)^2, and the network's own w", '⟦‖w^{′}−v‖^{2}⟧, and the network\'s own ⟦w⟧'],
    ['largest increase of |w_k - v_k| so far', 'largest increase of ⟦|w_{k}−v_{k}|⟧ so far'],
  ]) assert.equal(read(text), expected, text);
});

test('words, numbers and names stay as they are', () => {
  for (const text of ['A sample that is off for a neuron.', 'below 5 % of 1,234.5', 'the network 784-1024-10', 'l2 and weightDecay only', 'see arXiv:2206.00939 (abstract)', '', '0', 'I, too'])
    assert.equal(read(text), text);
  assert.equal(read('the 8 x 4 inputs, learning rate x sharpness, -1 or 1, a <= b'), 'the 8 × 4 inputs, learning rate × sharpness, −1 or 1, ⟦a⟧⟦≤b⟧');
});

test('what is not well formed is read, too', () => {
  for (const text of ['norm(', 'norm(w', '(w_', 'w_', 'x^', ') w )', '|w', '< w', 'w / ', '/ w', 'sqrt(', '2^-', 'a_{b', '((((w', 'w ] } )', '- w', 'sum_', 'eta /'])
    assert.doesNotThrow(() => read(text), text);
  let seed = 7;
  const random = (n) => (seed = (seed * 1103515245 + 12345) % 2147483648) % n;
  const parts = ['w', ' ', '(', ')', '_', '^', '/', ' / ', 'norm(', 'sqrt(', '|', '||', '<', '>', '-', '+', ',', '. ', 'eta', 'and', '2', '1e-4', '{', '}', "'", '*', ' x ', 'a', 'sum_'];
  for (let k = 0; k < 3000; k++) {
    const text = Array.from({length: 1 + random(12)}, () => parts[random(parts.length)]).join('');
    assert.doesNotThrow(() => formulasIn(text), text);
  }
});

test('every formula of every prediction and metric becomes one, and nothing of a text is lost', () => {
  assert.ok(PREDICTIONS.length > 50 && METRICS.length > 60, PREDICTIONS.length + ' predictions and ' + METRICS.length + ' metrics');
  const plain = (text) => text.replace(/[\s×x−-]/g, '').replaceAll('≤', '<=').replaceAll('≥', '>=').replaceAll('→', '->').replaceAll('≠', '!=');
  let formulas = 0;
  for (const text of TEXTS) {
    const pieces = formulasIn(text);
    assert.equal(plain(pieces.map((piece) => piece.text ?? piece).join('')), plain(text));
    for (const piece of pieces) {
      if (typeof piece !== 'string') {
        formulas++;
        continue;
      }
      assert.doesNotMatch(piece.replace(/\]\([^)]*\)/g, ''), /\w[\^_]\w|[\^_]|\b(?:norm|sqrt|abs)\(|\b(?:lambda|theta|kappa|eta|sigma|gamma|tau)\b|<=|>=|\d[eE]-?\d/, text);
    }
  }
  assert.ok(formulas > 400, formulas + ' formulas');
});

test('no word of a sentence gets into a formula, but for those within its parentheses', () => {
  const upright = new Set();
  const words = new Set();
  const walk = ([tag, , ...children]) => {
    for (const child of children) {
      if (Array.isArray(child)) walk(child);
      else if (tag === 'mi' && child.length > 1) upright.add(child);
      else if (tag === 'mtext') words.add(child);
    }
  };
  for (const text of TEXTS) for (const piece of formulasIn(text)) if (typeof piece !== 'string') walk(piece.math);
  const known = ['log', 'ln', 'exp', 'cos', 'max', 'min', 'mean', 'rms', 'tr', 'rank', 'arg', 'argmin', 'label', 'loss', 'out', 'bl', 'act', 'unitBias', 'outgoingWeight', 'frobeniusNorm', 'spectralNorm'];
  assert.deepEqual([...upright].filter((word) => !known.includes(word)), []);
  assert.ok([...words].every((word) => /^[a-zA-Z]+$/.test(word)), [...words].join());
  assert.ok(words.size < 20, [...words].join());
});

test('an operator is not the first of a formula unless it is a sign', () => {
  for (const text of TEXTS) for (const piece of formulasIn(text)) {
    if (typeof piece === 'string') continue;
    assert.doesNotMatch(piece.text, /^[,.;:/*)]|[,;:(/]$/, text);
    const open = (sign) => piece.text.split(sign).length;
    assert.equal(open('('), open(')'), piece.text + ' of ' + text);
  }
});
