// The rows of many runs: settings, end values, the line of the loss; sorted, filtered, put together.
//
// A row is {id, session, worker, name, startedAt, level, headline, ..., settings: {name: text},
// ends: {column: number}, line: [number, null where there is none]}. What a table, chart or filter
// is about is known by a key: 's:' and a setting, 'e:' and a column, or one of PLAIN.

import {nameOf} from './runs.js';

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._';
const LEVELS = 4095;
const GRAVITY = ['problem', 'attention', 'information', 'good', 'waiting'];

/** Numbers that every row has. */
export const PLAIN = {
  steps: (row) => row.lastStep ?? null,
  violated: (row) => row.verdicts?.[2] ?? null,
  holds: (row) => (row.verdicts ? row.verdicts[1] + row.verdicts[3] : null),
};

/** The text of a line as the server writes it: two digits of base 64 per point, on a logarithmic scale. */
export function lineOf(text = '', [least, greatest] = [1, 1]) {
  const line = [];
  for (let at = 0; at < text.length; at += 2) {
    const level = 64 * DIGITS.indexOf(text[at]) + DIGITS.indexOf(text[at + 1]);
    line.push(level < 0 ? null : least * (greatest / least) ** (level / LEVELS));
  }
  return line;
}

/** The steps of the points of a line. */
export const stepsOf = ({firstStep, lastStep, line}) =>
  line.map((_, k) => (line.length === 1 ? firstStep : firstStep + Math.round((k * (lastStep - firstStep)) / (line.length - 1))));

const named = (names, values) => Object.fromEntries(names.map((name, k) => [name, values[k] ?? null]));

/** All rows known so far; answers bring those that are new. */
export class Rows {
  constructor() {
    this.byId = new Map();
    this.generation = 0;
    this.next = 0;
    this.settings = [];
    this.ends = [];
    this.columns = [];
    this.unread = 0;
  }

  /** Takes an answer; returns whether anything is another by then. */
  take(answer) {
    const whole = answer.generation !== this.generation;
    if (whole) this.byId.clear();
    const {generation, next, settings, ends, columns, unread, more, now} = answer;
    const changed = whole || answer.rows.length > 0 || unread !== this.unread;
    Object.assign(this, {generation, next, settings, ends, columns, unread, more, now});
    for (const row of answer.rows) {
      this.byId.set(row.id, {
        ...row,
        settings: named(settings, row.settings),
        ends: Object.fromEntries(ends.map((end, k) => [end, row.ends?.[k] === undefined || row.ends[k] === null ? null : Number(row.ends[k])])),
        line: lineOf(row.loss, row.lossRange),
      });
    }
    this.list = null;
    return changed;
  }

  /** The rows, the newest first, each with what it is called. */
  get all() {
    if (!this.list) {
      this.list = [...this.byId.values()].sort((a, b) => b.startedAt - a.startedAt);
      const names = new Map();
      for (const row of this.list) names.set(row.name, (names.get(row.name) ?? 0) + 1);
      for (const row of this.list) row.title = row.name && names.get(row.name) === 1 ? row.name : nameOf(row, this.list.length < 300 ? this.list : []);
    }
    return this.list;
  }
}

/** The number that a text is, null for none. */
export const numeric = (text) => (text === null || text === '' || !Number.isFinite(Number(text)) ? null : Number(text));

/** What a row has under a key: a number where it is one, a text, or null. */
export function valueOf(row, key) {
  if (key.startsWith('s:')) {
    const text = row.settings[key.slice(2)] ?? null;
    return numeric(text) ?? text;
  }
  if (key.startsWith('e:')) return row.ends[key.slice(2)] ?? null;
  if (key === 'level') return GRAVITY.indexOf(row.level);
  return key in PLAIN ? PLAIN[key](row) : row[key] ?? null;
}

