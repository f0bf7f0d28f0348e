// How is the training, and what should be done: headline, tiles, findings.

import {ApiError, fetchSummary} from './api.js';
import {countOf, placed, summaryOf, urgent} from './findings.js';
import {byId, element, whole} from './format.js';
import {badge, icon, wordOf} from './levels.js';
import {Panel} from './panel.js';
import {spark} from './spark.js';
import {summaryArrived} from './state.js';
import {counted, t} from './words.js';

const TILES = {
  fit: 'Fit', generalisation: 'Generalisation', units: 'Units', labels: 'Labels', forgetting: 'Forgetting', pattern: 'Pattern',
  update: 'Update', theory: 'Theory',
};
const PARTS = {summary: 'Summary', network: 'Network', samples: 'Samples', units: 'Units', geometry: 'Geometry', theory: 'Theory', numbers: 'Numbers'};
/** What the value of a tile is a number of. */
const UNITS = {
  lossOfBatches: 'training loss',
  lossOfProbe: 'loss on the probe',
  score: 'score of the last batch',
  testRight: 'of the test set right',
  testLoss: 'test loss',
  deadOfEpoch: 'of {0} units dead over the epoch',
  offOnProbe: 'of {0} units off on the probe',
  lookWrong: 'of {0} labels look wrong',
  statementsHold: 'of {0} statements hold',
  ofParameters: 'of the parameters per update',
  ofSamplesLastEpoch: 'of the samples, in the last epoch',
  flippedSinceLastVisit: 'of the entries flipped since the last visit',
  movedFromStart: 'distance from the start',
};
const SPARK = {width: 240, height: 30};

/** A file of an older version has no such answer. */
function nothing(e) {
  if (e instanceof ApiError && e.status === 404) return null;
  throw e;
}

const english = (tag, className, textContent) => element(tag, {className, textContent, lang: 'en'});

/** In words, with what it is a part of, and how many statements are violated. */
const unitOf = ({unit, of, violated}) => [t(UNITS[unit] ?? unit ?? '', whole(of ?? 0)), ...(violated ? [t('{0} violated', whole(violated))] : [])].join(', ');

export class SummaryPanel extends Panel {
  constructor(page) {
    super(page, 'summary', 'Findings');
    this.ofProbe = false;
    this.lead = element('div', {className: 'ib-lead'});
    this.tiles = element('div', {className: 'ib-tile-grid'});
    this.list = element('ol', {className: 'ib-findings'});
    this.note = element('p', {className: 'ib-note'});
    const card = element('div', {className: 'ib-findings-card'}, element('header', {}, element('h3', {textContent: this.title}),
      element('span', {className: 'ib-at', textContent: t('gravest first')})), this.list, this.note);
    this.section.append(this.lead, element('div', {className: 'ib-sum'}, this.tiles, card));
    this.open = new Set(); // findings that are unfolded
    this.told = null;
  }

  begin() {
    this.open.clear();
    this.told = null;
    this.fill(summaryOf(null));
    return true;
  }

  async update() {
    const summary = summaryOf(await this.page.ask((run) => fetchSummary(run).catch(nothing)));
    this.page.state.become(summaryArrived, summary);
    this.page.timeline.judge(summary);
    this.fill(summary);
  }

  /** What the reader has open or in focus stays so. */
  fill(summary) {
    this.summary = summary;
    const told = JSON.stringify(summary);
    if (told === this.told) return;
    this.told = told;
    const focused = this.section.contains(document.activeElement) ? document.activeElement.id : '';
    this.fillLead(summary);
    this.tiles.replaceChildren(...summary.tiles.map((tile) => this.tile(tile)));
    this.tiles.hidden = summary.tiles.length === 0;
    this.list.replaceChildren(...summary.findings.map((finding, k) => this.finding(finding, k)));
    this.list.hidden = summary.findings.length === 0;
    this.note.hidden = summary.findings.length > 0;
    this.note.textContent = t('No findings are recorded in this run.');
    const {count, level} = urgent(summary);
    const number = byId('attention');
    number.hidden = count === 0;
    number.dataset.level = level;
    number.replaceChildren(whole(count), element('span', {className: 'ib-unseen', textContent: ' ' + counted(count, '{0} needs attention|{0} need attention', '')}));
    if (focused) byId(focused)?.focus();
  }

