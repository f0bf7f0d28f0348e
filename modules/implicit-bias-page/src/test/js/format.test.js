import assert from 'node:assert/strict';
import test from 'node:test';
import {brief, number, plural, tick, whole, words} from '../../main/resources/io/github/implicitbias/page/assets/format.js';

test('whole numbers have narrow spaces between thousands, at which no line ends', () => {
  assert.equal(whole(0), '0');
  assert.equal(whole(999), '999');
  assert.equal(whole(1234567), '1\u202f234\u202f567');
  assert.equal(whole(-1234), '-1\u202f234');
});

test('a value has six digits and is exponential outside 1e-4 to 1e6', () => {
  assert.equal(number(null), '–');
  assert.equal(number(undefined), '–');
  assert.equal(number('NaN'), 'NaN');
  assert.equal(number(3), '3');
  assert.equal(number(0.5), '0.5');
  assert.equal(number(Math.PI), '3.14159');
  assert.equal(number(999999.5), '1000000');
  assert.equal(number(0.0001), '0.0001');
  assert.equal(number(0.00009), '9.00000e-5');
  assert.equal(number(1234567.8), '1.23457e+6');
  assert.equal(number(-2.5e-9), '-2.50000e-9');
  assert.equal(number(1e9), '1.00000e+9');
});

test('a brief value has four digits', () => {
  assert.equal(brief(null), '–');
  assert.equal(brief('Infinity'), 'Infinity');
  assert.equal(brief(2 / 3), '0.6667');
  assert.equal(brief(12345), '12\u202f345');
  assert.equal(brief(123456.7), '1.23e5');
  assert.equal(brief(0.00012345), '1.23e-4');
});

test('a label of an axis has as many digits as the distance to the next needs', () => {
  assert.equal(tick(null, 1), '');
  assert.equal(tick(0, 0.1), '0');
  assert.equal(tick(0.30000000000000004, 0.1), '0.3');
  assert.equal(tick(1.0001, 0.0001), '1.0001');
  assert.equal(tick(250000, 50000), '2.5e5');
  assert.equal(tick(0.0005, 0.0005), '5e-4');
  assert.equal(tick(2000000.5, 0), '2e6');
});

test('labels that are apart look different', () => {
  for (const step of [1e-7, 0.002, 0.25, 1, 5, 2e4]) {
    for (const from of [0, 1, 123.456, 1e4]) {
      const labels = Array.from({length: 8}, (_, k) => from + k * step).map((v) => tick(v, step));
      assert.equal(new Set(labels).size, 8, from + ' by ' + step + ': ' + labels);
    }
  }
});

test('an id is read as words', () => {
  assert.equal(words('parameterNorm'), 'parameter norm');
  assert.equal(words('gapToMinNorm'), 'gap to min norm');
  assert.equal(words('loss'), 'loss');
});

test('one of a thing is not many', () => {
  assert.equal(plural(1, 'unit'), '1 unit');
  assert.equal(plural(0, 'unit'), '0 units');
  assert.equal(plural(1200, 'unit'), '1\u202f200 units');
});
