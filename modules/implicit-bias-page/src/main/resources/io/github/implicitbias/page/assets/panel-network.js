// All layers of the network: how many samples each unit is on for, which are dead, and when they flip.

import {fetchNetwork, fetchShares} from './api.js';
import {element, whole} from './format.js';
import {LayerRow, ratePercent} from './layer-row.js';
import {Latest, Panel} from './panel.js';
import {bytes} from './raster.js';
import {bucketOf, epochOf, rowsOfLayers, together} from './shares.js';
import {counted, t} from './words.js';

const TIGHT = 10; // layers above which rows are low
const KEPT = 64; // epochs whose shares are held
const PATIENCE = 30; // times that an answer took which pass before it is asked for again

/** The sizes of the layers of a network, those that repeat taken together; nothing where there are too many. */
export function chainOf(stack) {
  const parts = [];
  for (const {outputs, kernel} of stack) {
    if (!outputs) continue;
    const text = kernel ? counted(outputs, '{0} channel|{0} channels', whole(outputs)) : whole(outputs);
    const last = parts[parts.length - 1];
    if (last?.text === text) last.times++;
    else parts.push({text, times: 1});
  }
  if (parts.length === 0 || parts.length > 12) return '';
  const [first] = stack;
  const inputs = first.inputs && !first.kernel ? [counted(first.inputs, '{0} input|{0} inputs', whole(first.inputs))] : [];
  return [...inputs, ...parts.map(({text, times}) => (times > 1 ? whole(times) + ' × ' : '') + text)].join(' → ');
}

export class NetworkPanel extends Panel {
  constructor(page) {
    super(page, 'network', 'Network');
    this.line = element('p', {className: 'ib-caption'});
    this.body = element('div', {className: 'ib-net'});
    this.tip = element('div', {className: 'ib-tip', hidden: true});
    this.section.append(element('header', {}, element('h3', {textContent: t('Layers')}), this.line), this.body, this.tip);
    this.found = null;
    this.rows = [];
    this.unfolded = new Set();
    this.latest = new Latest((wanted) => this.fetchShares(wanted));
    this.latestMaps = new Latest((step) => this.fetchMaps(step));
    new ResizeObserver(() => this.draw()).observe(this.body);
    page.timeline.reaxed.add(() => this.drawFlips());
  }

  begin() {
    clearTimeout(this.waiting);
    Object.assign(this, {found: null, rows: [], shares: null, key: null, epochs: new Map(), visits: null, tookMillis: 0, waiting: null});
    this.unfolded.clear();
    this.body.replaceChildren();
    this.line.textContent = '';
    return true;
  }

  async update(progress) {
    for (const row of this.rows) row.choose(this.page.layer);
    const wait = this.found && progress.visits === this.visits ? this.askedAt + PATIENCE * this.tookMillis - performance.now() : 0;
    clearTimeout(this.waiting);
    if (wait > 50) {
      this.waiting = setTimeout(() => this.ask(progress).catch((e) => this.page.failed(e)), wait);
      return;
    }
    await this.ask(progress);
  }

  async ask(progress) {
    this.askedAt = performance.now();
    const found = await this.page.ask((run) => fetchNetwork(run));
    this.tookMillis = performance.now() - this.askedAt;
    this.visits = progress.visits;
    const before = this.found;
    this.found = found;
    this.cells = found.flips.layers.map(({groups, cells}) => ({groups, columns: found.flips.edges.length - 1, codes: bytes(cells)}));
    const same = before && before.over === found.over && JSON.stringify(before.layers) === JSON.stringify(found.layers);
    if (!same) this.build();
    else if (this.rows.length) {
      this.heads();
      this.drawFlips();
    }
    if (this.page.record) await this.scrub(this.page.record);
  }

  get tight() { return this.found.layers.length > TIGHT; }

  /** Whether the counts are those of a whole epoch. */
  get isEpoch() { return this.found.over === 'visits'; }

  build() {
    const {found} = this;
    this.line.textContent = this.networkLine();
    const why = this.emptyText();
    if (why) {
      this.rows = [];
      this.body.className = '';
      this.body.replaceChildren(element('p', {className: 'ib-note', textContent: why}));
      return;
    }
    this.body.className = 'ib-net' + (this.tight ? ' tight' : '');
    this.rows = rowsOfLayers(found.layers, this.unfolded).map((places) => new LayerRow(this, places, this.tight));
    this.headRow = element('div', {className: 'ib-net-row'});
    const left = found.layersLeftOut ? [element('p', {className: 'ib-note ib-net-left', textContent: counted(found.layersLeftOut, '{0} more layer|{0} more layers', whole(found.layersLeftOut))})] : [];
    this.body.replaceChildren(this.headRow, ...this.rows.map((row) => row.element), ...left);
    this.heads();
    for (const row of this.rows) row.choose(this.page.layer);
    this.key = null;
    this.place();
    this.drawFlips();
  }

