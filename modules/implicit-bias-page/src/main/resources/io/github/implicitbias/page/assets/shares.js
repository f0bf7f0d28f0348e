// For how many samples the units of a layer are on, and how often they flip: bytes and what they say.
// A byte of a share is 0 for a unit that is on for none, 255 for one that is on for all; a byte of a
// rate is logarithmic, see NetworkJson.

import {ones} from './raster.js';

const UNKNOWN = 255; // a rate that is not known
const QUANTILES = 256;
const FEW = 60; // layers up to which each has a row

/** The byte of a unit that is on for some of the samples. */
export function shareCode(on, samples, grouped) {
  if (on === 0) return 0;
  if (on === samples && !grouped) return 255;
  return Math.max(1, Math.min(254, Math.round((255 * on) / samples)));
}

/** So many of the bytes in order, evenly spread, as the server's. */
export function quantilesOf(bytes) {
  const sorted = Uint8Array.from(bytes).sort();
  return Uint8Array.from({length: QUANTILES}, (_, k) => sorted[Math.floor(((2 * k + 1) * sorted.length) / (2 * QUANTILES))]);
}

/** The shares of a layer on the probe, of its pattern: as the server's. */
export function sharesOfPattern({bits, units, samples}, {grouped, quantiles}) {
  const stride = Math.ceil(samples / 64) * 8;
  const on = Uint8Array.from({length: units}, (_, unit) =>
    shareCode(ones(bits.subarray(unit * stride, (unit + 1) * stride)), samples, grouped));
  const count = (code) => on.reduce((sum, byte) => sum + (byte === code ? 1 : 0), 0);
  return {units, on: quantiles ? quantilesOf(on) : on, dead: count(0), linear: grouped ? null : count(255), atLeast: false, channels: Boolean(grouped)};
}

/** Units from the one that is on least to the one that is on most: their bytes and numbers. */
export function inOrder(bytes) {
  const units = Array.from(bytes, (_, unit) => unit).sort((a, b) => bytes[a] - bytes[b] || a - b);
  return {units, bytes: Uint8Array.from(units, (unit) => bytes[unit])};
}

/**
 * What each of so many columns of a strip shows of bytes in order: their mean, or 'dead' or 'linear'
 * where all of its units are.
 */
export function columnsOf(bytes, width) {
  return Array.from({length: width}, (_, x) => {
    const from = Math.floor((x * bytes.length) / width);
    const to = Math.max(from + 1, Math.floor(((x + 1) * bytes.length) / width));
    let sum = 0;
    for (let k = from; k < to; k++) sum += bytes[k];
    if (sum === 0) return 'dead';
    return sum === 255 * (to - from) ? 'linear' : sum / (to - from);
  });
}

/** The middle one of some bytes in order, as a share. */
export const medianOf = (bytes) => bytes[bytes.length >> 1] / 255;

/** The rate of a byte: null where it is not known. */
export function rateOf(code, {low, high}) {
  if (code === UNKNOWN) return null;
  return code === 0 ? 0 : low * (high / low) ** ((code - 1) / (UNKNOWN - 2));
}

/** The place among epochs of the one that a step is in; the last where it comes after all of them; -1 for none. */
export function epochOf({lastStep}, step) {
  const at = lastStep.findIndex((last) => step <= last);
  return at < 0 ? lastStep.length - 1 : at;
}

/** The bucket of a step among edges; -1 outside. */
export function bucketOf(edges, step) {
  if (edges.length < 2 || step < edges[0] || step > edges[edges.length - 1]) return -1;
  let at = 0;
  while (at < edges.length - 2 && edges[at + 1] <= step) at++;
  return at;
}

/** How much a number of dead units of a layer matters. */
export function gravityOf(dead, units) {
  if (dead === 0) return null;
  const share = dead / units;
  return share >= 0.5 ? 'problem' : share >= 0.05 ? 'attention' : 'information';
}

/**
 * Rows of layers: one each, or above 60 one for consecutive layers that are alike, unless it is
 * unfolded. A row is a list of places.
 */
export function rowsOfLayers(layers, unfolded = new Set()) {
  const single = layers.map((_, k) => [k]);
  if (layers.length <= FEW) return single;
  const kind = ({kind: what, units, activation}) => [what, units, activation].join('\n');
  const rows = [];
  layers.forEach((layer, k) => {
    const last = rows[rows.length - 1];
    if (last && kind(layers[last[0]]) === kind(layer)) last.push(k);
    else rows.push([k]);
  });
  return rows.flatMap((row) => (row.length < 3 || unfolded.has(row[0]) ? row.map((k) => [k]) : [row]));
}

/** Several layers as one: all of their units, as far as they are known. */
export function together(parts) {
  const known = parts.filter(Boolean);
  if (known.length === 0) return null;
  const sum = (name) => (known.every((one) => one[name] !== null) ? known.reduce((all, one) => all + one[name], 0) : null);
  return {
    units: sum('units'), dead: sum('dead'), linear: sum('linear'), atLeast: known.some((one) => one.atLeast),
    channels: known.some((one) => one.channels),
    on: Uint8Array.from(known.flatMap((one) => [...one.on])),
  };
}
