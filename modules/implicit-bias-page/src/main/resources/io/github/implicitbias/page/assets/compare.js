// Other runs drawn over the one that is shown: which, and where they are chosen.

import {ComparedRun, lineKey, LOOKS, MAIN} from './compared-run.js';
import {closing} from './drop.js';
import {byId, element, plural, whole} from './format.js';
import {entryFor, isSameRun, nameOf, startOf, wantedRun} from './runs.js';
import {t} from './words.js';

const MOST = 7; // as many as there are colours and dashes to tell them apart
const FILTER_FROM = 12; // runs from which on the list has a filter
const LISTED = 200;

export class Comparison {
  /**
   * @param asked the runs that the address asks for, see wantedRun
   * @param show called with a run that is to be shown in the panels
   * @param changed called when other runs are compared
   * @param allRuns what leads to the table of all runs
   */
  constructor(timeline, asked, show, changed, allRuns) {
    this.timeline = timeline;
    this.show = show;
    this.changed = changed;
    this.runs = [];
    this.main = null;
    this.known = [];
    this.more = 0;
    this.busy = 0;
    this.note = '';
    this.wanted = asked.map(wantedRun).filter(Boolean).slice(0, MOST);
    this.list = element('div', {className: 'ib-compare-list'});
    this.filter = element('input', {type: 'search', placeholder: 'Filter', ariaLabel: 'Filter the runs'});
    this.filter.addEventListener('input', () => this.fill());
    this.rest = element('p', {className: 'ib-note'});
    this.details = element('details', {className: 'ib-drop ib-compare', id: 'compare', hidden: true}, element('summary', {textContent: t('Compare')}),
      element('div', {className: 'ib-drop-box ib-compare-box'}, this.filter, this.list, this.rest, allRuns));
    byId('layer').parentElement.before(this.details);
    closing(this.details);
    this.row = element('div', {className: 'ib-compared', id: 'compared', hidden: true, role: 'group', ariaLabel: t('Compared runs')});
    byId('message').before(this.row);
  }

  /** Runs for the address: also those that are still on the way. */
  get written() { return [...this.wanted.map(({text}) => text), ...this.runs.map(({id}) => id)]; }

  /** The run in the panels is another one. */
  begin(main) {
    this.main = main;
    if (this.runs.some((run) => isSameRun(run, main))) this.remove(main);
    this.wanted = this.wanted.filter((wanted) => !isSameRun(entryFor(wanted, this.known), main));
    this.tell();
    this.fill();
  }

  /** From the next run on these are compared with it, by their ids, and no others. */
  want(ids) {
    this.runs = [];
    this.note = '';
    this.wanted = ids.map((id) => ({text: id, id}));
    this.timeline.compare([]).catch(() => {});
  }

  /** The runs that there are. */
  offer(runs, more = 0) {
    this.known = runs;
    this.more = more;
    this.fill();
    this.tell();
  }

  nameOf(run) { return nameOf(run, this.known); }

  async restore() {
    const {wanted} = this;
    if (wanted.length === 0) return;
    this.wanted = [];
    for (const one of wanted) {
      const entry = entryFor(one, this.known);
      if (entry) await this.add(entry);
      else this.leaveOut(one.session);
    }
  }

  async add(entry, slot = LOOKS.findIndex((_, i) => !this.runs.some((run) => run.slot === i))) {
    if (slot < 0 || isSameRun(entry, this.main) || this.runs.some((run) => isSameRun(run, entry))) return;
    const run = new ComparedRun(entry, slot);
    this.runs.push(run);
    await this.during(async () => {
      try {
        await run.look();
      } catch (e) {
        this.lost(run, e);
      }
      await this.draw();
    });
    this.changed();
  }

  remove(entry) {
    this.runs = this.runs.filter((run) => !isSameRun(run, entry));
    this.note = '';
    this.changed();
    return this.during(() => this.draw());
  }

  /** Shows a compared run in the panels, and compares the one that was there. */
  async swap(run) {
    const before = this.main;
    const focused = this.row.contains(document.activeElement);
    this.runs = this.runs.filter((other) => other !== run);
    this.timeline.compare([...this.runs]).catch(() => {});
    await this.show(run.entry);
    await this.add(before, run.slot);
    if (focused) this.row.querySelector('button')?.focus();
  }

  async during(work) {
    this.busy++;
    try {
      await work();
    } finally {
      this.busy--;
    }
  }

  async draw() {
    this.fill();
    this.tell();
    await this.timeline.compare([...this.runs]);
    this.tell();
  }

  lost(run, e) {
    if (e.status !== 404) return; // the server may answer again
    this.runs = this.runs.filter((other) => other !== run);
    this.leaveOut(run.name);
  }

