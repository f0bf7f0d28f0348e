// A run that lies in the page: the parts written by the server (RunData), and answers made of them.
//
// Each part is a script element of its own, base64 of gzip, unpacked when it is needed:
//   index         steps of the records that are here, when the probe was last observed, and where
//                 their parts are
//   answers       answers of the server as they are, by question
//   shares-E      the shares of the units over all visits of epoch E
//   map-M-C       the map of the samples of class C, or all, by the measure M
//   suspects-N    labels that look wrong, the page that begins with number N
//   visits        visits.csv, what is known of every training sample, unless they are very many
//   series        {column: {steps, values}}
//   rows-C        a list of records: values of all columns, and what is new of the values per sample
//   bits-L-C      patterns of layer L: the first of the chunk whole, of the others what is different

import {plural, whole} from './format.js';
import {ApiError} from './http.js';
import {Parts} from './parts.js';
import {between, lastAtMost} from './series.js';
import {sharesOfPattern} from './shares.js';

const LINE = 256; // records of the history of a sample that is asked for

export class EmbeddedRun {
  /** The run in this page, null if there is none. */
  static here() {
    const parts = Parts.in(document);
    return parts.has('index') ? new EmbeddedRun(parts) : null;
  }

  constructor(parts) {
    this.parts = parts;
    this.ready = Promise.all(['index', 'answers', 'series'].map((name) => parts.json(name))).then(([index, answers, series]) => {
      Object.assign(this, {index, answers, series, steps: index.steps});
    });
  }

  /** How much of the run is here. */
  describe() {
    const here = this.steps.length;
    const {eventCount, events} = this.answers.progress;
    return (here < this.index.of ? whole(here) + ' of ' : '') + plural(this.index.of, 'record') + ' in this file' +
      (events.length < eventCount ? ' and ' + whole(events.length) + ' of ' + plural(eventCount, 'event') : '') +
      ', recorded';
  }

  async answer(name, parameters) {
    await this.ready;
    const query = new URLSearchParams(parameters);
    switch (name) {
      case 'progress': return this.progress(Number(query.get('events') || 0));
      case 'series': return this.lines(query);
      case 'step': return this.step(Number(query.get('step')), query.get('layer'));
      case 'sampleSeries': return this.sampleSeries(query);
      case 'history': return this.history(query);
      case 'dataMap': return this.part('map-' + query.get('measure') + '-' + (query.get('class') === '-1' ? 'all' : query.get('class')));
      case 'suspects': return this.part('suspects-' + query.get('from'));
      case 'sample': return this.sample(Number(query.get('number')));
      case 'shares': return query.has('step') ? this.shares(Number(query.get('step'))) : this.sharesOfEpoch(query.get('epoch'));
      default: return query.has('step') ? this.rows(name, query) : this.stored(name, query);
    }
  }

  /** The key of a question: its name and what makes another answer of it. */
  key(name, query, ...without) {
    const rest = [...query].filter(([k]) => !['run', 'points', ...without].includes(k));
    return [name, ...rest.map(([k, v]) => k + '=' + v).sort()].join('\n');
  }

  stored(name, query, ...without) {
    const found = this.answers[this.key(name, query, ...without)];
    if (!found) throw new ApiError(404, 'This file has no answer to that.');
    return found;
  }

  progress(from) {
    const {progress} = this.answers;
    return {...progress, now: Date.now(), events: progress.events.slice(from)};
  }

  lines(query) {
    const from = Number(query.get('from') ?? -Infinity);
    const to = Number(query.get('to') ?? Infinity);
    const none = {steps: [], values: []};
    return {columns: Object.fromEntries(query.getAll('column').map((column) => [column, between(this.series[column] || none, from, to)]))};
  }

  /** What is known of every training sample, as CSV, if the file has it. */
  async visitsFile() {
    if (!this.parts.has('visits')) throw new ApiError(404, 'There are too many samples for this file: visits.csv of the export has them.');
    return new Blob([await this.parts.bytes('visits')]);
  }

  gapAt(step) {
    return this.answers.progress.gaps.find(([after, before]) => step > after && step < before);
  }

  async step(wanted, layer) {
    const {steps} = this;
    const gap = wanted >= steps[0] && this.gapAt(wanted);
    if (gap) {
      const next = lastAtMost(steps, gap[1] - 0.5) + 1;
      const known = (k) => steps[k] ?? null;
      return {step: wanted, known: false, previous: known(next - 1), next: known(next), values: {}, pattern: null};
    }
    const at = Math.max(0, lastAtMost(steps, wanted));
    const row = (await this.chunk(at))[at % this.index.chunk];
    const {columns} = this.answers.run;
    return {
      step: steps[at],
      known: true,
      previous: steps[at - 1] ?? null,
      next: steps[at + 1] ?? null,
      values: Object.fromEntries(columns.map(({name: column}, k) => [column, row.values[k]])),
      pattern: layer === null ? null : await this.pattern(layer, at),
    };
  }

  /** An answer that is a part of its own. */
  part(name) { return this.parts.heldJson(name, (found) => JSON.stringify(found).length); }

  sharesOfEpoch(epoch) { return this.part('shares-' + epoch); }

  /** One sample: the file has those whose labels look wrong. */
  async sample(number) {
    const {page, told} = this.answers.visits.suspects;
    for (let from = 0; from < told; from += page) {
      const found = (await this.part('suspects-' + from)).list.find((one) => one.sample === number);
      if (found) return found;
    }
    throw new ApiError(404, 'This file has the margins of the samples whose labels look wrong, and of no others.');
  }

