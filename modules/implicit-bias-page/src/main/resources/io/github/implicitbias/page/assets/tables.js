// Values at the step shown, events, provenance. All text, never HTML.

import {byId, column, element, number, plural, whole, words} from './format.js';
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
function showValues(columns, values) {
  const ofRun = [];
  const metrics = [];
  const layers = [];
  const cells = new Map();
  for (const id of columns) {
    if (/\.(verdict|measured|bound)$/.test(id)) continue; // the cards of the predictions have them
    const {metric, layer} = column(id);
    if (layer === null) {
      ofRun.push(element('tr', {}, element('th', {textContent: words(metric), title: id, scope: 'row'}), value(values[id])));
    } else {
      if (!metrics.includes(metric)) metrics.push(metric);
      if (!layers.includes(layer)) layers.push(layer);
      cells.set(metric + '\n' + layer, values[id]);
    }
  }
  byId('run-values').tBodies[0].replaceChildren(...ofRun);
  const table = byId('layer-values');
  table.hidden = layers.length === 0;
  table.tHead.replaceChildren(element('tr', {}, element('th', {textContent: t('per layer'), scope: 'col'}),
    ...layers.map((name) => element('th', {className: 'num', textContent: name, scope: 'col'}))));
  table.tBodies[0].replaceChildren(...metrics.map((metric) => element('tr', {},
    element('th', {textContent: words(metric), title: metric, scope: 'row'}),
    ...layers.map((layer) => value(cells.get(metric + '\n' + layer))))));
}

/** The newest events first. */
function showEvents(events, total, step, goTo) {
  byId('events-none').hidden = events.length > 0;
  byId('events').hidden = events.length === 0;
  byId('events-count').textContent = events.length === 0 ? ''
    : plural(total, 'event') + (events.length > MAX_EVENTS ? ', the newest ' + whole(MAX_EVENTS) + ' shown' : '');
  const rows = events.slice(-MAX_EVENTS).reverse().map((event) => {
    const where = [event.layer];
    if (event.unit !== null) where.push('unit ' + event.unit);
    if (event.sample !== null) where.push('sample ' + event.sample);
    const row = element('tr', {className: event.step === step ? 'at' : ''},
      element('td', {className: 'num'}, element('button', {type: 'button', textContent: whole(event.step), title: t('Go to this step')})),
      element('td', {textContent: words(event.kind)}),
      element('td', {textContent: where.filter((w) => w !== null && w !== '').join(', ')}),
      element('td', {className: 'text', textContent: event.detail || ''}));
    row.dataset.step = event.step;
    row.addEventListener('click', () => goTo(event.step));
    return row;
  });
  byId('events').tBodies[0].replaceChildren(...rows);
}

function showProvenance(run) {
  const rows = [
    ['session', run.session],
    ['worker', run.worker],
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
    return {name: 'values', columns: ['metric', 'layer', 'value'], rows: run.columns.map((id) => {
      const {metric, layer} = column(id);
      return [metric, layer, record.values[id] ?? null];
    })};
  }

  scrub(record) {
    const {columnsLeftOut} = this.page.run;
    byId('values-at').textContent = (record.known ? t('step {0}', whole(record.step)) : 'step ' + whole(record.step) + ': lost') +
      (columnsLeftOut ? '; ' + plural(columnsLeftOut, 'more column') + ' not shown' : '');
    showValues(this.page.run.columns, record.values);
  }
}

export class EventsPanel extends Panel {
  constructor(page) {
    super(page, 'events', 'Events');
  }

  update() {
    showEvents(this.page.events, this.page.events.length, this.page.timeline.step, (step) => this.page.goTo(step));
  }

  table() {
    const columns = ['step', 'kind', 'layer', 'unit', 'sample', 'detail'];
    return {name: 'events', columns, rows: this.page.events.map((event) => columns.map((c) => event[c]))};
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
      ['session', run.session],
      ['worker', run.worker],
      ['startedAt', run.startedAt ? new Date(run.startedAt).toISOString() : null],
      ['probeSamples', run.samples.count],
      ...run.layers.flatMap((layer) => [['units of ' + layer.name, layer.units], ['activation of ' + layer.name, layer.activation]]),
      ...Object.entries(run.provenance),
    ]};
  }
}
