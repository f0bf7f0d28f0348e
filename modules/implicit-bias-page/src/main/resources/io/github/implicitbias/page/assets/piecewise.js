// Networks of piecewise linear units as functions: of one input, on a grid of two, and the loss of
// a single unit over its weights. Only numbers here, no drawing.

/**
 * The slope of an activation function left of 0 if it is max(z, slope z), else null; `relu` is 0, the
 * identity 1.
 */
export function slopeOf(activation) {
  const text = activation.toLowerCase();
  if (text === 'relu') return 0;
  if (text === 'identity') return 1;
  const found = /^(?:exact)?leakyrelu\((?:a=)?([-+.e\d]+)\)$/.exec(text);
  const slope = found ? Number(found[1]) : NaN;
  return Number.isFinite(slope) ? slope : null;
}

/** "squared" or "logistic" for the id of a loss, else null. */
export function lossKind(id) {
  if (!id) return null;
  if (/logistic|xent/i.test(id)) return 'logistic';
  return /mse|square|l2/i.test(id) ? 'squared' : null;
}

/**
 * Values of offset + sum of a (w1 x + w2 y + b)+ and its leaky part on a grid, row by row from the
 * first y. A unit is linear along a row but for one kink, so that it costs a few additions per row
 * and not one per cell.
 *
 * @param net {w1, w2, b, a} per unit, {slope, offset}
 * @param grid {x, y, dx, dy, columns, rows}: centre of the first cell, distances, counts
 */
export function onGrid(net, grid) {
  const {columns, rows} = grid;
  const wide = columns + 1;
  const start = new Float64Array(wide * rows); // what is added from a column on
  const step = new Float64Array(wide * rows); // what is added per column from a column on
  for (let j = 0; j < net.a.length; j++) {
    const dz = net.w1[j] * grid.dx;
    const on = net.a[j] * (1 - net.slope);
    const always = net.a[j] * net.slope;
    for (let r = 0; r < rows; r++) {
      const z = net.w1[j] * grid.x + net.w2[j] * (grid.y + r * grid.dy) + net.b[j];
      const at = r * wide;
      start[at] += always * z;
      step[at] += always * dz;
      if (dz > 0 || (dz === 0 && z > 0)) {
        const first = dz === 0 ? 0 : Math.max(0, Math.min(columns, Math.ceil(-z / dz)));
        start[at + first] += on * z;
        step[at + first] += on * dz;
      } else if (dz < 0) {
        const end = Math.max(0, Math.min(columns, Math.ceil(-z / dz)));
        if (end === 0) continue;
        start[at] += on * z;
        step[at] += on * dz;
        start[at + end] -= on * z;
        step[at + end] -= on * dz;
      }
    }
  }
  const values = new Float64Array(columns * rows);
  for (let r = 0; r < rows; r++) {
    let constant = net.offset;
    let linear = 0;
    for (let c = 0; c < columns; c++) {
      constant += start[r * wide + c];
      linear += step[r * wide + c];
      values[r * columns + c] = constant + linear * c;
    }
  }
  return values;
}

/**
 * The corners of a function of one input over a range.
 *
 * @param net {w, b, a} per unit, {slope, offset}
 * @returns {x, y} of the ends and of every kink between them, and `kinks`: {unit, x, y, size}
 */
export function cornersOf(net, low, high) {
  const act = (z) => (z > 0 ? z : net.slope * z);
  const kinks = [];
  let value = net.offset;
  let slope = 0;
  for (let j = 0; j < net.a.length; j++) {
    const [w, b, a] = [net.w[j], net.b[j], net.a[j]];
    value += a * act(w * low + b);
    const z = w * low + b;
    const on = z > 0 || (z === 0 && w > 0);
    slope += a * w * (on ? 1 : net.slope);
    const x = -b / w;
    if (w !== 0 && x > low && x < high) kinks.push({unit: j, x, turn: a * Math.abs(w) * (1 - net.slope), size: Math.abs(a * w)});
  }
  kinks.sort((p, q) => p.x - q.x);
  const xs = [low];
  const ys = [value];
  let at = low;
  for (const kink of kinks) {
    value += slope * (kink.x - at);
    at = kink.x;
    slope += kink.turn;
    kink.y = value;
    xs.push(at);
    ys.push(value);
  }
  xs.push(high);
  ys.push(value + slope * (high - at));
  return {x: xs, y: ys, kinks};
}

/** Mean loss of one unit over samples {x, y, target} at weights (u, v). */
export function lossAt(samples, loss, slope, bias, u, v) {
  let sum = 0;
  for (const s of samples) {
    const z = u * s.x + v * s.y + bias;
    const f = z > 0 ? z : slope * z;
    if (loss === 'squared') {
      sum += 0.5 * (f - s.target) ** 2;
    } else {
      const m = s.target > 0 ? f : -f;
      sum += m > 0 ? Math.log1p(Math.exp(-m)) : Math.log1p(Math.exp(m)) - m;
    }
  }
  return sum / samples.length;
}

/**
 * Where a function on a grid passes a level: pieces of lines, as x1, y1, x2, y2 in cells, one after
 * the other (marching squares, saddles cut as they come). A border of an area that lies at the level
 * is none.
 */
export function contour(values, columns, rows, level) {
  const out = [];
  const cut = (p, q) => (level - p) / (q - p);
  const across = (p, q) => (p > level && q < level) || (p < level && q > level);
  for (let r = 0; r + 1 < rows; r++) {
    for (let c = 0; c + 1 < columns; c++) {
      const at = r * columns + c;
      const a = values[at];
      const b = values[at + 1];
      const d = values[at + columns];
      const e = values[at + columns + 1];
      const points = [];
      if (across(a, b)) points.push(c + cut(a, b), r);
      if (across(b, e)) points.push(c + 1, r + cut(b, e));
      if (across(d, e)) points.push(c + cut(d, e), r + 1);
      if (across(a, d)) points.push(c, r + cut(a, d));
      for (let k = 0; k + 3 < points.length; k += 4) out.push(points[k], points[k + 1], points[k + 2], points[k + 3]);
    }
  }
  return out;
}
