// Numbers and names as text, and small DOM helpers. Nothing here ever makes HTML out of data.

const grouped = new Intl.NumberFormat('en', {useGrouping: true, maximumFractionDigits: 0});

const minus = (text) => text.replace('-', '−');

/** A whole number with commas between thousands. */
export const whole = (n) => minus(grouped.format(n));

const NOT_NUMBERS = {NaN: 'not a number', Infinity: '∞', '-Infinity': '−∞'};

/** A number as m · 10ⁿ. */
function scientific(value, digits) {
  const [mantissa, exponent] = value.toExponential(digits - 1).split('e');
  return minus(String(Number(mantissa))) + '·10' + [...String(Number(exponent))].map((c) => '⁰¹²³⁴⁵⁶⁷⁸⁹'['0123456789'.indexOf(c)] ?? '⁻').join('');
}

/** A number with so many digits: plain from 0.0001 to below ten million. */
function digitsOf(value, digits) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e7)) return scientific(value, digits);
  return minus(size >= 1000 && Number(value.toPrecision(digits)) % 1 === 0 ? grouped.format(Number(value.toPrecision(digits)))
    : new Intl.NumberFormat('en', {maximumSignificantDigits: digits}).format(value));
}

function known(value, digits) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return NOT_NUMBERS[value] ?? value;
  if (!Number.isFinite(value)) return NOT_NUMBERS[String(value)];
  return Number.isInteger(value) && Math.abs(value) < 1e9 ? whole(value) : digitsOf(value, digits);
}

/** A value where exactness counts: six digits. */
export const number = (value) => known(value, 6);

/** A value elsewhere: four digits. */
export const brief = (value) => known(value, 4);

/** A text in which numbers of very many digits have four. */
export const shortened = (text) => text.replace(/-?\d+\.\d{6,}(?:[eE][+-]?\d+)?/g, (all) => brief(Number(all)));

/** Short text for an axis, with as many digits as the distance to the next one needs. */
export function tick(value, step) {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const digits = step > 0 ? Math.max(1, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(step) + 1e-9) + 2) : 3;
  return digitsOf(value, Math.min(digits, 12));
}

/** A share as percent, with as many decimals as the distance to the next one needs. */
export const percent = (share, step = 0.01) => minus((100 * share).toFixed(step >= 0.01 ? 0 : step >= 0.001 ? 1 : 2)) + ' %';

/** The name of a class's colour in the palette; with more classes than colours these are greys, see Classes. */
export const classShade = (c) => (c >= 0 ? 'k' + (c % 10) : 'muted');

/** "parameterNorm" as "parameter norm". */
export const words = (id) => id.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

export const plural = (n, one) => whole(n) + ' ' + one + (n === 1 ? '' : 's');

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** A colour of the page's palette, which depends on light or dark. */
export const colour = (name) => getComputedStyle(byId('implicit-bias')).getPropertyValue('--' + name).trim();

/** The colour of a class, on a canvas. */
export const classColour = (c) => colour(classShade(c));
