// A number over the steps without axes: its shape. Lines are drawn to one scale.

import {sparkLines} from './findings.js';
import {drawn} from './svg.js';

/** A drawing of lines {steps, values, look: the class of their looks}; the looks are in the style sheet. */
export function spark(lines, size, look = 'ib-tile-spark') {
  const seen = lines.flatMap(({values}) => values.filter((v) => typeof v === 'number' && Number.isFinite(v)));
  const steps = lines.flatMap((line) => (line.steps.length ? [line.steps[0], line.steps[line.steps.length - 1]] : []));
  const scale = {...size, range: [seen.reduce((a, b) => Math.min(a, b), Infinity), seen.reduce((a, b) => Math.max(a, b), -Infinity)],
    domain: [Math.min(...steps), Math.max(...steps)]};
  return drawn('svg', {viewBox: `0 0 ${size.width} ${size.height}`, class: look, preserveAspectRatio: 'none', 'aria-hidden': 'true'},
    ...lines.flatMap((line) => sparkLines(line.steps, line.values, scale)
      .map((points) => drawn('polyline', {points, 'vector-effect': 'non-scaling-stroke', ...(line.look ? {class: line.look} : {})}))));
}
