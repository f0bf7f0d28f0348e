// The activation pattern of one layer at one step, and the order in which it is drawn.

/** Names of the colours of a bit: bit 0 of its state says whether it is on, bit 1 whether it flipped at this step. */
export const STATES = ['off', 'on', 'deactivation', 'activation'];

/** Width of the numbers of units, in pixels. */
export const LABELS = 44;

/** "#rrggbb" as one number whose bytes lie in memory as a canvas has them. */
export function packed(hex) {
  const n = parseInt(hex.slice(1), 16);
  return new Uint32Array(Uint8Array.of(n >> 16, (n >> 8) & 255, n & 255, 255).buffer)[0];
}

/** The base64 text of packed bits as bytes; a run in the page itself has the bytes. */
export function bytes(base64) {
  if (typeof base64 !== 'string') return base64;
  const text = atob(base64);
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/**
 * What a unit is called that is on for so many samples: 'dead', 'linear' or null. A channel at any
 * position is never linear: being on for a sample says little of each of its positions.
 */
export function markOf(on, samples, grouped) {
  if (on === 0) return 'dead';
  return on === samples && !grouped ? 'linear' : null;
}

/** How many bits of some bytes are set. */
export function ones(some) {
  let count = 0;
  for (let k = 0; k < some.length; k++) count += ONES[some[k]];
  return count;
}

const ONES = Uint8Array.from({length: 256}, (_, byte) => {
  let count = 0;
  for (let rest = byte; rest; rest &= rest - 1) count++;
  return count;
});

/** Packed bits, per unit; bit i % 8 of byte i / 8 of a unit is sample i. */
export class Pattern {
  constructor(found, step) {
    Object.assign(this, found);
    this.step = step;
    this.bits = bytes(found.bits);
    this.stride = Math.ceil(found.samples / 64) * 8;
    this.flips = Array.isArray(found.flips) ? this.marked(found.flips) : found.flips && bytes(found.flips);
  }

  /** Bits that are given by their numbers. */
  marked(numbers) {
    const out = new Uint8Array(this.bits.length);
    for (const n of numbers) out[n >> 3] |= 1 << (n & 7);
    return out;
  }

  isOn(unit, sample) {
    return (this.bits[unit * this.stride + (sample >> 3)] >> (sample & 7) & 1) === 1;
  }

  /** 0 off, 1 on, 2 switched off at this step, 3 switched on at this step. */
  state(unit, sample) {
    const at = unit * this.stride + (sample >> 3);
    const bit = 1 << (sample & 7);
    return (this.bits[at] & bit ? 1 : 0) + (this.flips && this.flips[at] & bit ? 2 : 0);
  }

  /**
   * Writes the colours of a unit, a pixel after the other.
   *
   * @param cells per pixel the sample it shows
   * @param colours of the four states
   */
  paint(unit, cells, colours, pixels, from) {
    const {bits, flips, stride} = this;
    const row = unit * stride;
    const flipped = flips !== null && flips.subarray(row, row + stride).some((byte) => byte !== 0);
    for (let x = 0; x < cells.length; x++) {
      const sample = cells[x];
      const at = row + (sample >> 3);
      const on = bits[at] >> (sample & 7) & 1;
      pixels[from + x] = colours[flipped ? on + 2 * (flips[at] >> (sample & 7) & 1) : on];
    }
  }

  /** Per unit the number of samples it is on for. */
  support() {
    return Array.from({length: this.units}, (_, unit) => ones(this.bits.subarray(unit * this.stride, (unit + 1) * this.stride)));
  }

  /**
   * Per sample the number of units that are on for it. Added up for 32 samples at a time: digit k of
   * their counts is in word k of `digits`.
   */
  perSample() {
    const words = this.stride / 4;
    const all = new Uint32Array(this.bits.buffer, this.bits.byteOffset, this.units * words);
    const counts = new Array(this.samples).fill(0);
    const digits = new Uint32Array(32);
    for (let w = 0; w < words; w++) {
      digits.fill(0);
      for (let at = w; at < all.length; at += words) {
        for (let carry = all[at], k = 0; carry !== 0; k++) {
          const next = digits[k] & carry;
          digits[k] ^= carry;
          carry = next;
        }
      }
      for (let i = 32 * w; i < Math.min(this.samples, 32 * w + 32); i++) {
        for (let k = 0; k < 32; k++) counts[i] += ((digits[k] >>> (i & 31)) & 1) * 2 ** k;
      }
    }
    return counts;
  }

  /** The bits of every unit as numbers of 32 bits. */
  rows() {
    return Array.from({length: this.units}, (_, unit) => {
      const row = this.bits.slice(unit * this.stride, (unit + 1) * this.stride);
      return new Uint32Array(row.buffer);
    });
  }

  /** The bits of every sample as numbers of 32 bits. */
  columns() {
    const words = Math.ceil(this.units / 32);
    const columns = Array.from({length: this.samples}, () => new Uint32Array(words));
    for (let unit = 0; unit < this.units; unit++) {
      for (let i = 0; i < this.samples; i++) if (this.isOn(unit, i)) columns[i][unit >> 5] |= 1 << (unit & 31);
    }
    return columns;
  }
}

const GREEDY = 1500; // rows up to which the nearest neighbour is looked for

function difference(a, b) {
  let count = 0;
  for (let k = 0; k < a.length; k++) {
    let v = a[k] ^ b[k];
    v -= (v >>> 1) & 0x55555555;
    v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
    count += (((v + (v >>> 4)) & 0x0f0f0f0f) * 0x01010101) >>> 24;
  }
  return count;
}

/**
 * An order in which neighbours are alike: from the row with the fewest bits always to the one that
 * differs in the fewest bits among those that are left; where there are very many rows, as numbers.
 */
export function bySimilarity(rows) {
  const left = rows.map((_, i) => i);
  if (rows.length > GREEDY) {
    return left.sort((a, b) => {
      for (let k = 0; k < rows[a].length; k++) if (rows[a][k] !== rows[b][k]) return rows[b][k] - rows[a][k];
      return a - b;
    });
  }
  const none = rows.length ? new Uint32Array(rows[0].length) : null;
  const order = [];
  for (let now = none; left.length;) {
    let best = 0;
    let least = Infinity;
    for (let k = 0; k < left.length; k++) {
      const d = difference(now, rows[left[k]]);
      if (d < least || (d === least && left[k] < left[best])) {
        least = d;
        best = k;
      }
    }
    const next = left[best];
    left[best] = left[left.length - 1];
    left.pop();
    order.push(next);
    now = rows[next];
  }
  return order;
}
