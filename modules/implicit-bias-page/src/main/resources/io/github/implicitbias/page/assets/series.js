// Numbers over steps: {steps, values}, thinned by whoever sent them, each with steps of its own.

/** Index of the last number that is at most v, -1 if there is none. */
export function lastAtMost(sorted, v) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] <= v) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Numbers of a column for drawing: what is absent or not finite is null. */
export const finite = (values) => values.map((v) => (typeof v === 'number' ? v : null));

/** The part of a series at steps from one to another, both included. */
export function between({steps, values}, from, to) {
  const begin = lastAtMost(steps, from - 0.5) + 1;
  const end = lastAtMost(steps, to) + 1;
  return {steps: steps.slice(begin, end), values: values.slice(begin, end)};
}

/**
 * A series as [steps, values] of a line that is interrupted where records were lost.
 *
 * @param gaps [after, before] of steps that are there; after is -1 where nothing came before
 * @param change what is drawn of a value
 */
export function lineWithGaps(series, gaps, change = (v) => v) {
  const x = [...(series?.steps || [])];
  const y = finite(series?.values || []).map((v) => (v === null ? null : change(v)));
  for (const [after, before] of gaps) {
    let at = x.findIndex((step) => step >= before);
    if (at < 0) at = x.length;
    if (at === 0 || after < 0) continue;
    x.splice(at, 0, (after + before) / 2);
    y.splice(at, 0, null);
  }
  return [x, y];
}

/** The one value of all lines, if there are several numbers and none is another; else null. */
export function constantOf(lines) {
  const values = lines.flatMap((line) => line.filter((v) => typeof v === 'number'));
  return values.length > 2 && values.every((v) => v === values[0]) ? values[0] : null;
}

/** The value at a step, or the last one before it: {step, value}, null if there is none. */
export function valueAt(series, step) {
  const at = series ? lastAtMost(series.steps, step) : -1;
  return at < 0 ? null : {step: series.steps[at], value: series.values[at]};
}

/**
 * Several series as rows of a table: [step, a value per series], null where a series has none.
 */
export function rowsOf(all) {
  const lines = all.map((series) => series || {steps: [], values: []});
  const at = lines.map(({steps, values}) => new Map(steps.map((step, k) => [step, values[k]])));
  const steps = [...new Set(lines.flatMap((line) => line.steps))].sort((a, b) => a - b);
  return steps.map((step) => [step, ...at.map((values) => finite([values.get(step)])[0])]);
}
