// What uPlot is told of a chart: its scales, axes and lines, and what the pointer does in it.

import {axisOptions} from './axis.js';
import {colour, tick, whole} from './format.js';
import {axisLook, axisWidth, decades, linear, logSplits, WHOLE} from './scales.js';

// uPlot is a script of the page, not a module: it is there once there is something to draw.
const ratio = () => globalThis.uPlot.pxRatio;

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

/** The options of a plot for a LineChart. */
export function plotOptions(chart) {
  const {timeline} = chart;
  const y = chart.options.y || {};
  return {
    width: chart.box.clientWidth,
    height: chart.box.clientHeight,
    legend: {show: false},
    padding: [chart.options.top ?? 8, 16, 0, 0],
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
      y: chart.log ? {distr: 3, range: decades} : {distr: 1, range: y.range || linear},
    },
    axes: [
      axisLook({size: 28, ...axisOptions(timeline)}),
      axisLook({
        size: axisWidth,
        space: 26,
        values: (u, splits, index, space, step) => splits.map((v) => tick(v, chart.log ? 0 : step)),
        ...(chart.log ? {splits: logSplits, filter: (u, splits) => splits} : {}),
        ...(chart.counting && !chart.log ? {incrs: WHOLE} : {}),
        ...(y.whole ? {incrs: WHOLE, values: (u, splits) => splits.map((v) => whole(Math.abs(v)))} : {}),
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
      points: s.draw === false ? {show: false} : {show: () => chart.counts[s.name] < 40, size: 4},
      ...(s.draw === false ? {paths: () => null} : {}),
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
    plugins: [gapBands(timeline), ...(chart.options.plugins || [])],
    hooks: {
      ready: [(u) => {
        chart.mark(); // only now it is known where a step lies
        let downAt = null;
        u.over.addEventListener('mousedown', (e) => { downAt = e.clientX; });
        u.over.addEventListener('click', (e) => {
          if (downAt !== null && Math.abs(e.clientX - downAt) < 4) timeline.goTo(Math.round(timeline.toStep(u.posToVal(e.offsetX, 'x'))));
        });
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
