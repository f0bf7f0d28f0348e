// What training has shown of its own samples: the map of the data, the epochs, and labels that look
// wrong.

import {fetchVisits, fetchVisitsFile} from './api.js';
import {axes, dot, halo, padded} from './drawing.js';
import {download} from './export.js';
import {brief, byId, colour, element, plural, tick, whole} from './format.js';
import {Latest, Panel} from './panel.js';
import {Sketch} from './sketch.js';
import {smallPicture} from './small-picture.js';
import {t} from './words.js';

const RIGHT = 'c1';
const WRONG = 'c2';
const LINES = [['learned', 'c3'], ['forgotten', 'c2'], ['neverLearned', 'muted']];
const DOTS = 40; // epochs up to which each is a dot
const SPARK = {width: 96, height: 20};

/** A scale of two axes with units of their own. */
function scaleOf([x0, x1], [y0, y1], {left, top, right, bottom}) {
  return {
    x: (v) => left + ((v - x0) / (x1 - x0)) * (right - left),
    y: (v) => bottom - ((v - y0) / (y1 - y0)) * (bottom - top),
    toX: (px) => x0 + ((px - left) / (right - left)) * (x1 - x0),
    toY: (py) => y0 + ((bottom - py) / (bottom - top)) * (y1 - y0),
  };
}

const room = (width, height) => ({left: 46, top: 24, right: width - 12, bottom: height - 40});

/** Names of the axes outside of the plot, where nothing lies under them. */
function nameAxes(ctx, plot, across, up) {
  ctx.fillStyle = colour('muted');
  ctx.font = '12px system-ui, sans-serif';
  ctx.textAlign = 'right';
  ctx.textBaseline = 'bottom';
  ctx.fillText(across, plot.right, plot.bottom + 38);
  ctx.textAlign = 'left';
  ctx.fillText(up, 0, plot.top - 8);
}

/** Between two colours given as #rrggbb. */
function mixed(from, to, part) {
  const [a, b] = [from, to].map((hex) => parseInt(hex.slice(1), 16));
  const of = (shift) => Math.round(((a >> shift) & 255) * (1 - part) + ((b >> shift) & 255) * part);
  return `rgb(${of(16)}, ${of(8)}, ${of(0)})`;
}

/** How confident training was of the label of each sample, against how much that changed. */
function paintMap(ctx, width, height, {map, suspects}) {
  const plot = room(width, height);
  const scale = scaleOf([0, 0.5], [0, 1], plot);
  axes(ctx, scale, plot, ['', ''], tick);
  nameAxes(ctx, plot, t('deviation of the confidence'), t('mean confidence'));
  const [right, wrong] = [RIGHT, WRONG].map(colour);
  if (map.counts) {
    const most = Math.log1p(map.counts.reduce((a, b) => Math.max(a, b), 0));
    const [w, h] = [(plot.right - plot.left) / map.across, (plot.bottom - plot.top) / map.up];
    map.counts.forEach((count, k) => {
      if (count === 0) return;
      ctx.fillStyle = mixed(wrong, right, map.right[k] / count);
      ctx.globalAlpha = 0.18 + 0.82 * (Math.log1p(count) / most);
      ctx.fillRect(plot.left + (k % map.across) * w, plot.bottom - (Math.floor(k / map.across) + 1) * h, w - 0.5, h - 0.5);
    });
  } else {
    const r = map.sample.length > 500 ? 2.5 : 4;
    ctx.globalAlpha = map.sample.length > 500 ? 0.6 : 0.8;
    const at = new Map();
    map.sample.forEach((sample, k) => {
      const [x, y] = [scale.x(map.deviation[k]), scale.y(map.confidence[k])];
      at.set(sample, [x, y]);
      dot(ctx, x, y, r, map.right[k] ? right : wrong);
    });
    ctx.globalAlpha = 1;
    ctx.strokeStyle = colour('ink');
    ctx.lineWidth = 1.25;
    for (const {sample} of suspects.list) {
      const place = at.get(sample);
      if (!place) continue;
      ctx.beginPath();
      ctx.arc(place[0], place[1], r + 2.5, 0, 2 * Math.PI);
      ctx.stroke();
    }
  }
  ctx.globalAlpha = 1;
  ctx.fillStyle = colour('muted');
  ctx.font = '600 12px system-ui, sans-serif';
  ctx.textBaseline = 'middle';
  for (const [text, x, y, align] of [[t('easy'), 0.3, 0.94, 'left'], [t('ambiguous'), 0.49, 0.5, 'right'], [t('hard'), 0.3, 0.06, 'left']]) {
    ctx.textAlign = align;
    halo(ctx, text, scale.x(x), scale.y(y));
  }
}

