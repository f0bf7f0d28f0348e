// Pictures as vectors: what is drawn on this context becomes SVG. It has the part of a canvas's
// context that the page's charts use, so that one function draws on both.

const short = (n) => String(Math.round(n * 100) / 100);

// Control characters and halves of surrogate pairs have no place in XML.
const escape = (text) => String(text)
  .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd')
  .replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;').replace(/"/g, '&quot;');

/** "rgba(r, g, b, a)" as an opaque colour and an opacity, which every program that reads SVG knows. */
function paint(what, colour, alpha) {
  const found = /^rgba\(([^,]+),([^,]+),([^,]+),([^,)]+)\)$/.exec(colour);
  const opacity = alpha * (found ? Number(found[4]) : 1);
  const name = found ? `rgb(${found.slice(1, 4).map((c) => c.trim()).join(',')})` : colour;
  return ` ${what}="${escape(name)}"` + (opacity < 1 ? ` ${what}-opacity="${short(opacity)}"` : '');
}

const DEFAULTS = {
  fillStyle: '#000', strokeStyle: '#000', lineWidth: 1, globalAlpha: 1, font: '12px sans-serif',
  textAlign: 'left', textBaseline: 'alphabetic', lineJoin: 'miter', lineCap: 'butt', imageSmoothingEnabled: true,
};

// Where there is no canvas, paths are only followed.
const Path = globalThis.Path2D ?? class {
  moveTo() {}
  lineTo() {}
};

/** A path that a canvas draws and that can be followed as a vector. */
export class Trace extends Path {
  constructor() {
    super();
    this.moves = [];
  }

  moveTo(x, y) {
    super.moveTo(x, y);
    this.moves.push(['moveTo', x, y]);
  }

  lineTo(x, y) {
    super.lineTo(x, y);
    this.moves.push(['lineTo', x, y]);
  }
}

export class VectorContext {
  constructor(width, height) {
    Object.assign(this, {width, height}, DEFAULTS);
    this.place = {x: 0, y: 0, k: 1, clip: null, dash: []};
    this.stack = [];
    this.body = [];
    this.defs = [];
    this.path = [];
    this.points = 0;
    this.ruler = document.createElement('canvas').getContext('2d');
  }

