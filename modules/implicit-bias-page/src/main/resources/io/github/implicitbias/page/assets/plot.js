// What uPlot is told of a chart: its scales, axes and lines, and what the pointer does in it.

import {axisOptions} from './axis.js';
import {colour, percent, tick} from './format.js';
import {lineEnds, roomForEnds} from './line-ends.js';
import {axisLook, axisWidth, decades, linear, linearSplits, logSplits, shares, stepOf} from './scales.js';
import {t} from './words.js';

// uPlot is a script of the page, not a module: it is there once there is something to draw.
const ratio = () => globalThis.uPlot.pxRatio;

const BELOW = 40; // pixels below a plot, for the steps and their title
const DOUBLE = 250; // milliseconds in which a second click makes a double one

/** Bands for lost records, under every chart. */
function gapBands(timeline) {
  return {hooks: {drawClear: [(u) => {
    const ctx = u.ctx;
    const {left, top, width, height} = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top, width, height);
    ctx.clip();
    const place = (step) => u.valToPos(timeline.toAxis(step), 'x', true);
    for (const [after, before] of timeline.gaps) {
      const b = place(before);
      const a = Math.min(after < 0 ? b : place(after), b - 3 * ratio());
      ctx.fillStyle = colour('gap');
      ctx.fillRect(a, top, b - a, height);
      ctx.strokeStyle = colour('gap-line');
      ctx.lineWidth = ratio();
      ctx.setLineDash([3 * ratio(), 3 * ratio()]);
      ctx.strokeRect(a, top - 2, b - a, height + 4);
      ctx.setLineDash([]);
    }
    ctx.restore();
  }]}};
}

/** Titles of the axes: of the values above their axis, of the steps below the right end of theirs. */
function titles(chart) {
  return {hooks: {draw: [(u) => {
    const {ctx} = u;
    const {left, top, width, height} = u.bbox;
    ctx.save();
    ctx.font = 11 * ratio() + 'px system-ui, sans-serif';
    ctx.fillStyle = colour('ink');
    ctx.textBaseline = 'alphabetic';
    ctx.textAlign = 'right';
    ctx.fillText(t(chart.timeline.axis.label), left + width, top + height + (BELOW - 4) * ratio());
    ctx.textAlign = 'left';
    if (chart.titleY) ctx.fillText(chart.titleY, 2 * ratio(), 11 * ratio());
    ctx.restore();
  }]}};
}

/** A click goes to its step, unless it is the first of two, which show everything again. */
function clicks(u, timeline) {
  let downAt = null;
  let waiting = null;
  u.over.addEventListener('mousedown', (e) => { downAt = e.clientX; });
  u.over.addEventListener('click', (e) => {
    clearTimeout(waiting);
    if (e.detail > 1 || downAt === null || Math.abs(e.clientX - downAt) >= 4) return;
    const step = Math.round(timeline.toStep(u.posToVal(e.offsetX, 'x')));
    waiting = setTimeout(() => timeline.goTo(step), DOUBLE);
  });
}

/** What the values of a chart look like on their axis. */
function labels(chart, splits) {
  const step = stepOf(splits);
  if (chart.options.share) return splits.map((v) => percent(v, step));
  if (chart.options.y?.size) return splits.map((v) => tick(Math.abs(v) * chart.unit, step * chart.unit));
  return splits.map((v) => tick(v * chart.unit, chart.log ? 0 : step * chart.unit));
}

/** The options of a plot for a LineChart. */
export function plotOptions(chart) {
  const {timeline} = chart;
  const y = chart.options.y || {};
  const line = globalThis.uPlot.paths.linear();
  return {
    width: chart.box.clientWidth || 440,
    height: chart.box.clientHeight || 150,
    legend: {show: false},
    padding: [(chart.options.top ?? 8) + (chart.titleY ? 14 : 0), (u) => roomForEnds(u, chart), 0, 0],
    focus: {alpha: 0.2},
    cursor: {
      sync: {key: 'implicit-bias', setSeries: false},
      drag: {x: true, y: false, setScale: false},
      points: {size: 6},
      y: false,
      bind: {dblclick: () => () => timeline.zoom(null)},
    },
    scales: {
      x: {time: false, range: () => {
        const [from, to] = timeline.shownSteps.map((step) => timeline.toAxis(step));
        return from === to ? [from - 0.5, to + 0.5] : [from, to];
      }},
      y: chart.log ? {distr: 3, range: decades} : {distr: 1, range: y.range || (chart.options.share ? shares : linear)},
    },
    axes: [
      axisLook({size: BELOW, ...axisOptions(timeline)}),
      axisLook({
        size: axisWidth,
        values: (u, splits) => labels(chart, splits),
        filter: (u, splits) => splits,
        splits: (u, index, min, max) => (chart.log ? logSplits(u, index, min, max)
          : linearSplits(min, max, u.over?.clientHeight || 100, chart.counting)),
      }),
    ],
    series: [{}, ...chart.series.map((s) => ({
      label: s.label || s.name,
      stroke: () => chart.stroke(s),
      width: s.width || 1.5,
      dash: s.dash,
      alpha: chart.over.length && !chart.compared.includes(s.name) ? 0.55 : 1,
      spanGaps: false,
      pxAlign: 0,
      points: s.draw === false ? {show: false} : {show: () => chart.counts[s.name] < 40, size: chart.isLine(s.name) ? 4 : 6},
      ...(s.draw === false || !chart.isLine(s.name) ? {paths: () => null} : s.band ? {paths: (u, ...place) => (u.ibDense ? null : line(u, ...place))} : {}),
    })), ...chart.over.map(({run, name, series}) => ({
      label: run.name + ', ' + (series.label || name),
      stroke: () => chart.stroke(series, run),
      width: Math.max(1.25, (series.width || 1.5) - 0.25),
      dash: run.dash,
      alpha: chart.compared.length > 1 ? 0.75 : 1,
      spanGaps: false,
      pxAlign: 0,
      points: {show: false},
    }))],
    plugins: [gapBands(timeline), titles(chart), lineEnds(chart), ...(chart.options.plugins || [])],
    hooks: {
      ready: [(u) => {
        chart.mark(); // only now it is known where a step lies
        clicks(u, timeline);
      }],
      setSelect: [(u) => {
        if (u.select.width > 4) {
          const range = [u.select.left, u.select.left + u.select.width].map((x) => timeline.toStep(u.posToVal(x, 'x')));
          u.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
          timeline.zoom([Math.floor(range[0]), Math.ceil(range[1])]);
        }
      }],
      setCursor: [(u) => {
        if (u.cursor.event) timeline.store.set({pointedStep: u.cursor.left >= 0 ? Math.round(timeline.toStep(u.posToVal(u.cursor.left, 'x'))) : null});
        if (chart.visible) chart.legend.fill();
      }],
    },
  };
}