/** Lines over the epochs, counted from 1. */
function paintEpochs(ctx, width, height, epochs, lines, [low, high]) {
  const plot = room(width, height);
  const at = epochs.epoch.map((e) => e + 1);
  const ends = at.length > 1 ? [at[0], at[at.length - 1]] : [at[0] - 1, at[0] + 1];
  const known = lines.flatMap(([name]) => epochs[name]).filter(Number.isFinite);
  const top = high === 1 ? 1 : known.reduce((a, b) => Math.max(a, b), -Infinity);
  const range = padded(known.reduce((a, b) => Math.min(a, b), Infinity), top, 0.08);
  const scale = scaleOf(padded(...ends, 0.02), [Math.max(low, range[0]), Math.min(high, range[1])], plot);
  axes(ctx, scale, plot, ['', ''], tick);
  nameAxes(ctx, plot, t('epoch'), '');
  for (const [name, shade] of lines) {
    const values = epochs[name];
    ctx.strokeStyle = colour(shade);
    ctx.lineWidth = 2;
    ctx.lineJoin = 'round';
    ctx.beginPath();
    let pen = false;
    values.forEach((v, k) => {
      const there = Number.isFinite(v);
      if (there) ctx[pen ? 'lineTo' : 'moveTo'](scale.x(at[k]), scale.y(v));
      pen = there;
    });
    ctx.stroke();
    if (at.length <= DOTS) {
      values.forEach((v, k) => {
        if (Number.isFinite(v)) dot(ctx, scale.x(at[k]), scale.y(v), 2.75, colour(shade));
      });
    }
  }
}

/** The margins of a suspect at the ends of epochs, with the line at which it would be right. */
function spark(margins) {
  const known = margins.filter(Number.isFinite);
  const [low, high] = [known.reduce((a, b) => Math.min(a, b), 0), known.reduce((a, b) => Math.max(a, b), 0)];
  const x = (k) => 2 + (k / Math.max(1, margins.length - 1)) * (SPARK.width - 4);
  const y = (v) => SPARK.height - 3 - ((v - low) / Math.max(1e-9, high - low)) * (SPARK.height - 6);
  const make = (tag, attributes) => {
    const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };
  const svg = make('svg', {...SPARK, class: 'ib-spark', 'aria-hidden': 'true'});
  const points = margins.flatMap((v, k) => (Number.isFinite(v) ? [x(k).toFixed(1) + ',' + y(v).toFixed(1)] : []));
  svg.append(
    make('line', {x1: 0, x2: SPARK.width, y1: y(0), y2: y(0), class: 'ib-zero'}),
    make('polyline', {points: points.join(' ')}),
  );
  return svg;
}

const headsOf = (pictureShape, features) => [
  ['', 'num'], ...(pictureShape ? [[t('picture'), '']] : []), [t('sample'), ''], [t('label'), ''], [t('network says'), ''],
  [t('mean margin'), 'num'], [t('margin by epoch'), ''], ...features.map((name) => [name, 'num'])];

/** A feature of a suspect, nothing if the run does not have it. */
const valueOf = ({values}, k) => (!values ? '' : Number.isFinite(values[k]) ? brief(Number(values[k].toPrecision(6))) : '–');

