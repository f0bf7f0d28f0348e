// Numbers and names as text, and small DOM helpers. Nothing here ever makes HTML out of data.

const grouped = new Intl.NumberFormat('en', {useGrouping: true, maximumFractionDigits: 0});

/** A whole number with thin spaces between thousands, at which no line ends. */
export const whole = (n) => grouped.format(n).replace(/,/g, '\u202f');

/** A value of a column: six digits, readable from 1e-4 to 1e6, exponential outside. */
export function number(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return whole(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(6))) : value.toExponential(5);
}

/** A value where there is little room: four digits. */
export function brief(value) {
  if (typeof value !== 'number' || Number.isInteger(value)) return number(value);
  const size = Math.abs(value);
  return size >= 1e-3 && size < 1e5 ? String(Number(value.toPrecision(4))) : value.toExponential(2).replace('e+', 'e');
}

/** Short text for an axis, with as many digits as the distance to the next one needs. */
export function tick(value, step) {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  const digits = step > 0 ? Math.max(1, Math.floor(Math.log10(size) + 1e-9) - Math.floor(Math.log10(step) + 1e-9) + 2) : 3;
  if (size >= 1e5 || size < 1e-3) {
    const [mantissa, exponent] = value.toExponential(Math.min(digits, 8) - 1).split('e');
    return String(Number(mantissa)) + 'e' + exponent.replace('+', '');
  }
  return String(Number(value.toPrecision(Math.min(digits, 12))));
}

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
