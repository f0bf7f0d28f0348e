// The step slider that moves all panels together, with its track: findings and events above, epochs
// below, and what was lost.

import {byId, colour, whole} from './format.js';
import {drawIcon} from './levels.js';
import {markedEvents} from './loss-marks.js';
import {t} from './words.js';

const HEIGHT = 44; // the lane of findings, the slider, the epochs
const LANE = 14;
const THUMB = 8; // the middle of the slider's thumb stops this far from its ends

/** Every how manieth place is to have a label, so that labels are this far apart: 1, 2, 5, 10, ... */
export function everyOf(places, apart) {
  if (places.length < 2) return 1;
  const gap = (places[places.length - 1] - places[0]) / (places.length - 1);
  for (let power = 1; ; power *= 10) {
    for (const m of [1, 2, 5]) if (m * power * gap >= apart || m * power >= places.length) return m * power;
  }
}

/** Which epoch a step belongs to, counted from 1: the last one for steps after its end. */
export function epochAt(ends, step) {
  const at = ends.findIndex((end) => step <= end);
  return at < 0 ? ends.length : at + 1;
}

export class Scrubber {
  /**
   * @param go called with a wish: a step number, or 'first', 'back', 'forward', 'last'
   * @param isReady says whether the step asked for last is shown: playing waits for it
   */
  constructor(go, isReady) {
    this.go = go;
    this.isReady = isReady;
    this.timer = null;
    this.pointed = null;
    this.shown = null;
    this.slider = byId('step');
    this.field = byId('step-number');
    this.track = byId('track');
    this.first = 0;
    this.last = 0;
    this.marks = {events: [], gaps: [], findings: [], epochs: []};
    this.slider.addEventListener('input', () => {
      this.pause();
      go(Number(this.slider.value));
    });
    byId('play').addEventListener('click', () => this.playing ? this.pause() : this.play());
    this.field.addEventListener('change', () => {
      if (this.field.value !== '' && Number.isFinite(Number(this.field.value))) go(Number(this.field.value));
    });
    for (const wish of ['first', 'back', 'forward', 'last']) {
      byId(wish).addEventListener('click', () => {
        this.pause();
        go(wish);
      });
    }
    document.addEventListener('keydown', (e) => {
      const tag = e.target.tagName;
      const typing = tag === 'SELECT' || (tag === 'INPUT' && e.target !== this.slider) || e.target.matches('.ib-scroll, pre');
      if (typing || e.ctrlKey || e.altKey || e.metaKey) return;
      if (e.key === ' ' && byId('run-view').offsetParent !== null && !['BUTTON', 'SUMMARY', 'A'].includes(tag) && e.target.role !== 'button') {
        e.preventDefault();
        this.playing ? this.pause() : this.play();
        return;
      }
      const twentieth = Math.max(1, Math.round((this.last - this.first) / 20));
      const now = Number(this.slider.value);
      const wish = {
        ArrowLeft: 'back', ArrowRight: 'forward', Home: 'first', End: 'last',
        PageUp: Math.max(this.first, now - twentieth), PageDown: Math.min(this.last, now + twentieth),
      }[e.key];
      if (wish === undefined || byId('run-view').offsetParent === null) return;
      e.preventDefault();
      this.pause();
      go(wish);
    });
    new ResizeObserver(() => this.draw()).observe(this.track.parentElement);
  }

  get playing() {
    return this.timer !== null;
  }

  /** From the step shown, or from the first if it is the last: the whole run takes 20 s at speed 1. */
  play() {
    let at = Number(this.slider.value);
    if (at >= this.last) at = this.first;
    this.go(Math.round(at));
    let then = performance.now();
    const beat = () => {
      const now = performance.now();
      at += ((this.last - this.first) * (now - then) * Number(byId('speed').value)) / 20000;
      then = now;
      if (this.isReady()) this.go(Math.min(this.last, Math.round(at)));
      if (at >= this.last) this.pause();
      else this.timer = setTimeout(beat, 60);
    };
    this.timer = setTimeout(beat, 60);
    this.showPlaying();
  }

