// Sums over steps in buckets {begin, width, ...rows}, as they are kept while a run is indexed.

/**
 * Buckets of rates, so few that a range of steps has at most a number of them: neighbours are added up.
 *
 * @param found {begin, width, over: what the sums are over, ...rows}
 * @param names of the rows
 * @return {width, steps: the middle of each bucket, over, [name]: a rate per bucket, null where nothing is known}
 */
export function ratesOf(found, names, [from, to], most) {
  const {begin, width, over} = found;
  let group = 1;
  while ((to - from + 1) / (group * width) > most) group *= 2;
  const wide = group * width;
  const result = {width: wide, steps: [], over: [], ...Object.fromEntries(names.map((name) => [name, []]))};
  const first = Math.max(0, Math.floor((from - begin) / wide));
  const last = Math.min(Math.ceil(over.length / group) - 1, Math.floor((to - begin) / wide));
  const sum = (row, at) => {
    let total = 0;
    for (let k = at * group; k < Math.min(row.length, (at + 1) * group); k++) total += row[k];
    return total;
  };
  for (let at = first; at <= last; at++) {
    const seen = sum(over, at);
    result.steps.push(begin + at * wide + (wide - 1) / 2);
    result.over.push(seen);
    for (const name of names) result[name].push(seen > 0 ? sum(found[name], at) / seen : null);
  }
  return result;
}

/** The rate at a step, null where nothing is known. */
export function rateAt({begin, width, over, ...rows}, name, step) {
  const at = Math.floor((step - begin) / width);
  return over[at] > 0 ? rows[name][at] / over[at] : null;
}
