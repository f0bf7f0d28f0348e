// The page over all runs: table, scatter, phase diagram and loss of the same rows, one choice of runs
// drawn in all of them.

import {fetchRows} from './api.js';
import {byId, element, words} from './format.js';
import {filterOf, isGain, isSeed, PLAIN, Rows, setting, settingsOf, valueOf} from './rows.js';
import {RunsChoice, RunsHead, RunsMenus} from './runs-menus.js';
import {Lead} from './runs-lead.js';
import {Phase} from './runs-phase.js';
import {LossOfRuns, Scatter} from './runs-scatter.js';
import {RunsTable} from './runs-table.js';
import {t} from './words.js';

const QUIET = 60000; // milliseconds without anything new after which the page rests
const FEW = 8; // values of a setting that lines or squares can stand for

/** Settings and numbers that have a word in every language. */
const TITLES = {
  'learning rate': 'learning rate', momentum: 'momentum', schedule: 'schedule', updater: 'updater', 'init scale': 'init scale', initializer: 'initializer',
  width: 'width', depth: 'depth', layers: 'layers', activation: 'activation', dropout: 'dropout', 'weight decay': 'weight decay',
  'gradient clipping': 'gradient clipping', 'loss function': 'loss function', seed: 'seed', 'data type': 'data type', data: 'data', batch: 'batch',
  steps: 'steps', violated: 'violated', holds: 'holds', loss: 'loss',
};

