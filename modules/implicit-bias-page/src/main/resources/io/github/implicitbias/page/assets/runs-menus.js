// What the page over all runs is operated with: the bar, the menus of axes and filters, and what can
// be done with the runs that are chosen.

import {csv} from './csv.js';
import {closing} from './drop.js';
import {download} from './export.js';
import {element, whole} from './format.js';
import {drawable, PLAIN, valueOf} from './rows.js';
import {counted, t} from './words.js';

const COMPARED = 8; // runs that the panels can show at once
const SAVED = 100; // runs that an address can name
const MOST_FILTERS = 20;

/** The filter, and menus of settings and numbers. */
export class RunsMenus {
  constructor(view) {
    this.view = view;
    this.choosers = [];
    this.filter = element('input', {type: 'search', placeholder: t('filter, as in rate>0.1 loss>0.2'), ariaLabel: t('Filter the runs')});
    this.filter.addEventListener('input', () => view.asks());
    this.only = element('div', {className: 'ib-drop-box ib-actions'});
    this.drop = element('details', {className: 'ib-drop'}, element('summary', {textContent: t('Settings')}), this.only);
  }

  /** A menu of what an axis can be. */
  chooser(name, label) {
    const {view} = this;
    const select = element('select');
    select.dataset.key = 'w' + name;
    select.addEventListener('change', () => {
      view.wish[name] = select.value;
      view.asks();
      view.look().catch(view.page.failed);
    });
    this.choosers.push([name, select]);
    return element('label', {className: 'ib-field'}, label + ' ', select);
  }

  fill() {
    const {view} = this;
    const {axes} = view;
    const numbers = [...view.known.columns.map(({name}) => 'e:' + name), ...Object.keys(PLAIN)].map((key) => [key, view.titleOf(key)]);
    const settings = view.varying.map(({key}) => [key, view.titleOf(key)]);
    for (const [name, select] of this.choosers) {
      const isNumber = name === 'y' || name === 'colour';
      const options = isNumber ? numbers : ['line', 'down', 'square'].includes(name) ? [['none', t('none')], ...settings] : settings;
      const key = JSON.stringify(options);
      if (select.filled !== key) select.replaceChildren(...options.map(([value, textContent]) => element('option', {value, textContent})));
      select.filled = key;
      select.value = isNumber ? view.wish[name] ?? axes[name] : axes[name]?.key ?? 'none';
      select.disabled = options.length === 0;
    }
    this.fillOnly();
  }

  /** A menu per setting that leaves the runs of one value. */
  fillOnly() {
    const {view} = this;
    const key = JSON.stringify(view.differing.map(({name, values}) => [name, values]));
    if (this.filled === key) return;
    this.filled = key;
    this.only.replaceChildren(...view.differing.slice(0, MOST_FILTERS).map(({name, values}) => {
      const select = element('select', {}, element('option', {value: '', textContent: t('all')}), ...values.slice(0, 200).map((value) => element('option', {value, textContent: value})));
      select.value = view.only[name] ?? '';
      select.dataset.key = 'o' + name;
      select.addEventListener('change', () => {
        view.only[name] = select.value;
        view.asks();
      });
      return element('label', {className: 'ib-field'}, view.titleOf('s:' + name) + ' ', select);
    }));
  }
}

/** The bar at the top: filter, how many runs there are, and the way to the sections. */
export class RunsHead {
  constructor(view) {
    this.view = view;
    this.live = element('span', {className: 'ib-runs-live'});
    this.newest = element('span', {className: 'ib-runs-newest'});
    this.nav = element('nav', {ariaLabel: t('Sections')});
    this.box = element('div', {className: 'ib-head ib-runs-head', ariaLabel: t('Runs and filter')},
      element('div', {className: 'ib-head-row ib-head-run'}, element('b', {textContent: t('Runs')}), view.menus.filter, view.menus.drop, this.live),
      element('div', {className: 'ib-head-row ib-head-parts'}, this.nav, this.newest));
    this.box.setAttribute('role', 'region');
    closing(view.menus.drop);
  }

  /** Makes the sections [id, title, note, ...cards], and what leads to them. */
  parts(all) {
    this.nav.append(...all.map(([id, title]) => {
      const link = element('a', {href: '#' + id, textContent: title});
      link.addEventListener('click', (e) => {
        e.preventDefault();
        this.view.page.sections.go(id);
      });
      return link;
    }));
    return all.map(([id, title, note, ...cards]) => element('section', {className: 'ib-part', id, ariaLabel: title},
      element('header', {className: id === 'runs-summary' ? 'ib-unseen' : ''}, element('h2', {textContent: title}), element('p', {textContent: note})),
      element('div', {className: 'ib-panels'}, ...cards.map(({card}) => card))));
  }

  tell() {
    const {all, unread, known} = this.view;
    const live = all.filter(({changedAt}) => changedAt && known.now - changedAt < 10000).length;
    this.live.textContent = unread ? t('reading {0} of {1}', all.length - unread, all.length)
      : counted(all.length, '{0} run|{0} runs', whole(all.length)) + (live ? ', ' + t('{0} live', live) : '');
    this.newest.replaceChildren(...(all.length ? [t('newest:') + ' ', this.view.linkTo(all[0])] : []));
  }
}

/** What can be done with the runs that are chosen. */
export class RunsChoice {
  constructor(view) {
    this.view = view;
    this.box = element('div', {className: 'ib-runs-chosen', hidden: true});
  }

  draw() {
    const {view} = this;
    const chosen = view.inOrder;
    const few = Math.min(COMPARED, chosen.length);
    const button = (text, work) => {
      const made = element('button', {type: 'button', textContent: text});
      made.dataset.key = 'b' + text;
      made.addEventListener('click', work);
      return made;
    };
    this.box.hidden = chosen.length === 0;
    this.box.replaceChildren(element('b', {textContent: counted(chosen.length, '{0} run chosen|{0} runs chosen', whole(chosen.length))}),
      button(few > 1 ? t('Compare {0}', few) : t('Open'), () => view.openRun(chosen[0], chosen.slice(1, COMPARED))),
      ...(view.page.embedded || chosen.length > SAVED ? [] : [button(t('Save as one file'), (e) => this.save(e.target, chosen))]),
      button('CSV', () => download(new Blob([csv(tableOf(view, chosen))], {type: 'text/csv;charset=utf-8'}), 'runs.csv')),
      button(t('Clear'), () => view.choose([], false)));
    this.box.firstElementChild.setAttribute('role', 'status');
  }

  async save(button, rows) {
    const {page} = this.view;
    button.disabled = true;
    try {
      download(await page.takeAway.runs(rows.map(({id}) => id)), 'runs.html');
    } catch (e) {
      page.failed(e);
    } finally {
      button.disabled = false;
    }
  }
}

/** Rows as a table of full precision. */
function tableOf({known: {settings, ends}}, rows) {
  return {
    columns: ['run', 'session', 'worker', 'name', 'begun', 'state', 'finding', ...Object.keys(PLAIN), ...settings, ...ends],
    rows: rows.map((row) => [row.id, row.session, row.worker, row.name, new Date(row.startedAt).toISOString(), row.level ?? null, row.headline ?? null,
      ...Object.keys(PLAIN).map((key) => valueOf(row, key)), ...settings.map((name) => row.settings[name]), ...ends.map((name) => drawable(row, 'e:' + name))]),
  };
}
