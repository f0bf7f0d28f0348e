// Pictures of panels to take away: figures with title and legend, drawn by one function on a canvas
// or as vectors. A figure is {title, width, height, legend: [[colour, text]], draw(ctx)}.

import {colour} from './format.js';

export const FONT = 'system-ui, sans-serif';
const GAP = 20;

/** The text, cut so that it has room. */
function fitted(ctx, text, width) {
  if (ctx.measureText(text).width <= width) return text;
  let low = 0;
  let high = text.length;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (ctx.measureText(text.slice(0, middle) + '…').width <= width) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low) + '…';
}

/** A chart as it is on the page: its own scales, ticks, bands, marks and lines. */
export function chartFigure(title, chart) {
  const u = chart.plot;
  const keys = [];
  u.series.slice(1).forEach((s, i) => {
    const own = chart.series[i];
    if (s.show !== false && own?.legend !== false && u.data[i + 1].some((v) => v !== null && v !== undefined)) {
      keys.push([own ? shade(own.colour) : s.stroke(u, i + 1), s.label]);
    }
  });
  const many = chart.series.filter((s) => s.legend === false && !s.ends).length;
  if (many) keys.push([null, many + ' lines, one per sample']);
  return {title, width: u.width, height: u.height, legend: keys, draw: (ctx) => drawChart(ctx, chart)};
}

const shade = (name) => (name.startsWith('#') ? name : colour(name));

function drawChart(ctx, chart) {
  const u = chart.plot;
  const ratio = globalThis.uPlot.pxRatio;
  const {left, top, width, height} = u.bbox; // pixels of the canvas
  const x = (v) => u.valToPos(v, 'x', true);
  const y = (v) => u.valToPos(v, 'y', true);
  // Plugins draw on whatever context the chart says it has.
  const guise = Object.create(u, {ctx: {value: ctx}});
  const run = (hook) => (u.hooks[hook] || []).forEach((f) => f(guise));
  const ticks = (index) => (u.axes[index]._splits || [])
    .map((v, i) => [v, (u.axes[index]._values || [])[i]]).filter(([v]) => v !== null && v !== undefined);
  ctx.save();
  ctx.scale(1 / ratio, 1 / ratio);
  ctx.lineWidth = ratio;
  ctx.strokeStyle = colour('line');
  const stroke = (x1, y1, x2, y2) => {
    ctx.beginPath();
    ctx.moveTo(x1, y1);
    ctx.lineTo(x2, y2);
    ctx.stroke();
  };
  for (const [v] of ticks(0)) if (x(v) >= left - 1 && x(v) <= left + width + 1) stroke(x(v), top, x(v), top + height + 4 * ratio);
  for (const [v] of ticks(1)) if (y(v) >= top - 1 && y(v) <= top + height + 1) stroke(left - 4 * ratio, y(v), left + width, y(v));
  run('drawClear');
  u.series.forEach((s, i) => {
    if (i === 0 || s.show === false || chart.series[i - 1]?.draw === false) return;
    ctx.save();
    ctx.beginPath();
    ctx.rect(left, top - ratio, width, height + 2 * ratio);
    ctx.clip();
    ctx.globalAlpha = s.alpha ?? 1;
    ctx.strokeStyle = ctx.fillStyle = s.stroke(u, i) || colour('ink');
    ctx.lineWidth = s.width * ratio;
    ctx.lineJoin = 'round';
    ctx.setLineDash((s.dash || []).map((d) => d * ratio));
    const points = [];
    let pen = false;
    ctx.beginPath();
    u.data[0].forEach((at, k) => {
      const v = u.data[i][k];
      if (v === undefined) return; // another series has a point here
      if (v === null) {
        pen = false;
        return;
      }
      if (pen) ctx.lineTo(x(at), y(v));
      else ctx.moveTo(x(at), y(v));
      pen = true;
      points.push([x(at), y(v)]);
    });
    if (points.length) ctx.stroke();
    ctx.setLineDash([]);
    if (points.length < 40) {
      for (const [px, py] of points) {
        ctx.beginPath();
        ctx.arc(px, py, 2 * ratio, 0, 2 * Math.PI);
        ctx.fill();
      }
    }
    ctx.restore();
  });
  run('draw');
  ctx.font = 11 * ratio + 'px ' + FONT;
  ctx.fillStyle = colour('muted');
  ctx.textBaseline = 'top';
  ctx.textAlign = 'center';
  for (const [v, text] of ticks(0)) if (text) ctx.fillText(text, x(v), top + height + 7 * ratio);
  ctx.textBaseline = 'middle';
  ctx.textAlign = 'right';
  for (const [v, text] of ticks(1)) if (text) ctx.fillText(text, left - 8 * ratio, y(v));
  const now = /translateX\((-?[\d.]+)px\)/.exec(chart.now.style.transform);
  if (!chart.now.hidden && now) {
    ctx.strokeStyle = colour('ink');
    ctx.globalAlpha = 0.75;
    ctx.lineWidth = ratio;
    stroke(left + now[1] * ratio, top, left + now[1] * ratio, top + height);
  }
  ctx.restore();
}

