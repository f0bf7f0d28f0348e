// One training sample: what it is, what the network said of it, and its margin epoch by epoch over
// the margins of its class.

import {axes, dot, padded} from './drawing.js';
import {brief, colour, element, tick, whole} from './format.js';
import {nameAxes, scaleOf} from './data-map.js';
import {Sketch} from './sketch.js';
import {smallPicture} from './small-picture.js';
import {labels} from './suspect-list.js';
import {counted, t} from './words.js';

/** What a number of a class is called. */
export const classNameOf = (classes, number) => (number < 0 ? '–' : classes[number]?.name ?? String(number));

export class SampleHistory {
  constructor() {
    this.heading = element('h4');
    this.facts = element('div', {className: 'ib-facts'});
    this.sketch = new Sketch(t('Margin by epoch'), 'ib-history-sketch');
    this.element = element('div', {className: 'ib-box', hidden: true},
      element('div', {className: 'ib-box-head'}, this.heading), this.facts, this.sketch.element);
    this.sketch.legend.append(element('span', {textContent: '● ' + t('right')}), element('span', {textContent: '○ ' + t('wrong')}),
      element('span', {textContent: t('beside them: what the network said')}));
  }

  /** @param one the sample, null for none; @param visits what is known of all together */
  show(one, visits) {
    this.element.hidden = one === null;
    if (one === null) return;
    const {classes, suspects, tableSteps} = visits;
    const of = one.margins.length;
    this.heading.textContent = t('Sample #{0}, labelled {1}', one.id, one.label || '–');
    const line = (text) => element('p', {className: 'ib-quiet', textContent: text});
    const confidence = Number.isFinite(one.meanConfidence) ? [line(t('mean confidence in its label {0}', brief(Number(one.meanConfidence.toPrecision(3)))))] : [];
    this.facts.replaceChildren(
      ...(one.picture ? [smallPicture(one.picture, suspects.pictureShape, one.id)] : []),
      element('div', {}, ...(one.said < 0 ? [] : [element('p', {}, ...labels(one))]),
        line(t('right at the end of {0} of {1} epochs', one.right, of) + ', ' + counted(one.visits ?? 0, '{0} visit|{0} visits', whole(one.visits ?? 0))),
        ...confidence,
        line((one.learnedAt === null ? t('never learned') : t('learned at step {0}', whole(one.learnedAt))) +
          (one.forgotten ? ', ' + counted(one.forgotten, 'forgotten {0} time|forgotten {0} times', whole(one.forgotten)) : ''))));
    const band = classes[one.given]?.band ?? [];
    this.sketch.show(one.margins.some(Number.isFinite) ? {
      label: t('Margin by epoch') + ': ' + one.margins.map((v) => brief(Number(v?.toPrecision?.(3) ?? NaN))).join(', '),
      paint: (ctx, w, h) => paintHistory(ctx, w, h, {one, band, steps: tableSteps, classes}),
    } : null);
  }
}

/** The ranges of both axes. */
export function rangesOf({margins}, band, steps) {
  const all = [0, ...margins, ...band.flatMap((q) => [q[0], q[2]])].filter(Number.isFinite);
  return [[0, steps[steps.length - 1] * 1.02], padded(Math.min(...all), Math.max(...all), 0.12)];
}

function paintHistory(ctx, width, height, {one, band, steps, classes}) {
  const plot = {left: 46, top: 24, right: width - 14, bottom: height - 40};
  const scale = scaleOf(...rangesOf(one, band, steps), plot);
  axes(ctx, scale, plot, ['', ''], tick);
  nameAxes(ctx, plot, t('step'), t('margin of the given label'));
  const at = band.map((q, k) => [steps[k], q]).filter(([, q]) => q.every(Number.isFinite));
  if (at.length > 0) {
    ctx.fillStyle = colour('muted');
    ctx.globalAlpha = 0.16;
    ctx.beginPath();
    at.forEach(([s, q], k) => ctx[k ? 'lineTo' : 'moveTo'](scale.x(s), scale.y(q[2])));
    [...at].reverse().forEach(([s, q]) => ctx.lineTo(scale.x(s), scale.y(q[0])));
    ctx.fill();
    ctx.globalAlpha = 1;
    ctx.font = '11px system-ui, sans-serif';
    ctx.textAlign = 'right';
    ctx.textBaseline = 'middle';
    ctx.fillStyle = colour('ink');
    const [, last] = at[at.length - 1];
    ctx.fillText(t('class {0}: 10 to 90 %', classNameOf(classes, one.given)), plot.right - 4, scale.y(last[1]));
  }
  ctx.strokeStyle = colour('ink');
  ctx.setLineDash([3, 3]);
  ctx.lineWidth = 1;
  ctx.beginPath();
  ctx.moveTo(plot.left, scale.y(0));
  ctx.lineTo(plot.right, scale.y(0));
  ctx.stroke();
  ctx.setLineDash([]);
  ctx.strokeStyle = colour('muted');
  ctx.beginPath();
  let pen = false;
  one.margins.forEach((v, k) => {
    const there = Number.isFinite(v);
    if (there) ctx[pen ? 'lineTo' : 'moveTo'](scale.x(steps[k]), scale.y(v));
    pen = there;
  });
  ctx.stroke();
  const room = (plot.right - plot.left) / Math.max(1, one.margins.length) > 16;
  ctx.font = '11px system-ui, sans-serif';
  ctx.textAlign = 'center';
  ctx.textBaseline = 'middle';
  ctx.lineWidth = 1.4;
  one.margins.forEach((v, k) => {
    if (!Number.isFinite(v)) return;
    const [x, y] = [scale.x(steps[k]), scale.y(v)];
    dot(ctx, x, y, 3.5, colour(v > 0 ? 'ink' : 'card'), colour('ink'));
    ctx.fillStyle = colour('ink');
    const name = classNameOf(classes, one.predicted[k]);
    if (room && name.length < 4) ctx.fillText(name, x, y + (v > 0 ? -11 : 12));
  });
}
