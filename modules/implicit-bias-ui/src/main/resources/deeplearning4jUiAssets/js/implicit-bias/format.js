// Numbers and names as text, and small DOM helpers. Nothing here ever makes HTML out of data.

const grouped = new Intl.NumberFormat('en', {useGrouping: true, maximumFractionDigits: 0});

/** A whole number with thin spaces between thousands. */
export const whole = (n) => grouped.format(n).replace(/,/g, '\u2009');

/** A value of a column: six digits, readable from 1e-4 to 1e6, exponential outside. */
export function number(value) {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'string') return value;
  if (Number.isInteger(value) && Math.abs(value) < 1e9) return whole(value);
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? String(Number(value.toPrecision(6))) : value.toExponential(5);
}

/** Short text for an axis. */
export function tick(value) {
  if (value === null || value === undefined) return '';
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (size >= 1e5 || size < 1e-3) return value.toExponential(0).replace('e+', 'e');
  return String(Number(value.toPrecision(3)));
}

/** "parameterNorm" as "parameter norm". */
export const words = (id) => id.replace(/([a-z0-9])([A-Z])/g, '$1 $2').toLowerCase();

/** "stableRank[layer0]" as metric and layer; the layer is null for a value of the whole run. */
export function column(id) {
  const at = id.indexOf('[');
  return at > 0 && id.endsWith(']')
    ? {metric: id.slice(0, at), layer: id.slice(at + 1, -1)}
    : {metric: id, layer: null};
}

export const plural = (n, one) => whole(n) + ' ' + one + (n === 1 ? '' : 's');

export function element(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

export const byId = (id) => document.getElementById(id);

/** A colour of the page's palette, which depends on light or dark. */
export const colour = (name) => getComputedStyle(byId('implicit-bias')).getPropertyValue('--' + name).trim();

/** Numbers of a column for drawing: what is absent or not finite is null. */
export const finite = (values) => values.map((v) => (typeof v === 'number' ? v : null));