const WHEN = new Intl.DateTimeFormat('en', {month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit', hour12: false});

/** What can be chosen about the charts, as the address has it. */
const WISHES = ['y', 'x', 'line', 'colour', 'across', 'down', 'square'];

export class RunsView {
  constructor(page) {
    this.page = page;
    this.root = byId('runs-view');
    this.known = new Rows();
    this.chosen = new Set();
    this.wish = {};
    this.only = {};
    this.shown = false;
    this.asking = 0;
    this.newAt = 0;
    this.menus = new RunsMenus(this);
  }

  // ------------------------------------------------------------ what is shown

  get all() { return this.known.all; }
  get unread() { return this.known.unread; }
  get settled() { return this.asking === 0 && this.unread === 0 && !this.known.more && this.drawn === true; }

  /** The columns of end values in the table. */
  get ends() { return this.known.ends; }

  /** The number by which runs are judged, null if there is none. */
  get judged() {
    const of = (test) => this.ends.find((name) => test(this.column(name)?.id ?? name));
    return of(isGain) ?? of((id) => id === 'testLoss') ?? of((id) => id === 'loss') ?? null;
  }

  column(name) { return this.known.columns.find((column) => column.name === name); }

  titleOf(key) {
    const [, kind, name] = /^([se]):(.*)$/s.exec(key) ?? [null, '', key];
    if (kind !== 'e') return name in TITLES ? t(TITLES[name]) : name;
    const column = this.column(name);
    const title = column?.title || (column ? words(column.id) : name);
    return (title in TITLES ? t(title) : title) + (column?.layer ? ', ' + column.layer : '');
  }

  when(millis) { return WHEN.format(millis); }

  /** The axes of scatter and phase diagram: as wished, or what most will want. */
  get axes() {
    const {wish, rows} = this;
    const free = this.varying.filter(({name}) => !isSeed(name));
    const of = (key) => (key && this.varying.some((one) => one.key === key) ? setting(rows, key.slice(2)) : null);
    const pick = (name, otherwise) => (wish[name] === 'none' ? null : of(wish[name]) ?? (otherwise ? of(otherwise.key) : null));
    const usual = [...free.filter(({numbers}) => numbers), ...free.filter(({numbers}) => !numbers), ...this.varying.filter(({name}) => isSeed(name))];
    const number = (name) => (wish[name] in PLAIN || this.ends.includes(wish[name]?.slice(2)) ? wish[name] : this.judged ? 'e:' + this.judged : 'steps');
    const x = pick('x', usual[0]);
    const few = (...taken) => free.find(({key, values}) => values.length <= FEW && !taken.some((one) => one?.key === key));
    const across = pick('across', usual[0]);
    const down = pick('down', usual.find(({key}) => key !== across?.key));
    return {x, y: number('y'), line: pick('line', few(x)), across, down, square: pick('square', few(across, down)), colour: number('colour')};
  }

  // ------------------------------------------------------------ coming and going

  /** Shows all runs in place of one. */
  open(push = true) {
    if (this.shown) return;
    this.shown = true;
    if (!this.lead) this.build();
    byId('implicit-bias').dataset.view = 'runs';
    byId('message').hidden = true;
    this.root.hidden = false;
    this.page.scrubber.pause();
    document.title = t('Runs') + ' - ' + t('Implicit bias');
    if (push) history.pushState(null, '', this.link);
    scrollTo(0, 0);
    this.draw();
    this.look().catch(this.page.failed);
    this.page.beat.soon();
  }

  /** Shows one run, compared with others. */
  openRun(row, others = []) {
    this.shown = false;
    this.root.hidden = true;
    delete byId('implicit-bias').dataset.view;
    const {page} = this;
    history.pushState(null, '', page.address.linkTo(row.id, others.map(({id}) => id)));
    page.comparison.want(others.map(({id}) => id));
    scrollTo(0, 0);
    page.choose(page.entryOf({stockPages: false, ...row}));
    page.beat.soon();
  }

  /** What is new of the rows. */
  async look() {
    const {known} = this;
    this.asking++;
    try {
      let changed = false;
      do {
        const ends = this.askedEnds;
        const whole = ends.join() !== (this.asked ?? '');
        const answer = await fetchRows(known.generation, whole ? 0 : known.next, ends);
        this.asked = ends.join();
        changed = known.take(answer) || whole || changed;
      } while (known.more || this.askedEnds.join() !== this.asked);
      if (this.shown) byId('message').hidden = true;
      if (changed || !this.drawn) {
        this.newAt = performance.now();
        this.draw();
      }
    } finally {
      this.asking--;
    }
  }

  /** The columns to ask for, none for those that the server takes to be usual. */
  get askedEnds() {
    const wished = ['y', 'colour'].map((name) => this.wish[name]).filter((key) => key?.startsWith('e:')).map((key) => key.slice(2));
    this.usual ??= this.known.generation ? [...this.ends] : undefined;
    const usual = this.usual ?? [];
    const more = wished.filter((name) => !usual.includes(name));
    return more.length && this.usual ? [...new Set([...usual, ...more])] : [];
  }

  /** Milliseconds to the next look. */
  get rest() {
    if (this.unread || this.known.more) return 200;
    return performance.now() - this.newAt < QUIET ? 2000 : 5000;
  }

  build() {
    this.lead = new Lead(this);
    this.scatter = new Scatter(this);
    this.curves = new LossOfRuns(this);
    this.phase = new Phase(this);
    this.table = new RunsTable(this);
    this.head = new RunsHead(this);
    this.bar = new RunsChoice(this);
    this.tipBox = element('div', {className: 'ib-tip', hidden: true});
    this.root.append(this.head.box, ...this.head.parts([['runs-summary', t('Summary'), '', this.lead],
      ['runs-settings', t('Settings'), t('what a number at the end does with a setting; drag over points to choose runs'), this.scatter, this.curves],
      ['runs-phase', t('Phase diagram'), t('the median of the runs of a cell; click cells to choose their runs'), this.phase], ['runs-table', t('Table'), '', this.table]]), this.bar.box, this.tipBox);
    addEventListener('resize', () => {
      clearTimeout(this.later);
      this.later = setTimeout(() => { if (this.shown) this.draw(); }, 120);
    });
  }

  /** A menu of what an axis can be. */
  chooser(name, label) { return this.menus.chooser(name, label); }

  /** The reader has asked for something else. */
  asks() {
    this.draw();
    this.changed();
  }

  // ------------------------------------------------------------ drawing

  draw() {
    const {all, known} = this;
    this.differing = settingsOf(all, known.settings).varying;
    const keys = [...known.settings.map((name) => 's:' + name), ...this.ends.map((name) => 'e:' + name), ...Object.keys(PLAIN)];
    const passes = filterOf(this.menus.filter.value, keys);
    const only = Object.entries(this.only).filter(([, value]) => value !== '');
    this.rows = all.filter((row) => passes(row) && only.every(([name, value]) => String(valueOf(row, 's:' + name)) === value));
    Object.assign(this, settingsOf(this.rows.length ? this.rows : all, known.settings));
    this.keeping(() => {
      this.menus.fill();
      this.lead.draw();
      this.table.draw();
      this.drawChoice(false);
      this.head.tell();
    });
    this.drawn = known.generation > 0;
    if (this.drawn && this.rows.length) this.painted ??= performance.now();
  }

  /** Draws what a choice of runs changes. */
  drawChoice(table = true) {
    this.keeping(() => {
      this.scatter.draw();
      this.curves.draw();
      this.phase.draw();
      if (table) this.table.draw();
      this.bar.draw();
    });
  }

  /** Does something that draws parts again, and leaves the focus where it was. */
  keeping(work) {
    const key = document.activeElement?.dataset?.key;
    work();
    if (key && document.activeElement?.dataset?.key !== key) this.root.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({preventScroll: true});
  }

  /** The runs that are chosen, in the order of the table. */
  get inOrder() {
    return (this.table.order ?? []).flatMap((row) => row.members ?? [row]).filter(({id}) => this.chosen.has(id));
  }

  // ------------------------------------------------------------ choice

  /** Chooses these runs, or these too. */
  choose(ids, also) {
    if (!also) this.chosen.clear();
    for (const id of ids) this.chosen.add(id);
    this.drawChoice();
  }

  /** Chooses runs, or no longer if all of them are chosen; the order of the table stays if that was done in it. */
  toggle(ids, inTable = false) {
    const all = ids.every((id) => this.chosen.has(id));
    for (const id of ids) {
      if (all) this.chosen.delete(id);
      else this.chosen.add(id);
    }
    this.drawChoice(!inTable);
    if (inTable) this.keeping(() => this.table.again());
  }

  linkTo(row) {
    const link = element('a', {href: this.page.address.linkTo(row.id, []), textContent: row.title});
    link.addEventListener('click', (e) => {
      if (e.ctrlKey || e.metaKey || e.shiftKey) return; // another tab
      e.preventDefault();
      this.openRun(row);
    });
    return link;
  }

  tip(e, text) {
    this.tipBox.hidden = !text;
    if (!text) return;
    this.tipBox.textContent = text;
    this.tipBox.style.left = Math.max(4, Math.min(innerWidth - this.tipBox.offsetWidth - 8, e.clientX + 14)) + 'px';
    this.tipBox.style.top = Math.min(innerHeight - this.tipBox.offsetHeight - 8, e.clientY + 16) + 'px';
  }

  // ------------------------------------------------------------ the address

  /** The address of this view. */
  get link() {
    const query = new URLSearchParams({view: 'runs'});
    if (this.menus.filter.value.trim()) query.set('filter', this.menus.filter.value.trim());
    for (const name of WISHES) if (this.wish[name]) query.set(name, this.wish[name]);
    for (const [name, value] of Object.entries(this.only)) if (value) query.append('only', name + '=' + value);
    const {key, direction} = this.table.sort;
    if (key !== 'startedAt' || direction !== -1) query.set('sort', (direction < 0 ? '-' : '') + key);
    if (this.table.together) query.set('rows', 'seeds');
    return this.page.address.withQuery(query);
  }

  changed() { if (this.shown) history.replaceState(null, '', this.link); }

  /** Shows what the address asks for. */
  restore(asked) {
    if (!this.lead) this.build();
    this.menus.filter.value = asked.get('filter') ?? '';
    for (const name of WISHES) if (asked.has(name)) this.wish[name] = asked.get(name);
    for (const one of asked.getAll('only')) this.only[one.slice(0, one.lastIndexOf('='))] = one.slice(one.lastIndexOf('=') + 1);
    const sort = asked.get('sort');
    if (sort) this.table.sort = {key: sort.replace(/^-/, ''), direction: sort.startsWith('-') ? -1 : 1};
    this.table.together = asked.get('rows') === 'seeds';
    this.open(false);
  }

  get facts() {
    if (!this.shown) return null;
    return {rows: this.table.order.map(({id}) => id), chosen: [...this.chosen], scatter: this.scatter.shown, phase: this.phase.shown,
      ends: this.ends, painted: this.painted, of: (id) => this.known.byId.get(id), varying: this.varying.map(({name}) => name), constant: this.constant.map(({name}) => name)};
  }
}