  emptyText() {
    const {layers, over} = this.found;
    if (layers.length === 0) return t('No layer of this network has units that are on or off: that needs ReLU, leaky ReLU or the like.');
    return over === 'nothing' ? t('No unit has been looked at: that needs visits or a probe.') : '';
  }

  /** "784 inputs → 1,000 → 10 · 1,083,058 parameters · 1,448 units". */
  networkLine() {
    const {stack, parameters, layers} = this.found;
    const chain = chainOf(stack);
    const units = layers.reduce((sum, layer) => sum + layer.units, 0);
    return [chain, parameters ? counted(parameters, '{0} parameter|{0} parameters', whole(parameters)) : '',
      units ? counted(units, '{0} unit that is on or off|{0} units that are on or off', whole(units)) : ''].filter(Boolean).join(' · ');
  }

  heads() {
    const {flips} = this.found;
    const key = (kind, text) => element('span', {className: 'ib-nowrap'}, element('span', {className: kind}), text);
    const scale = (kind, from, to) => element('span', {className: 'ib-nowrap'}, from, element('span', {className: 'ib-ramp ' + kind}), to);
    const [first, last] = [flips.edges[0] ?? 0, flips.edges[flips.edges.length - 1] ?? 0];
    const some = flips.edges.length > 1;
    const head = (...parts) => element('div', {className: 'ib-net-head'}, ...parts);
    this.countHead = head();
    this.headRow.replaceChildren(
      head(element('strong', {textContent: t('Layer')})),
      head(element('strong', {textContent: t('Units')}), ', ' + (this.isEpoch ? t('ordered by the share of samples they are on for') : t('ordered by the share of the probe they are on for')) + ' ',
        scale('share', '0', '100 %'), ' ', key('ib-hatched', this.isEpoch ? t('dead') : t('off for all')), ' ', key('ib-dotted', t('linear'))),
      this.countHead,
      head(element('strong', {textContent: t('Flips')}), ' ' + (some
        ? (flips.per === 'step' ? t('per step on the probe, steps {0} to {1}', whole(first), whole(last)) : t('between visits, epoch by epoch, to step {0}', whole(last)))
        : t('not known yet')) + ' ', ...(some && flips.high > 0 ? [scale('flips', ratePercent(flips.low), ratePercent(flips.high) + ' (log)')] : some ? [t('none')] : [])));
    this.tellSet();
  }

  /** Which set the counts are over. */
  tellSet() {
    if (!this.countHead) return;
    const {epochs, samples} = this.found;
    const shown = this.shares;
    if (!shown) this.countHead.textContent = '';
    else if (shown.epoch === undefined) {
      this.countHead.textContent = t('on the probe of {0}, step {1}', whole(samples), whole(shown.step));
    } else {
      const at = epochs.epoch.indexOf(shown.epoch);
      this.countHead.textContent = t('in epoch {0}, {1} visits', whole(shown.epoch + 1), whole(epochs.visits[at]));
    }
  }

  scrub(record) {
    if (!this.found || this.rows.length === 0) return undefined;
    this.markStep();
    if (this.isEpoch) {
      if (this.hasMaps) this.latestMaps.ask(record.step).catch((e) => this.page.failed(e));
      const {epochs} = this.found;
      const at = epochOf(epochs, record.step);
      return this.want(at < 0 ? null : {epoch: epochs.epoch[at]});
    }
    return this.want({step: record.step});
  }

  /** Whether there are channels of which the probe has maps. */
  get hasMaps() { return this.found.samples > 0 && this.rows.some((row) => row.maps); }

  async fetchMaps(step) {
    const found = await this.page.ask((run) => fetchShares(run, {step}));
    this.showMaps(found.layers.map((layer) => layer && bytes(layer.on)), step);
  }

  showMaps(layers, step) {
    for (const row of this.rows) row.maps?.show(layers[row.places[0]], step);
  }