  /** As the server's, of the record at or before a step. */
  async shares(step) {
    const at = Math.max(0, lastAtMost(this.steps, step));
    const {layers} = this.answers.network;
    const found = await Promise.all(layers.map(async (layer, k) => {
      const pattern = await this.pattern(k, at);
      return pattern && pattern.samples > 0 ? sharesOfPattern(pattern, layer) : null;
    }));
    return {step, layers: found};
  }

  /** Rows as they are at a record: of each column the last one. */
  async rows(name, query) {
    const at = Math.max(0, lastAtMost(this.steps, Number(query.get('step'))));
    const chunk = await this.chunk(at);
    const key = this.key(name, query, 'step');
    const columns = {};
    for (let k = 0; k <= at % this.index.chunk; k++) Object.assign(columns, chunk[k].rows[key]);
    return {...Object.fromEntries(query), step: Number(query.get('step')), columns};
  }

  async sampleSeries(query) {
    const found = this.stored('sampleSeries', query, 'sample');
    const wanted = query.has('sample') ? Number(query.get('sample')) : null;
    if (wanted === null || found.samples.includes(wanted)) return found;
    const line = [];
    const every = Math.ceil(this.steps.length / LINE);
    const steps = this.steps.filter((step, k) => k % every === 0 || k === this.steps.length - 1);
    for (const step of steps) {
      const row = (await this.rows('samples', new URLSearchParams([['step', step]]))).columns[found.column];
      line.push((row?.samples ? row.values[row.samples.indexOf(wanted)] : row?.values[wanted]) ?? null);
    }
    return {...found, samples: [...found.samples, wanted], steps: [...found.steps, steps], values: [...found.values, line]};
  }

  layer(number) {
    const layer = this.index.layers[number];
    if (!layer) throw new ApiError(404, 'The run has no layer ' + number + '.');
    return layer;
  }

  async pattern(number, at) {
    const layer = this.layer(number);
    let found = null;
    await this.patterns(number, at - at % this.index.chunk, at, (i, bits, flips) => {
      if (i === at) found = {bits: bits.slice(), flips};
    });
    const observedAt = this.index.observed?.[at] ?? this.steps[at];
    const last = observedAt === this.steps[at] ? {} : {observedAt};
    return found && {layer: Number(number), units: layer.units, unitsOfLayer: layer.unitsOfLayer, samples: layer.samples, ...last, ...found};
  }

  /** Visits the patterns of a layer at the records from one, the first of its chunk, to another. */
  async patterns(number, from, to, visit) {
    const {bytes, flags} = this.index.layers[number];
    const {chunk} = this.index;
    let data = null;
    let bits = null;
    let at = 0;
    for (let i = from; i <= to; i++) {
      if (i % chunk === 0) {
        data = await this.parts.heldBytes('bits-' + number + '-' + i / chunk);
        bits = new Uint8Array(bytes);
        at = 0;
      }
      if (flags[i] === '-') continue;
      for (let k = 0; k < bytes; k++) bits[k] ^= data[at + k];
      const own = flags[i] === '2'; // flips that are not the difference from the record before
      visit(i, bits, flags[i] === '0' ? null : data.slice(own ? at + bytes : at, own ? at + 2 * bytes : at + bytes));
      at += own ? 2 * bytes : bytes;
    }
  }

  /** As the server's, from the records that are here; what flips twice between two is not seen. */
  async history(query) {
    const number = query.get('layer');
    const layer = this.layer(number);
    const unit = query.has('unit') ? Number(query.get('unit')) : null;
    const sample = query.has('sample') ? Number(query.get('sample')) : null;
    if (unit !== null && unit >= layer.units) throw new ApiError(404, 'This file has only the first ' + layer.units + ' units.');
    const {steps: recorded} = this;
    const [first, last] = [recorded[0], recorded[recorded.length - 1]];
    const count = Math.min(Number(query.get('points')), last - first + 1);
    const steps = Array.from({length: count}, (_, k) => (count === 1 ? first : first + Math.round((last - first) * k / (count - 1))));
    const bits = unit !== null ? layer.samples : layer.units;
    const stride = (bits + 7) >> 3;
    const wide = Math.ceil(layer.samples / 64) * 8; // bytes of a unit in a pattern
    const known = new Array(count).fill(0);
    const on = new Uint8Array(count * stride);
    const flipped = new Uint8Array(count * stride);
    const at = steps.map((step) => (this.gapAt(step) ? -1 : lastAtMost(recorded, step)));
    let k = 0;
    await this.patterns(number, 0, recorded.length - 1, (i, pattern) => {
      while (k < count && at[k] < i) k++;
      for (; k < count && at[k] === i; k++) {
        known[k] = 1;
        if (unit !== null) on.set(pattern.subarray(unit * wide, unit * wide + stride), k * stride);
        else for (let u = 0; u < bits; u++) if (pattern[u * wide + (sample >> 3)] >> (sample & 7) & 1) on[k * stride + (u >> 3)] |= 1 << (u & 7);
      }
    });
    for (let j = stride; j < on.length; j++) {
      const now = Math.floor(j / stride);
      if (known[now] && known[now - 1]) flipped[j] = on[j] ^ on[j - stride];
    }
    return {steps, known, bits, stride, on, flipped};
  }

  chunk(at) {
    const number = 8 * this.answers.run.columns.length;
    return this.parts.heldJson('rows-' + Math.floor(at / this.index.chunk), (rows) => rows.length * number);
  }
}
