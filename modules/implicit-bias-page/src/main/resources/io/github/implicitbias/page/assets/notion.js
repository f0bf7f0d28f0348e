// One notion of "support vector": its samples ranked as bars, or listed where there is nothing to rank.

import {brief, classShade, element, whole} from './format.js';
import {counted, t} from './words.js';

const BARS = 12; // samples ranked
export const CHIPS = 60; // samples listed

export const samplesOf = (n) => counted(n, '{0} sample|{0} samples', whole(n));

/** The numbers among [sample, value], the largest first in magnitude, as many as are shown. */
export function ranked(pairs) {
  return pairs.filter(([, v]) => typeof v === 'number').sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]) || a[0] - b[0]).slice(0, BARS);
}

/** The name of a sample: its own id, or its place in the probe. */
export const nameOf = (sample, {ids}) => whole(ids[sample] === undefined ? sample : ids[sample]);

/** A sample's name with the colour of its class. */
export function tagOf(sample, samples) {
  const swatch = element('i', {className: 'ib-swatch'});
  const c = samples.classes[sample];
  swatch.style.background = `var(--${classShade(c)})`;
  const tag = element('span', {className: 'ib-tag', title: 'sample ' + nameOf(sample, samples) + (c >= 0 ? ', class ' + c : '')}, swatch, nameOf(sample, samples));
  tag.dataset.sample = sample;
  return tag;
}

export class Notion {
  /**
   * @param facts {id, title, of, text, column, absent}: what it is, and the column that has its values
   * @param store what the reader points at
   */
  constructor(facts, store) {
    Object.assign(this, facts, {store, rows: [], listed: false, samples: {ids: [], classes: []}});
    this.at = element('span', {className: 'ib-at'});
    this.body = element('div', {className: 'ib-bars'});
    this.element = element('article', {className: 'ib-notion'},
      element('h4', {}, t(this.title), element('span', {textContent: t(this.of)}), this.at),
      element('p', {className: 'ib-definition', textContent: t(this.text)}), this.body);
    this.element.dataset.notion = this.id;
    this.keys();
  }

  /** Samples in the order of the magnitude of their values, as bars, and words about all of them. */
  bars(pairs, marks, limit = null, words = []) {
    const shown = ranked(pairs);
    const most = limit || Math.max(...shown.map(([, v]) => Math.abs(v)), 0);
    const signed = shown.some(([, v]) => v < 0);
    this.rows = shown;
    this.listed = false;
    this.fill(...shown.map(([sample, v]) => this.bar(sample, v, {part: most > 0 ? Math.abs(v) / most : 0, signed, tied: marks.has(sample)})));
    const others = (list) => list.filter(([, v]) => typeof v === 'number' && v !== 0).length;
    const more = others(pairs) - others(shown);
    const notes = [];
    if (more > 0) notes.push(t('{0} more that are not 0', whole(more)));
    if (marks.size) notes.push('⚭ ' + t('tied at the smallest margin: {0}', samplesOf(marks.size)));
    notes.push(...words);
    if (notes.length) this.body.append(element('p', {className: 'ib-note', textContent: notes.join(' · ')}));
  }

  bar(sample, v, {part, signed, tied}) {
    const bar = element('span', {className: 'ib-bar'});
    bar.style.width = (signed ? 50 : 100) * part + '%';
    if (signed) bar.style.left = (v < 0 ? 50 * (1 - part) : 50) + '%';
    bar.style.background = `var(--${classShade(this.samples.classes[sample])})`;
    const row = element('div', {className: 'ib-barrow', title: 'sample ' + nameOf(sample, this.samples) + ': ' + v + (tied ? ', tied at the smallest margin' : '')},
      tagOf(sample, this.samples), element('span', {className: 'ib-track2' + (signed ? ' signed' : '')}, bar),
      element('span', {className: 'ib-value', textContent: brief(v) + (tied ? ' ⚭' : '')}));
    this.follow(row, sample);
    return row;
  }

  chips(samples, all) {
    this.rows = samples.map((sample) => [sample, 1]);
    this.listed = true;
    const chips = samples.slice(0, CHIPS).map((sample) => {
      const chip = tagOf(sample, this.samples);
      this.follow(chip, sample);
      return chip;
    });
    this.fill(element('p', {className: 'ib-count', textContent: t('{0} of {1}', whole(samples.length), samplesOf(all))}),
      element('div', {className: 'ib-chips'}, ...chips),
      ...(samples.length > CHIPS ? [element('p', {className: 'ib-note', textContent: t('and {0} more', whole(samples.length - CHIPS))})] : []));
  }

  /** Says why there is nothing to show. */
  note(text) {
    this.fill(element('p', {className: 'ib-note', textContent: text}));
  }

  follow(target, sample) {
    const {store} = this;
    target.dataset.sample = sample;
    target.addEventListener('mouseenter', () => store.set({sample}));
    target.addEventListener('mouseleave', () => store.set({sample: null}));
    target.addEventListener('click', () => store.set({chosenSample: store.get('chosenSample') === sample ? null : sample, chosenUnit: null}));
    target.addEventListener('focus', () => store.set({sample}));
    target.addEventListener('blur', () => store.set({sample: null}));
    target.role = 'button';
    target.tabIndex = -1;
  }

  get targets() { return [...this.body.querySelectorAll('[role=button]')]; }

  /** One stop of the Tab key; from there the arrows up and down lead through the samples. */
  keys() {
    this.body.addEventListener('keydown', (e) => {
      const rows = this.targets;
      const at = rows.indexOf(e.target);
      if (at < 0) return;
      const to = {ArrowDown: rows[at + 1], ArrowUp: rows[at - 1]}[e.key];
      if (to) to.focus();
      else if (e.key === 'Enter' || e.key === ' ') e.target.click();
      if (['ArrowDown', 'ArrowUp', 'Enter', ' '].includes(e.key)) {
        e.preventDefault();
        e.stopPropagation();
      }
    });
    this.body.addEventListener('focusin', (e) => this.stop(e.target));
  }

  stop(target) {
    for (const row of this.targets) row.tabIndex = row === target ? 0 : -1;
  }

  /** New rows; the sample that had the focus keeps it. */
  fill(...content) {
    const had = this.body.contains(document.activeElement) ? document.activeElement.dataset.sample : null;
    this.body.replaceChildren(...content);
    const rows = this.targets;
    const row = rows.find((one) => one.dataset.sample === had) || rows[0];
    if (!row) return;
    this.stop(row);
    if (had !== null) row.focus({preventScroll: true});
  }
}
