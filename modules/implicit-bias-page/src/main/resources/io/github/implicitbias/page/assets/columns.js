// The columns of a run, as its answer declares them. A name is only a name: what a column is stands
// in its fields.

import {words} from './format.js';

const OTHER = 'Other metrics';
const NONE = Object.freeze({title: '', unit: '', group: '', chart: '', charted: true, formula: '', applies: '', source: '', expectation: ''});

/** The name of a number for readers. */
export const titleOf = ({id, definition}) => definition.title || words(id);

/** A number of the run or of its layers: `id` with what it is, and the name of its column in a layer. */
class Line {
  constructor(first) {
    this.id = first.id;
    this.kind = first.kind;
    this.definition = first.definition;
    this.title = titleOf(first);
    this.ofLayers = first.layer !== null;
    this.names = new Map();
  }

  /** The name of the column, null if there is none in a layer. */
  in(layer) { return this.names.get(this.ofLayers ? layer : null) ?? null; }
}

/** Columns by what they are of, whatever the layer: one line of a chart or of a table each. */
function linesOf(columns) {
  const lines = new Map();
  for (const column of columns) {
    const key = JSON.stringify([column.kind, column.id, column.layer !== null]);
    if (!lines.has(key)) lines.set(key, new Line(column));
    lines.get(key).names.set(column.layer, column.name);
  }
  return [...lines.values()];
}

/**
 * Groups of charts, in the order of the lines: [{group, charts: [{title, lines}]}]. Numbers with the
 * same group and the same chart share one; those without a group have one of their own.
 */
function groupsOf(lines) {
  const groups = new Map();
  for (const line of lines) {
    const {group, chart} = line.definition;
    const key = group || OTHER;
    const shared = group && chart ? chart : null;
    if (!groups.has(key)) groups.set(key, []);
    const charts = groups.get(key);
    const found = shared === null ? undefined : charts.find((other) => other.shared === shared);
    if (found) found.lines.push(line);
    else charts.push({shared, title: shared ?? line.title, lines: [line]});
  }
  return [...groups].map(([group, charts]) => ({group, charts: charts.map(({title, lines: of}) => ({title, lines: of}))}));
}

/** Where a column is looked up by what it is. */
const place = ({kind, id, layer}) => JSON.stringify([kind, id, layer ?? null]);

export class Columns {
  /** @param run the answer to `run` */
  constructor(run) {
    const definitions = run.definitions || [];
    const full = (list) => (list || []).map((column) => ({...column, definition: definitions[column.definition] ?? NONE}));
    this.all = full(run.columns);
    this.samples = full(run.sampleColumns);
    this.units = full(run.unitColumns);
    this.names = new Map(this.all.map((column) => [column.name, column]));
    this.places = new Map([...this.all].reverse().map((column) => [place(column), column.name]));
    /** Numbers of the run and of its layers, a line each, without what the cards of the predictions show. */
    this.values = linesOf(this.all.filter(({kind}) => kind === 'basic' || kind === 'metric'));
    /** Indices of the layers that have numbers of their own. */
    this.layers = [...new Set(this.all.map(({layer}) => layer).filter((layer) => layer !== null))].sort((a, b) => a - b);
    /** Groups of charts, see groupsOf. */
    this.charts = groupsOf(this.values.filter(({kind, definition}) => kind === 'metric' && definition.charted));
  }

  byName(name) { return this.names.get(name) ?? null; }

  /** The first column that is what is wanted in all fields given, as {kind, id, layer}; null if there is none. */
  find(wanted) {
    const fields = Object.entries(wanted);
    return this.all.find((column) => fields.every(([field, value]) => column[field] === value)) ?? null;
  }

  /** The name of a column that is found, null if there is none. */
  nameOf(wanted) { return this.find(wanted)?.name ?? null; }

  /** The name of one of the five that every run has: time, flowTime, learningRate, score, loss. */
  basic(id) { return this.places.get(place({kind: 'basic', id, layer: null})) ?? null; }

  /** The name of a metric's column: of the whole run, or of a layer. */
  metric(id, layer = null) { return this.places.get(place({kind: 'metric', id, layer})) ?? null; }

  /** The name of a column of values per sample. */
  sample(id) { return this.samples.find((column) => column.id === id)?.name ?? null; }

  /** Columns of values per unit of a layer. */
  unitsOf(layer) { return this.units.filter((column) => column.layer === layer); }

  /** The name of a column of values per unit of a layer. */
  unit(id, layer) { return this.units.find((column) => column.id === id && column.layer === layer)?.name ?? null; }

  /** The charts of one group, none if the run has no such group. */
  chartsOf(group) { return this.charts.find((found) => found.group === group)?.charts ?? []; }
}

/** Answers whose keys are names of columns, by the ids of these. */
export function keyedById(found, columns) {
  return Object.fromEntries(columns.filter(({name}) => found[name]).map(({name, id}) => [id, found[name]]));
}