  fillLead({level, headline, next, findings, lastFinite}) {
    const count = (of, text) => {
      const n = countOf({findings}, of);
      return n ? [badge(of, counted(n, text, whole(n)))] : [];
    };
    this.lead.hidden = headline.length === 0;
    this.lead.replaceChildren(
      element('span', {className: 'ib-level ' + level, title: wordOf(level)}, icon(level, 30), element('span', {className: 'ib-unseen', textContent: wordOf(level)})),
      element('div', {}, element('p', {className: 'ib-headline', lang: 'en'}, ...headline.map((text) => element('span', {textContent: text + ' '}))),
        ...(next ? [element('p', {className: 'ib-next'}, t('Next:') + ' ', english('span', '', next))] : []),
        ...(lastFinite === null ? [] : [this.step(lastFinite, t('last record with numbers: {0}', whole(lastFinite)))])),
      element('div', {className: 'ib-counts'}, ...count('problem', '{0} problem|{0} problems'),
        ...count('attention', '{0} needs attention|{0} need attention'), ...count('good', '{0} good|{0} good')));
  }

  /** A way to a step. */
  step(step, text) {
    const button = element('button', {type: 'button', className: 'ib-link', textContent: text, title: t('Go to this step')});
    button.addEventListener('click', () => this.page.goTo(step));
    return button;
  }

  tile(tile) {
    const {id, level, value, line, href} = tile;
    const link = element('a', {className: 'ib-tile', href: '#' + (href || 'summary'), id: 'tile-' + id},
      element('span', {className: 'ib-tile-head'}, element('span', {textContent: t(TILES[id] ?? id)}), badge(level)),
      english('span', 'ib-tile-value', value || '–'), element('span', {className: 'ib-tile-unit', textContent: unitOf(tile)}), spark([tile], SPARK), english('span', 'ib-tile-line', line ?? ''));
    link.addEventListener('click', (e) => {
      e.preventDefault();
      this.page.sections.go(href || 'summary');
    });
    return link;
  }

  finding(finding, k) {
    const {rule, level, text, since, advice, threshold, evidence} = finding;
    const key = [rule, finding.layer, finding.unit, finding.sample].join();
    const urgentOne = level === 'problem' || level === 'attention';
    const more = urgentOne ? [...(since === null ? [] : [t('Since step {0}.', whole(since)) + ' ']), ...(advice ? [english('span', 'ib-do', '→ ' + advice)] : [])] : [];
    const button = element('button', {type: 'button', className: 'ib-finding', id: 'finding-' + k},
      element('span', {className: 'ib-level ' + level}, icon(level), element('span', {className: 'ib-unseen', textContent: wordOf(level)})),
      element('span', {}, english('span', 'ib-finding-text', text), ...(more.length ? [element('span', {className: 'ib-finding-more'}, ...more)] : [])));
    const rows = evidence.map(([what, value]) => element('tr', {}, element('th', {textContent: what, scope: 'row'}), element('td', {className: 'num', textContent: value})));
    const box = element('div', {className: 'ib-evidence'},
      ...(rows.length ? [element('table', {lang: 'en'}, element('tbody', {}, ...rows))] : []),
      ...(threshold ? [english('p', 'ib-detail', threshold)] : []),
      element('p', {className: 'ib-more'}, ...(since === null ? [] : [this.step(since, t('step {0}', whole(since)))]), this.way(finding)));
    const show = (open) => {
      box.hidden = !open;
      button.setAttribute('aria-expanded', String(open));
      if (open) this.open.add(key);
      else this.open.delete(key);
    };
    show(this.open.has(key));
    button.addEventListener('click', () => show(box.hidden));
    const item = element('li', {}, button, box);
    item.dataset.rule = rule;
    return item;
  }

  /** A way to where it is seen, with layer, unit and sample chosen. */
  way(finding) {
    const part = PARTS[finding.href] ? finding.href : 'summary';
    const button = element('button', {type: 'button', className: 'ib-link', textContent: t('Show in {0}', t(PARTS[part]))});
    button.addEventListener('click', () => {
      const {page} = this;
      const {layer, unit, sample} = finding;
      if (layer !== null && layer !== page.layer && page.run.layers[layer]) page.view.chooseLayer(layer);
      if (unit !== null) page.store.set({chosenUnit: unit, chosenSample: null});
      else if (sample !== null) page.store.set({chosenSample: sample, chosenUnit: null});
      page.sections.go(part);
    });
    return button;
  }

  table() {
    const columns = ['level', 'rule', 'text', 'since', 'advice', 'threshold', 'layer', 'unit', 'sample', 'evidence'];
    const of = (finding, name) => {
      if (name === 'evidence') return finding.evidence.map(([what, value]) => what + ': ' + value).join('; ');
      return name === 'layer' ? this.page.run.layers[finding.layer]?.name ?? null : finding[name] ?? null;
    };
    return {name: 'findings', columns, rows: this.summary.findings.map((finding) => columns.map((name) => of(finding, name)))};
  }

  get shown() { return {level: this.summary.level, headline: this.summary.headline, tiles: this.summary.tiles, findings: this.summary.findings, marks: placed(this.summary)}; }
}
