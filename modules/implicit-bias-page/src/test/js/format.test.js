import assert from 'node:assert/strict';
import test from 'node:test';
import {brief, number, percent, plural, shortened, tick, whole, words} from '../../main/resources/io/github/implicitbias/page/assets/format.js';

test('whole numbers have commas between thousands', () => {
  assert.equal(whole(0), '0');
  assert.equal(whole(999), '999');
  assert.equal(whole(1234567), '1,234,567');
  assert.equal(whole(-1234), '−1,234');
});

test('a value where exactness counts has six digits, and a power of ten below 1e-4 and from 1e7 on', () => {
  assert.equal(number(null), '–');
  assert.equal(number(undefined), '–');
  assert.equal(number(3), '3');
  assert.equal(number(0.5), '0.5');
  assert.equal(number(Math.PI), '3.14159');
  assert.equal(number(999999.5), '1,000,000');
  assert.equal(number(0.0001), '0.0001');
  assert.equal(number(0.00009), '9·10⁻⁵');
  assert.equal(number(1234567.8), '1,234,570');
  assert.equal(number(-2.5e-9), '−2.5·10⁻⁹');
  assert.equal(number(1e9), '1·10⁹');
});

test('a brief value has four digits', () => {
  assert.equal(brief(null), '–');
  assert.equal(brief(2 / 3), '0.6667');
  assert.equal(brief(12345), '12,345');
  assert.equal(brief(123456.7), '123,500');
  assert.equal(brief(0.00012345), '0.0001235');
  assert.equal(brief(4.4567e-16), '4.457·10⁻¹⁶');
});

test('what is not a number is said, whatever it is called on the way', () => {
  for (const say of [number, brief]) {
    assert.equal(say('NaN'), 'not a number');
    assert.equal(say(NaN), 'not a number');
    assert.equal(say('Infinity'), '∞');
    assert.equal(say('-Infinity'), '−∞');
  }
});

test('numbers of very many digits in a text have four', () => {
  assert.equal(shortened('loss 0.4703356814342153'), 'loss 0.4703');
  assert.equal(shortened('from -1.2345678e-12 to 3.5'), 'from −1.235·10⁻¹² to 3.5');
  assert.equal(shortened('layer0 of 1.0.0-M2.1, 2210.07082'), 'layer0 of 1.0.0-M2.1, 2210.07082');
});

test('shares are percent, with as many decimals as their distance needs', () => {
  assert.equal(percent(0.5), '50 %');
  assert.equal(percent(0.985, 0.005), '98.5 %');
  assert.equal(percent(0.98527, 0.0005), '98.53 %');
});

test('a label of an axis has as many digits as the distance to the next needs', () => {
  assert.equal(tick(null, 1), '');
  assert.equal(tick(0, 0.1), '0');
  assert.equal(tick(0.30000000000000004, 0.1), '0.3');
  assert.equal(tick(1.0001, 0.0001), '1.0001');
  assert.equal(tick(250000, 50000), '250,000');
  assert.equal(tick(0.0005, 0.0005), '0.0005');
  assert.equal(tick(-2e-6, 1e-6), '−2·10⁻⁶');
  assert.equal(tick(20000000, 0), '2·10⁷');
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
  assert.equal(plural(1200, 'unit'), '1,200 units');
});