/** A number to draw; null for what is none. */
export function drawable(row, key) {
  const value = valueOf(row, key);
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function compare(a, b) {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en', {numeric: true});
}

const isNone = (value) => value === null || Number.isNaN(value);

/** Rows by what they have under a key; those that have nothing come last, whatever the direction. */
export function sorted(rows, key, direction) {
  const values = new Map(rows.map((row) => [row, valueOf(row, key)]));
  return [...rows].sort((p, q) => {
    const [a, b] = [values.get(p), values.get(q)];
    if (isNone(a) || isNone(b)) return isNone(a) - isNone(b);
    return direction * compare(a, b);
  });
}

/** What a setting is over many runs: its different values in order, and whether they are numbers, over decades. */
export function setting(rows, name) {
  const texts = [...new Set(rows.map((row) => row.settings[name] ?? null))].filter((text) => text !== null);
  const numbers = texts.every((text) => numeric(text) !== null);
  const values = texts.map((text) => (numbers ? Number(text) : text)).sort(compare);
  return {name, key: 's:' + name, values, numbers, log: numbers && isWide(values), all: rows.every((row) => (row.settings[name] ?? null) !== null)};
}

/** Settings that differ between runs, and those that are the same in all: {varying, constant}. */
export function settingsOf(rows, names) {
  const all = names.map((name) => setting(rows, name)).filter(({values}) => values.length);
  const differs = ({values, all: has}) => values.length > 1 || !has;
  return {varying: all.filter(differs), constant: all.filter((one) => !differs(one))};
}

/** Whether numbers are best seen on a logarithmic scale. */
export function isWide(numbers) {
  const found = numbers.filter((v) => v !== null && Number.isFinite(v));
  return found.length > 1 && Math.min(...found) > 0 && Math.max(...found) >= 20 * Math.min(...found);
}

/** The middle number, of an even count the mean of the two in the middle; null if there is none. */
export function median(numbers) {
  const found = numbers.filter((v) => v !== null && Number.isFinite(v)).sort((a, b) => a - b);
  const half = found.length >> 1;
  return found.length === 0 ? null : found.length % 2 ? found[half] : (found[half - 1] + found[half]) / 2;
}

const bare = (text) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** The key that a word of a filter means: a setting or number of this name, or one that has it in its name. */
function keyFor(word, keys) {
  const wanted = bare(word);
  return keys.find((key) => bare(key.replace(/^[se]:/, '')) === wanted) ??
    keys.find((key) => bare(key.replace(/^[se]:/, '')).includes(wanted)) ?? null;
}

const TESTS = {'<': (a, b) => a < b, '>': (a, b) => a > b, '<=': (a, b) => a <= b, '>=': (a, b) => a >= b, '=': (a, b) => a === b};

/**
 * A filter out of a text: words that stand in names, settings or headlines, and conditions as in
 * "rate<2 loss>=0.1 updater=Adam". Returns a function of a row.
 *
 * @param keys what conditions may be about
 */
export function filterOf(text, keys) {
  const tests = text.trim().split(/\s+/).filter(Boolean).map((part) => {
    const [, word, sign, given] = /^([^<>=]+)(<=|>=|<|>|=)(.+)$/.exec(part) ?? [];
    const key = word ? keyFor(word, keys) : null;
    if (key) {
      const bound = numeric(given);
      return (row) => {
        const value = valueOf(row, key);
        if (isNone(value)) return false;
        return bound === null ? sign === '=' && String(value).toLowerCase() === given.toLowerCase() : TESTS[sign](value, bound);
      };
    }
    const wanted = part.toLowerCase();
    return (row) => [row.title ?? '', row.name, row.session, row.worker, row.id, row.headline ?? '', ...Object.values(row.settings)]
      .some((one) => one !== null && one.toLowerCase().includes(wanted));
  });
  return (row) => tests.every((test) => test(row));
}

const SEED = /(^|\W)seed$/i;

/** Whether a setting is no choice but chance. */
export const isSeed = (name) => SEED.test(name);

/** Rows that differ in nothing but the seed, by the text of their settings. */
export function bySettings(rows, varying) {
  const names = varying.map(({name}) => name).filter((name) => !isSeed(name));
  const groups = new Map();
  for (const row of rows) {
    const key = JSON.stringify(names.map((name) => row.settings[name] ?? null));
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(row);
  }
  return [...groups.values()];
}

const gravest = (rows) => GRAVITY[Math.min(...rows.map(({level}) => (GRAVITY.indexOf(level) < 0 ? 4 : GRAVITY.indexOf(level))))];

/** One row that stands for several: medians, and from the least to the greatest. */
export function merged(rows, varying) {
  if (rows.length === 1) return {...rows[0], members: rows, ranges: {}};
  const [first] = rows;
  const ends = {};
  const ranges = {};
  for (const end of Object.keys(first.ends)) {
    const found = rows.map((row) => row.ends[end]).filter((v) => v !== null && Number.isFinite(v));
    ends[end] = median(found);
    if (found.length) ranges[end] = [Math.min(...found), Math.max(...found)];
  }
  const settings = {...first.settings};
  for (const {name} of varying) if (isSeed(name)) settings[name] = null;
  return {...first, members: rows, ends, ranges, settings, level: gravest(rows), headline: '', line: medianLine(rows).line};
}

/** The median of lines, at the steps of the longest of them; what is not a number any more counts as the greatest. */
export function medianLine(rows) {
  const drawn = rows.filter(({line}) => line.length > 0);
  if (drawn.length === 0) return {line: [], firstStep: 0, lastStep: 0};
  const longest = drawn.reduce((a, b) => (b.lastStep > a.lastStep ? b : a));
  const steps = stepsOf(longest);
  const line = steps.map((step) => {
    const there = drawn.filter((row) => step >= row.firstStep && step <= row.lastStep).map((row) => {
      const at = row.line.length === 1 ? 0 : Math.round(((step - row.firstStep) * (row.line.length - 1)) / (row.lastStep - row.firstStep));
      return row.line[at] ?? Number.MAX_VALUE;
    });
    const middle = median(there);
    return middle === null || middle > 1e300 ? null : middle;
  });
  return {line, firstStep: longest.firstStep, lastStep: longest.lastStep};
}

/** Whether a number is better if it is greater. */
export const isGain = (column) => /accuracy|right|margin/i.test(column);