  save() {
    const state = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, this[name]]));
    this.stack.push([state, {...this.place}]);
  }

  restore() {
    const [state, place] = this.stack.pop();
    Object.assign(this, state);
    this.place = place;
  }

  translate(x, y) {
    this.place.x += x * this.place.k;
    this.place.y += y * this.place.k;
  }

  scale(k) { this.place.k *= k; }

  setLineDash(dash) { this.place.dash = [...dash]; }

  x(x) { return short(this.place.x + x * this.place.k); }
  y(y) { return short(this.place.y + y * this.place.k); }
  size(n) { return short(n * this.place.k); }

  beginPath() { this.path = []; }
  moveTo(x, y) { this.path.push('M' + this.x(x) + ' ' + this.y(y)); }
  lineTo(x, y) { this.path.push('L' + this.x(x) + ' ' + this.y(y)); }
  closePath() { this.path.push('Z'); }

  rect(x, y, w, h) {
    this.moveTo(x, y);
    this.lineTo(x + w, y);
    this.lineTo(x + w, y + h);
    this.lineTo(x, y + h);
    this.closePath();
  }

  arc(x, y, r, from, to) {
    const at = (angle) => this.x(x + r * Math.cos(angle)) + ' ' + this.y(y + r * Math.sin(angle));
    const middle = (from + to) / 2;
    const radius = this.size(r);
    const half = (angle) => `A${radius} ${radius} 0 0 1 ${at(angle)}`;
    this.path.push((this.path.length ? 'L' : 'M') + at(from), half(middle), half(to));
  }

  clip() {
    const id = 'clip' + this.defs.length;
    const within = this.place.clip ? ` clip-path="url(#${this.place.clip})"` : '';
    this.defs.push(`<clipPath id="${id}"${within}><path d="${this.path.join('')}"/></clipPath>`);
    this.place.clip = id;
  }

  put(tag, attributes, content) {
    const clip = this.place.clip ? ` clip-path="url(#${this.place.clip})"` : '';
    this.body.push(`<${tag}${attributes}${clip}` + (content === undefined ? '/>' : `>${content}</${tag}>`));
  }

  line() {
    const dash = this.place.dash.length ? ` stroke-dasharray="${this.place.dash.map((d) => this.size(d)).join(' ')}"` : '';
    return ' fill="none"' + paint('stroke', this.strokeStyle, this.globalAlpha) + ` stroke-width="${this.size(this.lineWidth)}"` + dash +
      (this.lineJoin === 'miter' ? '' : ` stroke-linejoin="${this.lineJoin}"`);
  }

  fill() { this.put('path', ` d="${this.path.join('')}"` + paint('fill', this.fillStyle, this.globalAlpha)); }

  /** What has been drawn since beginPath, or a trace. */
  stroke(trace) {
    if (trace) {
      this.beginPath();
      for (const [move, x, y] of trace.moves) this[move](x, y);
    }
    if (this.path.length) this.put('path', ` d="${this.path.join('')}"` + this.line());
  }

  box(x, y, w, h) {
    const [left, top] = [Math.min(x, x + w), Math.min(y, y + h)];
    return ` x="${this.x(left)}" y="${this.y(top)}" width="${this.size(Math.abs(w))}" height="${this.size(Math.abs(h))}"`;
  }

  fillRect(x, y, w, h) { this.put('rect', this.box(x, y, w, h) + paint('fill', this.fillStyle, this.globalAlpha)); }
  strokeRect(x, y, w, h) { this.put('rect', this.box(x, y, w, h) + this.line()); }
  clearRect() {}

  measureText(text) {
    this.ruler.font = this.font;
    return this.ruler.measureText(text);
  }

  fillText(text, x, y) {
    this.text(text, x, y, paint('fill', this.fillStyle, this.globalAlpha));
  }

  strokeText(text, x, y) {
    this.text(text, x, y, this.line());
  }

  text(text, x, y, look) {
    const [, style, size, family] = /^(.*?)\s*([\d.]+)px\s+(.*)$/.exec(this.font);
    const down = {middle: 0.35, top: 0.8, bottom: -0.2}[this.textBaseline] || 0;
    const anchor = {right: 'end', end: 'end', center: 'middle'}[this.textAlign];
    this.put('text', ` x="${this.x(x)}" y="${this.y(y + down * size)}" font-family="${escape(family)}" font-size="${this.size(size)}"` +
      (style ? ` font-weight="${escape(style)}"` : '') + (anchor ? ` text-anchor="${anchor}"` : '') +
      look, escape(text));
  }

  /** Cells and the like: part of a canvas, as an embedded PNG. */
  drawImage(canvas, ...places) {
    const [sx, sy, sw, sh, x, y, w, h] = places.length === 8 ? places : [0, 0, canvas.width, canvas.height, ...places];
    const cut = document.createElement('canvas');
    cut.width = sw;
    cut.height = sh;
    cut.getContext('2d').drawImage(canvas, sx, sy, sw, sh, 0, 0, sw, sh);
    this.put('image', this.box(x, y, w, h) + ` preserveAspectRatio="none" image-rendering="pixelated" href="${cut.toDataURL('image/png')}"`);
  }

  /** Everything drawn so far as a document. */
  svg(title) {
    const {width, height} = this;
    return `<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="${short(width)}" height="${short(height)}" viewBox="0 0 ${short(width)} ${short(height)}">` +
      `\n<title>${escape(title)}</title>\n<defs>${this.defs.join('')}</defs>\n${this.body.join('\n')}\n</svg>\n`;
  }
}
