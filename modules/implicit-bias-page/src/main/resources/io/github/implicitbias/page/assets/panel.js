// What a panel is. The page holds a list of them and tells each what happens; none knows another.

import {byId, element} from './format.js';
import {finite, rowsOf} from './series.js';
import {t} from './words.js';

/**
 * One picture on the page.
 *
 * A panel is made once, with the page it is on (store, timeline, goTo, ask), and then told:
 *   begin(run)        a run was chosen; returns true if the run has what the panel needs
 *   update(progress)  new records, or another layer; may return a promise
 *   foresee(step)     the record of a step is on its way: what goes with it can be asked for, too
 *   scrub(record)     the record of another step is shown
 *   mark()            something else is pointed at or chosen
 *   theme()           light became dark, or the other way round
 * `needs` says what would bring the panel, for runs without it, `ofProbe` that it shows something of
 * the probe, and `shown` what is in the picture:
 * tests read it. What can be taken away of it:
 *   lineCharts()  [{title, chart}], its charts over steps that show something
 *   table()       {name, columns, rows} with numbers as they are, null for none
 *   pictures()    figures other than charts, see pictures.js
 */
export class Panel {
  constructor(page, id, title, needs) {
    this.page = page;
    this.id = id;
    this.title = t(title);
    this.needs = needs;
    this.ofProbe = true;
    this.section = byId('panel-' + id);
    this.present = false;
  }

  begin() { return true; }
  update() {}
  foresee() {}
  scrub() {}
  mark() {}
  theme() {}
  get shown() { return null; }

  /** Makes sure that what is to be taken away is there, also if the panel is out of sight. */
  async prepare() {}

  lineCharts() { return this.chart && !this.chart.empty ? [{title: this.title, chart: this.chart}] : []; }
  table() { return chartTable(this.id, this.lineCharts()); }
  pictures() { return []; }
  /** Whether there is nothing to be taken away, although the panel is there. */
  get isEmpty() { return false; }

  get pictured() { return this.lineCharts().length > 0 || this.pictures().length > 0; }

  /** The title as it is on the page. */
  get heading() { return this.section.querySelector('h3').textContent; }

  /** Shows or hides the panel as a whole. */
  show(present) {
    this.present = present;
    this.section.hidden = !present;
    this.page.arranged();
  }

  /** A header with the title and room for a legend. */
  header(...more) {
    this.legend = element('div', {className: 'ib-legend'});
    const header = element('header', {}, element('h3', {textContent: this.title}), this.legend, ...more);
    this.section.append(header);
    return header;
  }
}

/** The numbers of one chart with a column per series, those of several one below the other. */
export function chartTable(name, charts) {
  if (charts.length === 1) {
    const {found} = charts[0].chart;
    const series = charts[0].chart.series.filter((s) => charts[0].chart.columns?.()[s.name] || found[s.name]?.steps.length);
    return {name, columns: ['step', ...series.map((s) => s.name)], rows: rowsOf(series.map((s) => found[s.name]))};
  }
  const rows = charts.flatMap(({title, chart}) => chart.series.flatMap((s) => {
    const {steps, values} = chart.found[s.name] || {steps: [], values: []};
    return finite(values).map((v, k) => [title, s.name, steps[k], v]);
  }));
  return {name, columns: ['chart', 'series', 'step', 'value'], rows};
}

/** One answer that was asked for before it is needed. */
export class Foreseen {
  constructor() {
    this.key = null;
  }

  ask(key, question) {
    this.key = key;
    this.answer = question();
    this.answer.catch(() => {}); // told to whoever takes it
  }

  /** The answer foreseen, if it is that one, else a new one. */
  take(key, question) {
    const {answer} = this;
    const known = this.key === key;
    this.key = null;
    return known ? answer : question();
  }
}

/** Does one thing at a time; of what is asked for meanwhile only the last. */
export class Latest {
  constructor(work) {
    this.work = work;
    this.busy = false;
    this.wish = null;
  }

  async ask(wish) {
    this.wish = wish;
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.wish !== null) {
        const now = this.wish;
        this.wish = null;
        try {
          await this.work(now);
        } catch (e) {
          if (this.wish === null) throw e; // else it is the answer to the next that counts
        }
      }
    } finally {
      this.busy = false;
    }
  }
}
