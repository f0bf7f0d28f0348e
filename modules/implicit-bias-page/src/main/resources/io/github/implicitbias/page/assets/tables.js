// Values at the step shown, events, provenance. All text, never HTML.

import {brief, byId, element, number, plural, shortened, whole, words} from './format.js';
import {Panel} from './panel.js';
import {t} from './words.js';

const MAX_EVENTS = 500; // rows of the table of events

function value(v) {
  const absent = v === null || v === undefined;
  return element('td', {
    className: 'num' + (absent ? ' absent' : typeof v === 'string' ? ' bad' : ''),
    textContent: number(v),
    title: absent ? 'not computed, or not applicable' : String(v),
  });
}

/** Values of the whole run as a list; values of layers as metrics by layers. */
function showValues({columns, run}, values) {
  const head = ({title, id}) => element('th', {textContent: title, title: id, scope: 'row'});
  const of = (line, layer) => {
    const name = line.in(layer);
    return value(name === null ? null : values[name]);
  };
  const lines = columns.values;
  byId('run-values').tBodies[0].replaceChildren(...lines.filter((line) => !line.ofLayers)
    .map((line) => element('tr', {}, head(line), of(line, null))));
  const layers = columns.layers.filter((layer) => run.layers[layer]);
  const table = byId('layer-values');
  table.hidden = layers.length === 0;
  table.tHead.replaceChildren(element('tr', {}, element('th', {textContent: t('per layer'), scope: 'col'}),
    ...layers.map((layer) => element('th', {className: 'num', textContent: run.layers[layer].name, scope: 'col'}))));
  table.tBodies[0].replaceChildren(...lines.filter((line) => line.ofLayers)
    .map((line) => element('tr', {}, head(line), ...layers.map((layer) => of(line, layer)))));
}

/** What an event is about, in words: the prediction, or layer, unit and sample; and what is said of it. */
export function eventFacts(event, run) {
  const {layer, unit, sample, prediction, measured, bound} = event;
  const is = (v) => v !== null && v !== undefined;
  const where = [];
  if (is(prediction) && run.predictions?.[prediction]) where.push(words(run.predictions[prediction].id));
  if (is(layer)) where.push(run.layers[layer]?.name ?? 'layer ' + layer);
  if (is(unit)) where.push('unit ' + unit);
  if (is(sample)) where.push('sample ' + sample);
  const numbers = [['measured', measured], ['bound', bound]].filter(([, v]) => is(v)).map(([what, v]) => what + ' ' + brief(v));
  return {where: where.join(', '), detail: [event.detail, numbers.join(', ')].filter(Boolean).join(' · ')};
}

/** The newest events first. */
function showEvents({events, run, timeline: {step}}, goTo) {
  byId('events-none').hidden = events.length > 0;
  byId('events').hidden = events.length === 0;
  byId('events-count').textContent = events.length === 0 ? ''
    : plural(events.length, 'event') + (events.length > MAX_EVENTS ? ', the newest ' + whole(MAX_EVENTS) + ' shown' : '');
  const rows = events.slice(-MAX_EVENTS).reverse().map((event) => {
    const {where, detail} = eventFacts(event, run);
    const row = element('tr', {className: event.step === step ? 'at' : ''},
      element('td', {className: 'num'}, element('button', {type: 'button', textContent: whole(event.step), title: t('Go to this step')})),
      element('td', {textContent: words(event.kind)}),
      element('td', {textContent: where}),
      element('td', {className: 'text', textContent: shortened(detail), title: detail}));
    row.dataset.step = event.step;
    row.addEventListener('click', () => goTo(event.step));
    return row;
  });
  byId('events').tBodies[0].replaceChildren(...rows);
}

function showProvenance(run) {
  const rows = [
    ...(run.name ? [['name', run.name]] : []),
    ...(run.note ? [['note', run.note]] : []),
    ...Object.entries(run.tags ?? {}),
    ['session', run.session],
    ['worker', run.worker],
    ['run', run.id],
    ['started', run.startedAt ? new Date(run.startedAt).toLocaleString() : '–'],
    ['probe', plural(run.samples.count, 'sample')],
    ...run.layers.map((layer) => [layer.name, plural(layer.units, 'unit') + ', ' + layer.activation]),
    ...(run.layersLeftOut ? [['layers', plural(run.layersLeftOut, 'more layer') + ' not shown']] : []),
    ...Object.entries(run.provenance).map(([key, text]) => [words(key), text]),
  ];
  byId('provenance').tBodies[0].replaceChildren(...rows.map(([key, text]) => element('tr', {},
    element('th', {textContent: key, scope: 'row'}), element('td', {className: 'text', textContent: text}))));
}

export class ValuesPanel extends Panel {
  constructor(page) {
    super(page, 'values', 'Values');
  }

  table() {
    const {run, record} = this.page;
    return {name: 'values', columns: ['name', 'kind', 'id', 'layer', 'value'], rows: run.columns.map(({name, kind, id, layer}) =>
      [name, kind, id, run.layers[layer]?.name ?? null, record.values[name] ?? null])};
  }

  scrub(record) {
    const {columnsLeftOut} = this.page.run;
    byId('values-at').textContent = (record.known ? t('step {0}', whole(record.step)) : 'step ' + whole(record.step) + ': lost') +
      (columnsLeftOut ? '; ' + plural(columnsLeftOut, 'more column') + ' not shown' : '');
    showValues(this.page, record.values);
  }
}

export class EventsPanel extends Panel {
  constructor(page) {
    super(page, 'events', 'Events');
  }

  update() {
    showEvents(this.page, (step) => this.page.goTo(step));
  }

  table() {
    const {events, run} = this.page;
    const of = (event) => ({...event, layer: run.layers[event.layer]?.name, prediction: run.predictions?.[event.prediction]?.id});
    const columns = ['step', 'kind', 'layer', 'unit', 'sample', 'prediction', 'measured', 'bound', 'detail'];
    return {name: 'events', columns, rows: events.map(of).map((event) => columns.map((c) => event[c] ?? null))};
  }

  scrub(record) {
    for (const row of byId('events').tBodies[0].rows) {
      row.classList.toggle('at', Number(row.dataset.step) === record.step);
    }
  }
}

export class ProvenancePanel extends Panel {
  constructor(page) {
    super(page, 'about', 'Provenance');
  }

  begin(run) {
    showProvenance(run);
    return true;
  }

  table() {
    const {run} = this.page;
    return {name: 'provenance', columns: ['what', 'value'], rows: [
      ['run', run.id],
      ['session', run.session],
      ['worker', run.worker],
      ['name', run.name || null],
      ['startedAt', run.startedAt ? new Date(run.startedAt).toISOString() : null],
      ['probeSamples', run.samples.count],
      ...run.layers.flatMap((layer) => [['units of ' + layer.name, layer.units], ['activation of ' + layer.name, layer.activation]]),
      ...Object.entries(run.provenance),
    ]};
  }
}
