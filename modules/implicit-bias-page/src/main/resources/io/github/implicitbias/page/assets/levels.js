// How grave something is: always a shape and a word beside the colour.

import {colour, element} from './format.js';
import {t} from './words.js';

export const LEVELS = ['problem', 'attention', 'information', 'good', 'waiting'];

/** Shapes on a field of 16 by 16, filled by the even-odd rule. */
const SHAPES = {
  good: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm3.6 5-4.3 5.2L4.4 8.6l1-1.1 1.8 1.6 3.3-4Z',
  attention: 'M8 1.2 15.4 14.4H.6ZM7.2 6v4.2h1.6V6Zm0 5.2v1.6h1.6v-1.6Z',
  problem: 'M5 1h6l4 4v6l-4 4H5l-4-4V5Zm.2 3.2L4.2 5.3 6.9 8l-2.7 2.7 1 1.1L8 9.1l2.8 2.7 1-1.1L9.1 8l2.7-2.7-1-1.1L8 6.9Z',
  information: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM7.2 7v4.6h1.6V7Zm0-2.6V6h1.6V4.4Z',
  waiting: 'M8 1a7 7 0 1 0 0 14A7 7 0 0 0 8 1Zm0 1.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11ZM7.2 4.4v4.3l3.3 2 .8-1.3-2.6-1.5V4.4Z',
};

const WORDS = {good: 'good', attention: 'attention', problem: 'problem', information: 'information', waiting: 'waiting'};

/** One of the levels; whatever else is asked for is information. */
export const levelOf = (level) => (LEVELS.includes(level) ? level : 'information');

export const wordOf = (level) => t(WORDS[levelOf(level)]);

const SVG = 'http://www.w3.org/2000/svg';

/** The shape of a level; its word is to stand beside it, or to be its name. */
export function icon(level, size = 14) {
  const svg = document.createElementNS(SVG, 'svg');
  const path = document.createElementNS(SVG, 'path');
  for (const [name, value] of Object.entries({class: 'ib-icon', viewBox: '0 0 16 16', width: size, height: size, 'aria-hidden': 'true'})) {
    svg.setAttribute(name, value);
  }
  path.setAttribute('d', SHAPES[levelOf(level)]);
  path.setAttribute('fill', 'currentColor');
  path.setAttribute('fill-rule', 'evenodd');
  svg.append(path);
  return svg;
}

/** Shape and word of a level. */
export const badge = (level, text = wordOf(level)) => element('span', {className: 'ib-level ' + levelOf(level)}, icon(level), text);

/** The shape of a level on a canvas, its middle at a place; of lines and boxes, which pictures to take away have, too. */
export function drawIcon(ctx, level, x, y, size) {
  const r = size / 2;
  const kind = levelOf(level);
  const polygon = (points) => {
    ctx.beginPath();
    points.forEach(([px, py], k) => ctx[k ? 'lineTo' : 'moveTo'](x + px * r, y + py * r));
    ctx.closePath();
    ctx.fill();
  };
  const line = (points) => {
    ctx.beginPath();
    points.forEach(([px, py], k) => ctx[k ? 'lineTo' : 'moveTo'](x + px * r, y + py * r));
    ctx.stroke();
  };
  const box = (px, py, w, h) => ctx.fillRect(x + px * r, y + py * r, w * r, h * r);
  ctx.save();
  ctx.setLineDash([]);
  ctx.fillStyle = ctx.strokeStyle = colour(kind);
  ctx.lineWidth = size / 8;
  if (kind === 'problem') polygon([[-0.41, -1], [0.41, -1], [1, -0.41], [1, 0.41], [0.41, 1], [-0.41, 1], [-1, 0.41], [-1, -0.41]]);
  else if (kind === 'attention') polygon([[0, -0.95], [1, 0.85], [-1, 0.85]]);
  else {
    ctx.beginPath();
    ctx.arc(x, y, kind === 'good' ? r : 0.85 * r, 0, 2 * Math.PI);
    ctx[kind === 'good' ? 'fill' : 'stroke']();
  }
  if (kind !== 'information' && kind !== 'waiting') ctx.fillStyle = ctx.strokeStyle = colour('card');
  if (kind === 'problem') {
    line([[-0.4, -0.4], [0.4, 0.4]]);
    line([[0.4, -0.4], [-0.4, 0.4]]);
  } else if (kind === 'good') {
    line([[-0.45, 0.05], [-0.1, 0.4], [0.45, -0.35]]);
  } else if (kind === 'waiting') {
    line([[0, -0.5], [0, 0.1], [0.35, 0.3]]);
  } else {
    const up = kind === 'attention';
    box(-0.12, up ? -0.3 : -0.08, 0.24, up ? 0.55 : 0.55);
    box(-0.12, up ? 0.4 : -0.5, 0.24, 0.24);
  }
  ctx.restore();
}
