// What is drawn around the line of the loss: findings in a lane above it, where it is not a number,
// and its range where records are closer than pixels.

import {lostStretches} from './findings.js';
import {colour} from './format.js';
import {drawIcon} from './levels.js';
import {t} from './words.js';

const BUCKET = 3; // pixels in which the least and the greatest value make a band
const DENSE = 2.5; // values per bucket from which there is a band

const MANY = 40; // marks from which on those about single units are left out

/** The events that are marked above the loss: findings have a lane of their own. */
export function markedEvents(events) {
  const some = events.filter((event) => event.kind !== 'finding');
  return some.length > MANY ? some.filter((event) => (event.unit ?? null) === null) : some;
}

const ratio = () => globalThis.uPlot.pxRatio;

/**
 * Values in buckets of pixels: [place, least, mean, greatest] for each bucket that has any, null
 * between stretches.
 *
 * @param places where the values lie, rising
 */
export function bandOf(places, values, width) {
  const buckets = [];
  let now = null;
  places.forEach((x, k) => {
    const v = values[k];
    if (v === undefined) return;
    if (v === null) {
      if (buckets.length && buckets[buckets.length - 1] !== null) buckets.push(null);
      now = null;
      return;
    }
    const at = Math.floor(x / width);
    if (now === null || now.at !== at) {
      now = {at, low: v, high: v, sum: 0, count: 0};
      buckets.push(now);
    }
    now.low = Math.min(now.low, v);
    now.high = Math.max(now.high, v);
    now.sum += v;
    now.count++;
  });
  return buckets.map((b) => b && [(b.at + 0.5) * width, b.low, b.sum / b.count, b.high]);
}

/**
 * Means of all records in the buckets of a band, where the buckets they are known for are not wider.
 *
 * @param band what bandOf gives
 * @param means {begin, width, sums, over: per bucket; unit in which the band is}; null for none
 * @param place (step) => where it lies
 */
export function withMeans(band, means, place, width) {
  if (!means) return band;
  const sums = new Map();
  means.over.forEach((count, k) => {
    const from = means.begin + k * means.width;
    const [a, b] = [place(from), place(from + means.width)];
    if (count === 0 || b - a > 1.5 * width) return;
    const at = Math.floor((a + b) / 2 / width);
    const [sum, over] = sums.get(at) ?? [0, 0];
    sums.set(at, [sum + means.sums[k], over + count]);
  });
  return band.map((bucket) => {
    const found = bucket && sums.get(Math.floor(bucket[0] / width));
    if (!found) return bucket;
    const [x, low, , high] = bucket;
    return [x, low, Math.min(high, Math.max(low, found[0] / found[1] / (means.unit ?? 1))), high];
  });
}

/** Whether so many values in so many pixels are a band, not a line. */
export const isDense = (count, pixels) => count / Math.max(1, pixels / BUCKET) >= DENSE;

/** The range of a series and its mean, in place of the line, where the line would be a scribble. */
export function band(series, shade, means = () => null, timeline = null) {
  return {hooks: {drawClear: [(u) => {
    const at = u.series.findIndex((s) => s.label === series);
    if (at < 0) return;
    const [xs] = u.data;
    const ys = u.data[at];
    const count = ys.reduce((n, v) => n + (typeof v === 'number'), 0);
    u.ibDense = isDense(count, u.bbox.width / ratio());
    if (!u.ibDense) return;
    const places = xs.map((x) => u.valToPos(x, 'x', true));
    const buckets = withMeans(bandOf(places, ys, BUCKET * ratio()), means(), (step) => u.valToPos(timeline.toAxis(step), 'x', true), BUCKET * ratio());
    const {ctx} = u;
    const y = (v) => u.valToPos(v, 'y', true);
    const {left, top, width, height} = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    ctx.fillStyle = colour('band');
    ctx.strokeStyle = colour(shade);
    ctx.lineWidth = 1.6 * ratio();
    ctx.lineJoin = 'round';
    for (const stretch of stretchesOf(buckets)) {
      ctx.beginPath();
      stretch.forEach(([x, low], k) => ctx[k ? 'lineTo' : 'moveTo'](x, y(low)));
      [...stretch].reverse().forEach(([x, , , high]) => ctx.lineTo(x, y(high)));
      ctx.fill();
      ctx.beginPath();
      stretch.forEach(([x, , mean], k) => ctx[k ? 'lineTo' : 'moveTo'](x, y(mean)));
      ctx.stroke();
    }
    ctx.restore();
  }]}};
}

function stretchesOf(buckets) {
  const stretches = [[]];
  for (const bucket of buckets) {
    if (bucket === null) stretches.push([]);
    else stretches[stretches.length - 1].push(bucket);
  }
  return stretches.filter((stretch) => stretch.length);
}

/** Findings in a lane above the plot, where nothing else lies. */
export function findingLane(timeline) {
  return {hooks: {draw: [(u) => {
    const {left, top, width} = u.bbox;
    for (const {level, since} of [...timeline.findings].reverse()) {
      const x = u.valToPos(timeline.toAxis(since), 'x', true);
      if (x >= left && x <= left + width) drawIcon(u.ctx, level, x, top - 13 * ratio(), 12 * ratio());
    }
  }]}};
}

/** Where the run had no numbers: hatched, and said. */
export function lostRegions(timeline) {
  return {hooks: {drawClear: [(u) => {
    const {left, top, width, height} = u.bbox;
    const {ctx} = u;
    const place = (step) => Math.min(left + width, Math.max(left, u.valToPos(timeline.toAxis(step), 'x', true)));
    for (const [from, to] of lostStretches(timeline.events, timeline.full[1])) {
      const [a, b] = [place(from), place(to)];
      if (b - a < 1) continue;
      ctx.save();
      ctx.beginPath();
      ctx.rect(a, top, b - a, height);
      ctx.clip();
      ctx.strokeStyle = colour('hatch');
      ctx.lineWidth = ratio();
      ctx.beginPath();
      for (let x = a - height; x < b; x += 8 * ratio()) {
        ctx.moveTo(x, top + height);
        ctx.lineTo(x + height, top);
      }
      ctx.stroke();
      const text = t('not a number since step {0}', from);
      ctx.font = 11 * ratio() + 'px system-ui, sans-serif';
      const room = ctx.measureText(text).width + 10 * ratio();
      if (room < b - a) {
        ctx.fillStyle = colour('card');
        // Below: names of lines that end here stand above.
        ctx.fillRect(a + 2 * ratio(), top + height - 21 * ratio(), room, 17 * ratio());
        ctx.fillStyle = colour('ink');
        ctx.textAlign = 'left';
        ctx.textBaseline = 'middle';
        ctx.fillText(text, a + 7 * ratio(), top + height - 12 * ratio());
      }
      ctx.restore();
    }
  }]}};
}