/** Bars with names and values, ranked: [[name, value, text, colour]]. */
export function barsFigure(title, bars, width = 300) {
  const most = Math.max(...bars.map(([, v]) => Math.abs(v)), 0) || 1;
  const signed = bars.some(([, v]) => v < 0);
  const line = 18;
  return {title, width, height: line * Math.max(1, bars.length), legend: [], draw: (ctx) => {
    const left = 64;
    const room = width - left - 80;
    const zero = left + (signed ? room / 2 : 0);
    bars.forEach(([name, v, text, fill], k) => {
      const long = (Math.abs(v) / most) * (signed ? room / 2 : room);
      ctx.fillStyle = colour('soft');
      ctx.fillRect(left, k * line + 4, room, 10);
      ctx.fillStyle = fill;
      ctx.fillRect(v < 0 ? zero - long : zero, k * line + 4, long, 10);
      ctx.font = '12px ' + FONT;
      ctx.textBaseline = 'middle';
      ctx.fillStyle = colour('ink');
      ctx.textAlign = 'right';
      ctx.fillText(fitted(ctx, name, left - 10), left - 8, k * line + 9);
      ctx.fillText(text, width, k * line + 9);
    });
  }};
}

/** Names that have no rank, each with the colour of its class: [[name, colour]]. */
export function namesFigure(title, names, width = 300) {
  const wide = 50;
  const perLine = Math.floor(width / wide);
  return {title, width, height: 20 * Math.max(1, Math.ceil(names.length / perLine)), legend: [], draw: (ctx) => {
    ctx.font = '12px ' + FONT;
    ctx.textBaseline = 'middle';
    ctx.textAlign = 'left';
    names.forEach(([name, fill], k) => {
      const x = (k % perLine) * wide;
      const y = Math.floor(k / perLine) * 20;
      ctx.fillStyle = fill;
      ctx.fillRect(x, y + 5, 9, 9);
      ctx.fillStyle = colour('ink');
      ctx.fillText(fitted(ctx, name, wide - 16), x + 14, y + 10);
    });
  }};
}

/** All figures under one title, in rows that fill the width. */
export class Picture {
  constructor(title, subtitle, figures) {
    Object.assign(this, {title, subtitle});
    const ruler = document.createElement('canvas').getContext('2d');
    ruler.font = '12px ' + FONT;
    const room = Math.max(1340, ...figures.map((f) => f.width));
    this.places = [];
    let x = 0;
    let y = 56;
    let tall = 0;
    this.width = 0;
    for (const figure of figures) {
      const titled = figures.length > 1 && figure.title !== title;
      const keys = this.keys(ruler, figure);
      const head = (titled ? 20 : 0) + keys.height;
      if (x > 0 && x + figure.width > room) {
        x = 0;
        y += tall + GAP;
        tall = 0;
      }
      this.places.push({figure, x, y, titled, keys, head});
      x += figure.width + GAP;
      tall = Math.max(tall, head + figure.height);
      this.width = Math.max(this.width, x - GAP);
    }
    this.width = Math.ceil(Math.max(this.width, 360) + 2 * GAP);
    this.height = Math.ceil(y + tall + GAP);
  }

  /** Where the keys of a legend go: in lines no longer than the figure. */
  keys(ruler, figure) {
    const at = [];
    let x = 0;
    let y = 0;
    for (const [fill, text] of figure.legend) {
      const wide = (fill ? 16 : 0) + ruler.measureText(text).width + 14;
      if (x > 0 && x + wide > figure.width) {
        x = 0;
        y += 18;
      }
      at.push([fill, text, x, y]);
      x += wide;
    }
    return {at, height: at.length ? y + 20 : 0};
  }

  draw(ctx) {
    ctx.fillStyle = colour('card');
    ctx.fillRect(0, 0, this.width, this.height);
    ctx.textAlign = 'left';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = colour('ink');
    ctx.font = '600 16px ' + FONT;
    ctx.fillText(fitted(ctx, this.title, this.width - 2 * GAP), GAP, 22);
    ctx.fillStyle = colour('muted');
    ctx.font = '12px ' + FONT;
    ctx.fillText(fitted(ctx, this.subtitle, this.width - 2 * GAP), GAP, 42);
    for (const {figure, x, y, titled, keys, head} of this.places) {
      ctx.save();
      ctx.translate(GAP + x, y);
      ctx.textAlign = 'left';
      ctx.textBaseline = 'middle';
      if (titled) {
        ctx.fillStyle = colour('ink');
        ctx.font = '600 12px ' + FONT;
        ctx.fillText(fitted(ctx, figure.title, figure.width), 0, 8);
      }
      ctx.font = '12px ' + FONT;
      for (const [fill, text, kx, ky] of keys.at) {
        const line = (titled ? 20 : 0) + ky + 8;
        if (fill) {
          ctx.fillStyle = fill;
          ctx.fillRect(kx, line - 2, 11, 4);
        }
        ctx.fillStyle = colour('muted');
        ctx.fillText(text, kx + (fill ? 16 : 0), line);
      }
      ctx.translate(0, head);
      figure.draw(ctx);
      ctx.restore();
    }
  }
}
