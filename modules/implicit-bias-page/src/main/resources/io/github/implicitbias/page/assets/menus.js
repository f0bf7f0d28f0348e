// Where run, worker, layer and language are chosen, and the links to the stock pages.

import {byId, element} from './format.js';
import {runChoices, workerChoices} from './runs.js';
import {t} from './words.js';

function fill(select, entries, value) {
  const same = select.options.length === entries.length &&
    entries.every(([v, text], i) => select.options[i].value === v && select.options[i].textContent === text);
  if (!same) select.replaceChildren(...entries.map(([v, text]) => element('option', {value: v, textContent: text})));
  select.value = value;
  select.disabled = entries.length < 2;
}

export class Menus {
  constructor(page) {
    this.page = page;
    const {state} = page;
    const choose = (e) => page.choose(page.entryOf({id: e.target.value}));
    state.on(['runs', 'chosen', 'run', 'layer'], (now) => { if (now.chosen) this.fill(now); });
    byId('run').addEventListener('change', choose);
    byId('worker').addEventListener('change', choose);
    byId('layer').addEventListener('change', (e) => page.view.chooseLayer(Number(e.target.value)));
    for (const link of document.querySelectorAll('.nav-link.stock')) {
      link.addEventListener('click', (e) => {
        if (link.getAttribute('aria-disabled') === 'true') e.preventDefault();
      });
    }
    const languages = byId('languages');
    languages?.firstElementChild.addEventListener('click', (e) => {
      e.preventDefault();
      e.currentTarget.setAttribute('aria-expanded', String(languages.classList.toggle('open')));
    });
    languages?.addEventListener('click', (e) => this.speak(e));
  }

  fill({runs, chosen, run, layer}) {
    byId('selectors').hidden = false;
    fill(byId('run'), runChoices(runs, chosen), chosen.id);
    fill(byId('worker'), workerChoices(runs, chosen), chosen.id);
    if (run) fill(byId('layer'), run.layers.map((l, k) => [String(k), l.name]), String(layer));
    this.links(chosen);
  }

  /** The stock pages know only sessions with records of a StatsListener. */
  links(chosen) {
    const {isInPath} = this.page.address;
    for (const link of document.querySelectorAll('.nav-link.stock')) {
      const dead = isInPath && !chosen.stockPages;
      link.setAttribute('aria-disabled', String(dead));
      link.title = dead ? t('This session has no records of a StatsListener') : '';
      if (isInPath) link.href = '/train/' + encodeURIComponent(chosen.session) + '/' + link.getAttribute('href').split('/').pop();
    }
  }

  async speak(e) {
    const {language} = e.target.dataset;
    if (!language) return;
    e.preventDefault();
    const session = this.page.address.sessionOfPath;
    await fetch('/setlang/' + (session === null ? '' : encodeURIComponent(session) + '/') + language);
    location.reload();
  }
}