export class VisitsPanel extends Panel {
  constructor(page) {
    super(page, 'training', 'Training samples');
    this.header();
    this.caption = element('p', {className: 'ib-caption', lang: 'en'});
    this.map = new Sketch(t('Data map'), 'ib-map');
    this.accuracy = new Sketch(t('Accuracy'), 'ib-small-sketch');
    this.counts = new Sketch(t('Learned and forgotten'), 'ib-small-sketch');
    this.sketches = [this.map, this.accuracy, this.counts];
    this.map.key([[RIGHT, t('right at the last visit')], [WRONG, t('wrong at the last visit')]]);
    this.counts.key(LINES.map(([name, shade]) => [shade, this.nameOf(name)]));
    this.rows = element('tbody');
    this.heads = element('tr');
    this.table_ = element('table', {className: 'ib-suspects'}, element('thead', {}, this.heads), this.rows);
    this.table_.setAttribute('aria-label', t('Labels that look wrong'));
    const scroll = element('div', {className: 'ib-scroll', tabIndex: 0}, this.table_);
    scroll.setAttribute('role', 'region');
    scroll.setAttribute('aria-label', t('Labels that look wrong'));
    this.note = element('p', {className: 'ib-note', lang: 'en'});
    this.suspects = element('div', {className: 'ib-suspects-box'}, element('h4', {textContent: t('Labels that look wrong')}), this.note, scroll);
    this.scroll = scroll;
    this.save = element('button', {type: 'button', className: 'ib-link', textContent: 'All samples (visits.csv)'});
    this.save.addEventListener('click', () => this.download());
    this.said = element('span', {className: 'ib-said', role: 'status'});
    this.steps = element('button', {type: 'button', className: 'ib-link', textContent: 'Charts of every step', title: 'Loss, accuracy and flips of each batch'});
    this.steps.addEventListener('click', () => byId('panel-visits').scrollIntoView({block: 'start'}));
    const more = element('p', {className: 'ib-note ib-more', lang: 'en'}, this.save, this.steps, this.said);
    this.section.append(this.caption, more, element('div', {className: 'ib-visits'}, this.map.element,
      element('div', {className: 'ib-visits-side'}, this.accuracy.element, this.counts.element)), this.suspects);
    this.latest = new Latest((wanted) => this.fetch(wanted));
    this.found = null;
  }

  nameOf(name) {
    return {learned: t('learned'), forgotten: t('forgotten'), neverLearned: t('never learned')}[name];
  }

  /** A run may get its first visits later: until then the panel is not shown. */
  show(present) { super.show(present && this.found !== null); }

  begin() {
    this.found = null;
    this.known = 0;
    return true;
  }

  async update({visits}) {
    if (!visits || visits === this.known) return;
    await this.latest.ask(visits);
  }

  async fetch(visits) {
    this.found = await this.page.ask((run) => fetchVisits(run));
    this.known = visits;
    this.show(true);
    this.draw();
  }

  async download() {
    this.save.disabled = true;
    this.said.textContent = '';
    try {
      download(await fetchVisitsFile(this.page.chosen), 'visits.csv');
    } catch (e) {
      this.said.textContent = e.message;
    } finally {
      this.save.disabled = false;
    }
  }