  want(wanted) {
    const key = JSON.stringify(wanted);
    if (wanted === null || key === this.key) return undefined;
    this.key = key;
    const known = wanted.epoch === undefined ? null : this.epochs.get(wanted.epoch);
    if (known) {
      this.take(known);
      return undefined;
    }
    return this.latest.ask(wanted).catch((e) => this.page.failed(e));
  }

  async fetchShares(wanted) {
    const found = await this.page.ask((run) => fetchShares(run, wanted));
    found.layers = found.layers.map((layer) => layer && {...layer, on: bytes(layer.on)});
    if (found.epoch !== undefined) {
      this.epochs.set(found.epoch, found);
      if (this.epochs.size > KEPT) this.epochs.delete(this.epochs.keys().next().value);
    }
    if (this.key === JSON.stringify(wanted)) this.take(found);
  }

  take(shares) {
    this.shares = shares;
    this.place();
    this.tellSet();
    if (shares.step !== undefined) this.showMaps(shares.layers.map((layer) => layer?.on ?? null), shares.step);
  }

  place() {
    if (!this.shares) return;
    for (const row of this.rows) row.show(together(row.places.map((k) => this.shares.layers[k])));
  }

  draw() {
    for (const row of this.rows) {
      row.drawStrip();
      row.maps?.draw();
    }
    this.drawFlips();
  }

  drawFlips() {
    if (!this.found) return;
    for (const row of this.rows) row.drawFlips();
    this.markStep();
  }

  theme() { this.draw(); }

  // ---------------------------------------------------------------- steps on the axis of the page

  get ends() {
    const {edges} = this.found.flips;
    return [edges[0], edges[edges.length - 1]].map((step) => this.page.timeline.toAxis(step));
  }

  stepAt(part) {
    const [from, to] = this.ends;
    const {edges} = this.found.flips;
    const step = Math.round(this.page.timeline.toStep(from + part * (to - from)));
    return Math.max(edges[0], Math.min(edges[edges.length - 1], step));
  }

  bucketAt(step) { return bucketOf(this.found.flips.edges, step); }

  bucketsAcross(width) {
    if (this.found.flips.edges.length < 2) return new Array(width).fill(-1);
    return Array.from({length: width}, (_, x) => this.bucketAt(this.stepAt((x + 0.5) / width)));
  }

  /** A line at the step shown, in the pictures of the flips. */
  markStep() {
    const {step, toAxis} = {step: this.page.step, toAxis: (s) => this.page.timeline.toAxis(s)};
    if (!this.found || this.found.flips.edges.length < 2 || step === null) return;
    const [from, to] = this.ends;
    const part = to > from ? (toAxis(step) - from) / (to - from) : 0;
    this.body.style.setProperty('--at', (100 * Math.max(0, Math.min(1, part))).toFixed(2) + '%');
  }

  rateText(rate) {
    const part = ratePercent(rate);
    return this.found.flips.per === 'step' ? t('{0} of the pairs of unit and sample flip per step', part) : t('{0} of the pairs of unit and sample flipped between two visits', part);
  }

  tell(e, text) {
    this.tip.hidden = e === null;
    if (e === null) return;
    this.tip.textContent = text;
    this.tip.style.left = Math.min(e.clientX + 14, window.innerWidth - this.tip.offsetWidth - 8) + 'px';
    this.tip.style.top = Math.min(e.clientY + 16, window.innerHeight - this.tip.offsetHeight - 8) + 'px';
  }

  choose(layer) { this.page.view.chooseLayer(layer); }

  unfold(place) {
    this.unfolded.add(place);
    this.build();
    this.rows.find((row) => row.places[0] === place)?.button.focus();
  }

  /** A row per unit: its share and what it is, in the epoch or at the step shown. */
  table() {
    const layers = this.shares?.layers ?? [];
    return {
      name: 'units',
      columns: ['layer', 'unit', 'share', 'mark'],
      rows: layers.flatMap((layer, k) => (layer && layer.units === layer.on.length
        ? Array.from(layer.on, (byte, unit) => [this.found.layers[k].name, unit, byte / 255, byte === 0 ? 'dead' : byte === 255 ? 'linear' : '']) : [])),
    };
  }

  get shown() {
    return this.found && {
      ...this.found, shares: this.shares && {...this.shares, layers: this.shares.layers.map((layer) => layer && {...layer, on: [...layer.on]})},
      counted: this.countHead?.textContent ?? '',
      rows: this.rows.map((row) => ({places: row.places, counts: row.counts.textContent, label: row.strip.getAttribute('aria-label'), maps: row.maps?.shown ?? null})),
    };
  }
}
