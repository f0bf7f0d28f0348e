// A figure whose picture one function draws, at the size that it has.

import {colour, element} from './format.js';

export class Sketch {
  constructor(title, kind) {
    this.title = title;
    this.canvas = element('canvas');
    this.canvas.setAttribute('role', 'img');
    this.box = element('div', {className: 'ib-sketch ' + kind}, this.canvas);
    this.legend = element('div', {className: 'ib-legend'});
    this.element = element('figure', {}, element('figcaption', {textContent: title}), this.legend, this.box);
    this.shown = null;
    this.keys = [];
    this.element.hidden = true;
    new ResizeObserver(() => this.draw()).observe(this.box);
  }

  /** Says what colours mean, by their names in the palette. */
  key(keys) {
    this.keys = keys;
    this.legend.replaceChildren(...keys.map(([shade, text]) => {
      const mark = element('i', {className: 'ib-key'});
      mark.style.background = `var(--${shade})`;
      return element('span', {}, mark, text);
    }));
  }

  /** Shows a picture: its label for those who do not see it, and what paints it; null for none. */
  show(picture) {
    this.shown = picture;
    this.element.hidden = picture === null;
    this.draw();
  }

  draw() {
    const {canvas, box, shown} = this;
    const [width, height] = [box.clientWidth, box.clientHeight];
    if (!shown || width < 80 || height < 40) return;
    const dpr = window.devicePixelRatio || 1;
    Object.assign(canvas, {width: Math.round(width * dpr), height: Math.round(height * dpr)});
    canvas.setAttribute('aria-label', shown.label);
    const ctx = canvas.getContext('2d');
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    shown.paint(ctx, width, height);
  }

  /** The picture to take away. */
  figure() {
    const width = this.box.clientWidth || 640;
    const height = this.box.clientHeight || 320;
    return {
      title: this.title,
      width,
      height,
      legend: this.keys.map(([shade, text]) => [colour(shade), text]),
      draw: (ctx) => {
        ctx.save();
        this.shown.paint(ctx, width, height);
        ctx.restore();
      },
    };
  }
}