  draw() {
    const {epochs, samples, map, suspects} = this.found;
    this.save.hidden = !samples;
    this.steps.hidden = byId('panel-visits').hidden;
    this.map.show(map && map.count > 0 ? {
      label: t('Data map') + ': ' + plural(map.count, 'sample') + (suspects.count ? ', ' + plural(suspects.count, 'suspect label') : ''),
      paint: (ctx, w, h) => paintMap(ctx, w, h, this.found),
    } : null);
    const some = (names) => names.some((name) => epochs[name].some(Number.isFinite));
    const last = (name) => epochs[name][epochs.epoch.length - 1];
    this.accuracy.show(some(['accuracy']) ? {
      label: t('Accuracy') + ', ' + plural(epochs.of, 'epoch') + ': ' + brief(last('accuracy')),
      paint: (ctx, w, h) => paintEpochs(ctx, w, h, epochs, [['accuracy', RIGHT]], [0, 1]),
    } : null);
    this.counts.show(some(LINES.map(([name]) => name)) ? {
      label: t('Learned and forgotten') + ': ' + LINES.map(([name]) => this.nameOf(name) + ' ' + brief(last(name))).join(', '),
      paint: (ctx, w, h) => paintEpochs(ctx, w, h, epochs, LINES, [0, Infinity]),
    } : null);
    this.caption.textContent = [
      samples ? plural(samples, 'sample') : 'no sample is kept by itself',
      plural(epochs.of, 'epoch'),
      ...(Number.isFinite(last('accuracy')) ? ['accuracy of the last ' + brief(Number((100 * last('accuracy')).toPrecision(4))) + ' %'] : []),
    ].join(' · ') + '. Each number is of the moment at which training saw the sample.';
    this.list();
  }

  list() {
    const {suspects} = this.found;
    this.suspects.hidden = !suspects;
    if (!suspects) return;
    const {count, list, threshold, expectedByChance, reason, pictureShape, features, featureCount} = suspects;
    this.note.textContent = reason ? 'Not judged yet: ' + reason + '.'
      : count === 0 ? 'None.'
        : plural(count, 'label') + ' with a mean margin of ' + brief(Number(threshold.toPrecision(3))) + ' or less' +
          (Number.isFinite(expectedByChance) ? '; by chance about ' + brief(Number(expectedByChance.toPrecision(2))) + ' right labels are expected among them, rather fewer' : '') +
          (count > list.length ? '. The ' + whole(list.length) + ' of smallest margin:' : '.') +
          (features.length > 0 && features.length < featureCount ? ' The first ' + whole(features.length) + ' of ' + whole(featureCount) + ' features:' : '');
    this.scroll.hidden = list.length === 0;
    this.heads.replaceChildren(...headsOf(pictureShape, features).map(([text, kind]) =>
      element(text ? 'th' : 'td', {className: kind, textContent: text, ...(text ? {scope: 'col'} : {})})));
    this.rows.replaceChildren(...list.map((one, k) => element('tr', {},
      element('td', {className: 'num absent', textContent: whole(k + 1)}),
      ...(pictureShape ? [element('td', {}, ...(one.picture ? [smallPicture(one.picture, pictureShape, one.id)] : []))] : []),
      element('td', {className: 'text', textContent: one.id}),
      element('td', {className: 'text', textContent: one.label}),
      element('td', {className: 'text ib-instead', textContent: one.instead}),
      element('td', {className: 'num', textContent: one.meanMargin === null ? '–' : brief(Number(one.meanMargin.toPrecision(4)))}),
      element('td', {}, spark(one.margins)),
      ...features.map((name, j) => element('td', {className: 'num', textContent: valueOf(one, j)})))));
  }

  theme() { for (const sketch of this.sketches) sketch.draw(); }

  table() {
    const {suspects} = this.found;
    const epochs = suspects?.epochs ?? [];
    const features = suspects?.features ?? [];
    return {
      name: 'suspects',
      columns: ['rank', 'sample', 'id', 'label', 'network', 'meanMargin', ...epochs.map((e) => `margin[${e}]`), ...features.map((name) => `feature[${name}]`)],
      rows: (suspects?.list ?? []).map((one, k) => [k + 1, one.sample, one.id, one.label, one.instead, one.meanMargin, ...one.margins, ...features.map((name, j) => one.values?.[j] ?? null)]),
    };
  }

  get pictured() { return true; }
  pictures() { return this.sketches.filter((sketch) => sketch.shown).map((sketch) => sketch.figure()); }

  get shown() { return this.found; }
}