  pause() {
    clearTimeout(this.timer);
    this.timer = null;
    this.showPlaying();
  }

  showPlaying() {
    const button = byId('play');
    button.textContent = this.playing ? '❚❚' : '▶';
    button.title = button.ariaLabel = this.playing ? t('Pause (space)') : t('Play (space)');
  }

  /** Marks the step under the pointer. */
  point(step) {
    this.pointed = step;
    this.draw();
  }

  range(first, last) {
    this.first = first;
    this.last = last;
    for (const input of [this.slider, this.field]) {
      input.min = first;
      input.max = last;
    }
    this.tell();
    this.draw();
  }

  at(step) {
    this.slider.value = step;
    if (document.activeElement !== this.field) this.field.value = step;
    this.slider.setAttribute('aria-valuetext', t('step {0}', step));
    this.shown = step;
    this.tell();
  }

  /** What the step is one of. */
  tell() {
    const {first, last, shown, marks: {epochs}} = this;
    const parts = [first === 0 ? t('of {0}', whole(last)) : t('of {0} … {1}', whole(first), whole(last))];
    if (epochs.length && shown !== null) parts.push(t('epoch {0} of {1}', whole(epochAt(epochs, shown)), whole(epochs.length)));
    byId('step-range').textContent = byId('step-range').title = parts.join(' · ');
  }

  mark(marks) {
    Object.assign(this.marks, marks);
    this.tell();
    this.draw();
  }

  draw() {
    const dpr = window.devicePixelRatio || 1;
    const width = this.track.clientWidth;
    if (!width) return;
    this.track.width = width * dpr;
    this.track.height = HEIGHT * dpr;
    const ctx = this.track.getContext('2d');
    ctx.scale(dpr, dpr);
    const x = (step) => THUMB + ((width - 2 * THUMB) * (step - this.first)) / Math.max(1, this.last - this.first);
    const isIn = (step) => step !== null && step >= this.first && step <= this.last;
    this.drawGaps(ctx, x);
    if (isIn(this.pointed)) {
      ctx.fillStyle = colour('accent');
      ctx.fillRect(x(this.pointed) - 0.5, LANE, 1.5, 20);
    }
    this.drawEpochs(ctx, x, width);
    ctx.fillStyle = colour('event');
    let last = -Infinity;
    for (const event of markedEvents(this.marks.events)) {
      const at = Math.round(x(event.step));
      if (at - last < 2) continue;
      last = at;
      ctx.fillRect(at - 0.5, LANE, 1, 4);
    }
    // The gravest last, so that none of the others lies over it.
    for (const {level, since} of [...this.marks.findings].reverse()) if (isIn(since)) drawIcon(ctx, level, x(since), LANE / 2 + 0.5, 12);
  }

  drawGaps(ctx, x) {
    for (const [after, before] of this.marks.gaps) {
      const b = x(before);
      const a = Math.min(after < 0 ? b : x(after), b - 3);
      ctx.fillStyle = colour('gap');
      ctx.fillRect(a, LANE, b - a, 20);
      ctx.strokeStyle = colour('gap-line');
      ctx.setLineDash([3, 2]);
      ctx.strokeRect(a + 0.5, LANE + 0.5, b - a - 1, 19);
      ctx.setLineDash([]);
    }
  }

  /** A tick where each epoch ends, with its number as far as there is room. */
  drawEpochs(ctx, x, width) {
    const {epochs} = this.marks;
    ctx.font = '10px system-ui, sans-serif';
    ctx.textBaseline = 'bottom';
    ctx.textAlign = 'center';
    ctx.fillStyle = colour('muted');
    const every = everyOf(epochs.map(x), 22);
    epochs.forEach((step, k) => {
      if ((k + 1) % every) return;
      ctx.fillRect(Math.round(x(step)) - 0.5, 31, 1, 3);
      const text = String(k + 1);
      const half = ctx.measureText(text).width / 2;
      ctx.fillText(text, Math.min(Math.max(x(step), half), width - half), HEIGHT);
    });
  }
}
