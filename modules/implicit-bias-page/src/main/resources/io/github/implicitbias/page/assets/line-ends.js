// Lines of a chart are named where they end: names that would lie on one another move apart, and
// where there is no room for all of them some are left out.

import {colour} from './format.js';

const FONT = 'px system-ui, sans-serif';
const SIZE = 11;
const APART = 12; // pixels from name to name
const LEAST = 260; // pixels of a chart that has room for names
const SHARE = 0.3; // of the width, at most

/**
 * Places for names, from their lines' ends.
 *
 * @param ends [{y, first: whether it is to be there before all others}], in the order in which they count
 * @param low least place
 * @param high greatest place
 * @param apart distance between two names
 * @return the place of each, null for those that have none
 */
export function placesOf(ends, low, high, apart) {
  const room = Math.max(1, Math.floor((high - low) / apart) + 1);
  const order = ends.map((end, k) => k).sort((a, b) => (ends[b].first ? 1 : 0) - (ends[a].first ? 1 : 0) || a - b);
  let kept = order;
  if (kept.length > room) {
    // Those that lie apart by themselves; then whichever there is room for.
    const clear = [];
    for (const k of order) if (clear.every((other) => Math.abs(ends[other].y - ends[k].y) >= apart)) clear.push(k);
    kept = clear.slice(0, room);
  }
  kept = [...kept].sort((a, b) => ends[a].y - ends[b].y || a - b);
  const at = kept.map((k) => Math.min(high, Math.max(low, ends[k].y)));
  for (let i = 1; i < at.length; i++) at[i] = Math.max(at[i], at[i - 1] + apart);
  for (let i = at.length - 1, top = high; i >= 0; i--) {
    at[i] = Math.min(at[i], top);
    top = at[i] - apart;
  }
  const places = ends.map(() => null);
  kept.forEach((k, i) => { places[k] = at[i]; });
  return places;
}

/**
 * The series that have a name at their end: those that are drawn, where there are several, of which
 * the legend alone speaks if their names are long.
 */
function named(u, chart) {
  const room = chart.box.clientWidth;
  if (chart.over.length || room < LEAST) return {found: [], widest: 0};
  const found = chart.series.map((s, i) => ({s, i, text: s.label ?? s.name}))
    .filter(({s, text}) => s.draw !== false && text && (s.ends ?? s.legend !== false) && chart.counts[s.name] > 0);
  const ratio = globalThis.uPlot.pxRatio;
  u.ctx.save();
  u.ctx.font = SIZE * ratio + FONT;
  const widest = Math.max(0, ...found.map(({text}) => u.ctx.measureText(text).width / ratio));
  u.ctx.restore();
  return found.length < 2 || (widest > SHARE * room && !found.some(({s}) => s.ends)) ? {found: [], widest: 0} : {found, widest};
}

/** A text that has room. */
function cut(ctx, text, width) {
  let shown = text;
  while (shown.length > 2 && ctx.measureText(shown).width > width) shown = shown.slice(0, -2) + '…';
  return shown;
}

/** Pixels to the right of a chart that the names need. */
export function roomForEnds(u, chart) {
  const {found, widest} = named(u, chart);
  return found.length ? Math.max(16, Math.ceil(Math.min(SHARE * chart.box.clientWidth, widest) + 10)) : 16;
}

/** Draws the names. */
export function lineEnds(chart) {
  return {hooks: {draw: [(u) => {
    const {ctx, data} = u;
    const {left, top, width, height} = u.bbox;
    const ratio = globalThis.uPlot.pxRatio;
    const ends = named(u, chart).found.flatMap(({s, i, text}) => {
      const line = data[i + 1];
      let k = line.length - 1;
      while (k >= 0 && (line[k] === null || line[k] === undefined || data[0][k] > u.scales.x.max)) k--;
      return k < 0 ? [] : [{s, text, first: s.first, x: Math.min(left + width, u.valToPos(data[0][k], 'x', true)), y: u.valToPos(line[k], 'y', true)}];
    });
    const places = placesOf(ends, top + 4 * ratio, top + height - 4 * ratio, APART * ratio);
    chart.named = ends.filter((end, k) => places[k] !== null).map(({text}) => text);
    ctx.save();
    ctx.font = SIZE * ratio + FONT;
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 3 * ratio;
    ctx.strokeStyle = colour('card');
    ends.forEach(({s, text, x}, k) => {
      if (places[k] === null) return;
      const shown = cut(ctx, text, left + width + roomForEnds(u, chart) * ratio - x - 6 * ratio);
      if (x < left + width - ratio) ctx.strokeText(shown, x + 5 * ratio, places[k]);
      ctx.fillStyle = chart.stroke(s);
      ctx.fillText(shown, x + 5 * ratio, places[k]);
    });
    ctx.restore();
  }]}};
}
