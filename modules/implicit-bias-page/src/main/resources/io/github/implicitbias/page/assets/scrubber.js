// The step slider that moves all panels together, with its track of events and gaps.

import {byId, colour, whole} from './format.js';
import {t} from './words.js';

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
    this.slider = byId('step');
    this.field = byId('step-number');
    this.track = byId('track');
    this.first = 0;
    this.last = 0;
    this.marks = {events: [], gaps: []};
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
      if (e.key === ' ' && !byId('run-view').hidden && !['BUTTON', 'SUMMARY', 'A'].includes(tag) && e.target.role !== 'button') {
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
      if (wish === undefined || byId('run-view').hidden) return;
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
    byId('step-range').textContent = t('of {0} … {1}', whole(first), whole(last));
    this.draw();
  }

  at(step) {
    this.slider.value = step;
    if (document.activeElement !== this.field) this.field.value = step;
    this.slider.setAttribute('aria-valuetext', t('step {0}', step));
  }

  mark(marks) {
    Object.assign(this.marks, marks);
    this.draw();
  }

  draw() {
    const dpr = window.devicePixelRatio || 1;
    const width = this.track.clientWidth;
    if (!width) return;
    this.track.width = width * dpr;
    this.track.height = 14 * dpr;
    const ctx = this.track.getContext('2d');
    ctx.scale(dpr, dpr);
    const thumb = 8; // the middle of the slider's thumb stops this far from its ends
    const x = (step) => thumb + ((width - 2 * thumb) * (step - this.first)) / Math.max(1, this.last - this.first);
    for (const [after, before] of this.marks.gaps) {
      const b = x(before);
      const a = Math.min(after < 0 ? b : x(after), b - 3);
      ctx.fillStyle = colour('gap');
      ctx.fillRect(a, 0, b - a, 14);
      ctx.strokeStyle = colour('gap-line');
      ctx.setLineDash([3, 2]);
      ctx.strokeRect(a + 0.5, 0.5, b - a - 1, 13);
      ctx.setLineDash([]);
    }
    if (this.pointed !== null && this.pointed >= this.first && this.pointed <= this.last) {
      ctx.fillStyle = colour('accent');
      ctx.fillRect(x(this.pointed) - 0.5, 0, 1.5, 14);
    }
    ctx.fillStyle = colour('event');
    let last = -Infinity;
    for (const event of this.marks.events) {
      const at = Math.round(x(event.step));
      if (at - last < 2) continue;
      last = at;
      ctx.beginPath();
      ctx.moveTo(at - 3.5, 3);
      ctx.lineTo(at + 3.5, 3);
      ctx.lineTo(at, 11);
      ctx.fill();
    }
  }
}
