// What pictures of units and samples as points, lines and curves have in common: canvases of the
// right size, what lies under the pointer, marks, keyboard and text.

import {colour, element} from './format.js';
import {t} from './words.js';

const NEAR_SPOT = 12; // pixels within which a point is meant
const NEAR_LINE = 6; // pixels within which a line is meant

/**
 * A picture with a title, a canvas, one above it for marks, and a line of explanation.
 *
 * A picture says `paint(ctx, plot)`, which leaves `spots` and `lines` ({kind, number, ...} in pixels
 * of the page) for the pointer, `markOf(ctx, kind, number)`, and in `describe()` its title,
 * explanation and a label for those who cannot see it.
 */
export class Plane {
  constructor(page, id) {
    this.page = page;
    this.id = id;
    this.scene = null;
    this.spots = [];
    this.lines = [];
    this.visible = false;
    this.stale = false;
    this.heading = element('span');
    this.base = element('canvas', {id: 'weights-' + id, tabIndex: 0});
    this.base.setAttribute('role', 'img');
    this.base.setAttribute('aria-label', t('Units in weight space'));
    this.over = element('canvas');
    this.over.setAttribute('aria-hidden', 'true');
    this.box = element('div', {className: 'ib-plane'}, this.base, this.over);
    this.caption = element('p', {className: 'ib-caption'});
    this.tip = element('div', {className: 'ib-tip', hidden: true});
    this.said = element('div', {className: 'sr-only'});
    this.said.setAttribute('aria-live', 'polite');
    this.name = document.createTextNode('');
    this.element = element('figure', {}, element('figcaption', {}, this.name, this.heading), this.box, this.caption, this.tip, this.said);
    this.base.addEventListener('mousemove', (e) => this.point(e));
    this.base.addEventListener('mouseleave', () => this.leave());
    this.base.addEventListener('click', (e) => this.choose(this.at(e)));
    this.base.addEventListener('keydown', (e) => this.key(e));
    this.base.addEventListener('blur', () => this.leave());
    new ResizeObserver(() => this.draw()).observe(this.box);
    new IntersectionObserver((entries) => {
      this.visible = entries[entries.length - 1].isIntersecting;
      if (this.visible && this.stale) this.draw();
    }, {rootMargin: '200px'}).observe(this.box);
  }

  show(scene) {
    this.scene = scene;
    this.draw();
  }

  draw() {
    const {scene} = this;
    this.element.hidden = !scene || !this.fits(scene);
    if (this.element.hidden) return;
    if (!this.visible) {
      this.stale = true;
      return;
    }
    this.stale = false;
    const began = performance.now();
    scene.colours.clear();
    const dpr = window.devicePixelRatio || 1;
    const width = this.box.clientWidth;
    const height = this.box.clientHeight;
    if (width < 80 || height < 80) return;
    for (const canvas of [this.base, this.over]) {
      const [w, h] = [Math.round(width * dpr), Math.round(height * dpr)];
      if (canvas.width !== w || canvas.height !== h) Object.assign(canvas, {width: w, height: h});
    }
    this.size = {width, height, dpr};
    const ctx = this.context(this.base);
    this.spots = [];
    this.lines = [];
    this.paint(ctx, this.room(width, height));
    const {title, heading, caption, label} = this.describe();
    this.name.data = title;
    this.heading.textContent = heading;
    this.caption.textContent = caption;
    this.base.setAttribute('aria-label', label);
    this.mark();
    this.millis = performance.now() - began;
  }

  /** The picture to take away, as it is on the page or would be. */
  figure() {
    this.size = this.size || {width: 640, height: 420, dpr: 1};
    const {width, height} = this.size;
    const draw = (ctx) => {
      const {spots, lines} = this;
      [this.spots, this.lines] = [[], []];
      ctx.save();
      this.paint(ctx, this.room(width, height));
      ctx.restore();
      Object.assign(this, {spots, lines});
    };
    draw(document.createElement('canvas').getContext('2d')); // it is described by what was drawn
    return {title: this.describe().title, width, height, legend: [], draw};
  }

  room(width, height) {
    return {left: 46, top: 8, right: width - 10, bottom: height - 24};
  }

  context(canvas) {
    const ctx = canvas.getContext('2d');
    const {width, height, dpr} = this.size;
    ctx.setTransform(dpr, 0, 0, dpr, 0, 0);
    ctx.clearRect(0, 0, width, height);
    ctx.globalAlpha = 1;
    ctx.setLineDash([]);
    return ctx;
  }