  leaveOut(name) {
    this.note = '“' + name + '” is not here any more and is left out.';
    this.tell();
  }

  /** What is new of the runs; at every beat. */
  async look() {
    if (this.runs.length === 0) return;
    const before = this.runs;
    const news = await Promise.all(before.map((run) => run.look().catch((e) => {
      this.lost(run, e);
      return false;
    })));
    if (this.runs.length !== before.length) this.changed();
    if (this.runs.length !== before.length || news.some(Boolean)) await this.during(() => this.draw());
  }

  // ------------------------------------------------------------ the list

  fill() {
    const others = this.known.filter((run) => !isSameRun(run, this.main));
    this.details.hidden = others.length === 0 && this.runs.length === 0;
    this.filter.hidden = others.length <= FILTER_FROM;
    const text = this.filter.hidden ? '' : this.filter.value.trim().toLowerCase();
    const found = others.filter((run) => [run.session, run.worker, run.name, run.id].join(' ').toLowerCase().includes(text));
    const full = this.runs.length >= MOST;
    const entries = found.slice(0, LISTED).map((run) => ({run, name: this.nameOf(run), on: this.runs.some((r) => isSameRun(r, run))}));
    const key = JSON.stringify(entries.map(({run, name, on}) => [run.id, name, on, full]));
    const hidden = found.length - entries.length;
    this.rest.textContent = [
      found.length === 0 ? 'No run has this in its name.' : '',
      hidden > 0 ? whole(hidden) + ' more: filter to see them.' : '',
      this.more > 0 ? plural(this.more, 'older run') + ' not listed.' : '',
      full ? 'No more than ' + MOST + ' runs can be compared.' : '',
    ].filter(Boolean).join(' ');
    this.rest.hidden = this.rest.textContent === '';
    if (key === this.filled) return;
    this.filled = key;
    const focused = this.list.contains(document.activeElement) ? document.activeElement.value : null;
    this.list.replaceChildren(...entries.map(({run, name, on}) => {
      const box = element('input', {type: 'checkbox', value: run.id, checked: on, disabled: full && !on});
      box.addEventListener('change', () => {
        this.note = '';
        return box.checked ? this.add(run) : this.remove(run);
      });
      return element('label', {}, box, element('span', {textContent: name}), element('time', {textContent: startOf(run)}));
    }));
    if (focused !== null) [...this.list.querySelectorAll('input')].find((box) => box.value === focused)?.focus();
  }

  // ------------------------------------------------------------ the row

  tell() {
    for (const run of this.runs) if (run.session !== undefined) run.name = this.nameOf(run.entry);
    this.row.hidden = this.main === null || (this.runs.length === 0 && this.note === '');
    this.details.firstElementChild.textContent = this.runs.length ? t('Compare') + ' · ' + whole(this.runs.length) : t('Compare');
    if (this.row.hidden) {
      this.told = null;
      return;
    }
    const drawn = this.timeline.drawn;
    const about = (run) => (run.version === null ? 'no records yet'
      : !drawn.includes(run) ? 'not drawn: no ' + this.timeline.axis.label : plural(run.records, 'record'));
    const key = JSON.stringify([this.nameOf(this.main), this.note, ...this.runs.map((run) => [run.name, run.slot, about(run)])]);
    if (key === this.told) return;
    this.told = key;
    const focused = this.row.contains(document.activeElement) ? document.activeElement.ariaLabel : null;
    this.row.replaceChildren(
      element('span', {className: 'ib-run ib-in-panels'}, lineKey(MAIN.colour, MAIN.dash), element('b', {textContent: this.nameOf(this.main)}), 'in the panels'),
      ...this.runs.map((run) => {
        const show = element('button', {type: 'button', className: 'ib-run-name', ariaLabel: 'Show ' + run.name + ' in the panels', title: 'Show this run in the panels'},
          run.key(run.colour), element('span', {textContent: run.name}));
        show.addEventListener('click', () => this.swap(run));
        const remove = element('button', {type: 'button', className: 'ib-run-remove', ariaLabel: 'Do not compare ' + run.name, title: 'Do not compare this run', textContent: '×'});
        remove.addEventListener('click', () => this.remove(run));
        return element('span', {className: 'ib-run'}, show, about(run), remove);
      }),
      ...(this.note ? [element('span', {className: 'ib-run-note', role: 'status', textContent: this.note})] : []));
    if (focused !== null) [...this.row.querySelectorAll('button')].find((b) => b.ariaLabel === focused)?.focus();
  }

  get shown() {
    return this.runs.map(({id, session, worker, records, full, colour, dash}) => ({id, session, worker, records, full, colour, dash}));
  }
}