  fits() { return true; }

  /** Rings and strong lines around what is pointed at or chosen, in any panel. */
  mark() {
    if (!this.size || this.stale || this.element.hidden) return;
    const ctx = this.context(this.over);
    const {store} = this.page;
    ctx.strokeStyle = ctx.fillStyle = colour('ink');
    for (const kind of ['sample', 'unit']) {
      const [pointed, chosen] = [store.get(kind), store.get('chosen' + (kind === 'unit' ? 'Unit' : 'Sample'))];
      for (const number of new Set([chosen, pointed])) {
        if (number === null) continue;
        ctx.save();
        this.markOf(ctx, kind, number);
        ctx.restore();
      }
    }
  }

  ring(ctx, {x, y, r}) {
    ctx.strokeStyle = colour('card');
    ctx.lineWidth = 4;
    ctx.beginPath();
    ctx.arc(x, y, r + 3, 0, 2 * Math.PI);
    ctx.stroke();
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 2;
    ctx.stroke();
  }

  spot(kind, number) {
    return this.spots.find((s) => s.kind === kind && s.number === number) || null;
  }

  /** What lies at a place of the canvas: the nearest point, or else the nearest line. */
  at(e) {
    const box = this.base.getBoundingClientRect();
    const x = e.clientX - box.left;
    const y = e.clientY - box.top;
    let best = null;
    let least = Infinity;
    for (const s of this.spots) {
      const d = Math.hypot(s.x - x, s.y - y);
      if (d <= Math.max(NEAR_SPOT, s.r + 3) && d < least) [best, least] = [s, d];
    }
    if (best) return best;
    for (const s of this.lines) {
      const [x1, y1, x2, y2] = s.line;
      const long = (x2 - x1) ** 2 + (y2 - y1) ** 2;
      const part = long > 0 ? Math.min(1, Math.max(0, ((x - x1) * (x2 - x1) + (y - y1) * (y2 - y1)) / long)) : 0;
      const d = Math.hypot(x1 + part * (x2 - x1) - x, y1 + part * (y2 - y1) - y);
      if (d <= NEAR_LINE && d < least) [best, least] = [s, d];
    }
    return best;
  }

  point(e) {
    const found = this.at(e);
    if (!found) {
      this.leave();
      return;
    }
    this.tell(found, e.clientX, e.clientY);
    this.page.store.set(found.kind === 'unit' ? {unit: found.number, sample: null} : {unit: null, sample: found.number});
  }

  tell({kind, number}, x, y) {
    this.tip.textContent = this.scene.tell(kind, number);
    this.tip.hidden = false;
    this.tip.style.left = Math.max(4, Math.min(x + 14, window.innerWidth - this.tip.offsetWidth - 8)) + 'px';
    this.tip.style.top = Math.max(4, Math.min(y + 16, window.innerHeight - this.tip.offsetHeight - 8)) + 'px';
  }

  leave() {
    if (this.tip.hidden) return;
    this.tip.hidden = true;
    this.said.textContent = '';
    this.page.store.set({unit: null, sample: null});
  }

  choose(found) {
    if (!found) return;
    const {store} = this.page;
    const [mine, other] = found.kind === 'unit' ? ['chosenUnit', 'chosenSample'] : ['chosenSample', 'chosenUnit'];
    store.set({[mine]: store.get(mine) === found.number ? null : found.number, [other]: null});
  }

  /** Up and down go through the units, Enter chooses; left and right belong to the scrubber. */
  key(e) {
    if (!this.scene || e.ctrlKey || e.altKey || e.metaKey) return;
    const {store} = this.page;
    const unit = store.marked('unit');
    if (e.key === 'Enter' && unit !== null) {
      this.choose({kind: 'unit', number: unit});
    } else if (e.key === 'Escape') {
      this.leave();
    } else if (e.key === 'ArrowUp' || e.key === 'ArrowDown') {
      const {units} = this.scene;
      const next = unit === null ? (e.key === 'ArrowDown' ? 0 : units - 1)
        : (unit + (e.key === 'ArrowDown' ? 1 : units - 1)) % units;
      const box = this.base.getBoundingClientRect();
      const spot = this.spot('unit', next) || {x: this.size.width / 2, y: this.size.height / 2};
      this.tell({kind: 'unit', number: next}, box.left + spot.x, box.top + spot.y);
      this.said.textContent = this.tip.textContent;
      store.set({unit: next, sample: null});
    } else {
      return;
    }
    e.preventDefault();
  }
}
