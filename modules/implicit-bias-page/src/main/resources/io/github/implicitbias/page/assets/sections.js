// The sections of the page: their order for a network, the anchors that lead to them, and what is
// missing in each.

import {byId, element} from './format.js';
import {t} from './words.js';

export const SECTIONS = ['summary', 'network', 'samples', 'units', 'geometry', 'theory', 'numbers'];

/**
 * The order for a run.
 *
 * @param few whether the network has one or two inputs: weights and inputs are seen whole
 * @param papers whether the papers speak of this training
 */
export function orderOf({few = false, papers = false}) {
  const order = SECTIONS.filter((id) => !(papers && id === 'theory') && !(few && id === 'geometry'));
  if (few) order.splice(order.indexOf('samples'), 0, 'geometry');
  if (papers) order.splice(1, 0, 'theory');
  return order;
}

/** Whether the units of a run are drawn where their weights are, with nothing projected. */
export const hasFewInputs = (run) => run.layers.some(({name}) => ['inputs', 'input and bias'].includes(run.provenance['weightSpace.' + name]));

/** Whether training is on the probe itself, batch by batch: then the statements of the papers are about it. */
export const isFullBatch = (progress) => progress !== null && progress.inPlace > 0 && progress.inPlace >= 0.9 * progress.records;

/** What is not there, and what would bring it: [title, why] for each panel that is left out. */
export function missingOf(panels, run) {
  return panels.filter((panel) => !panel.present && panel.needs)
    .map((panel) => [panel.title, run?.samples.count === 0 && panel.ofProbe ? 'no probe was given' : 'needs ' + panel.needs]);
}

export class Sections {
  constructor(state) {
    this.state = state;
    this.links = new Map(SECTIONS.map((id) => [id, document.querySelector('#parts a[href="#' + id + '"]')]));
    for (const [id, link] of this.links) {
      link.addEventListener('click', (e) => {
        e.preventDefault(); // the address says what is shown, not where the reader is
        this.go(id);
      });
    }
    addEventListener('scroll', () => this.mark(), {passive: true});
    addEventListener('resize', () => this.mark());
  }

  /** Leads to a section, or to whatever else has this id. */
  go(id) {
    const target = byId(id);
    if (!target) return;
    target.scrollIntoView({block: 'start'});
    if (!target.hasAttribute('tabindex')) target.tabIndex = -1;
    target.focus({preventScroll: true});
    this.mark();
  }

  /** It is known whether statements apply to the run. */
  judge(applies) {
    const {run, progress} = this.state.now;
    const papers = applies && isFullBatch(progress);
    if (papers !== this.papers) this.arrange(run, papers);
  }

  /** Sections in the order for a run. */
  arrange(run, papers = false) {
    this.papers = papers;
    const order = orderOf({few: hasFewInputs(run), papers});
    const parts = order.map(byId);
    const box = byId('sections');
    if (parts.some((part, i) => box.children[i] !== part)) {
      box.append(...parts);
      for (const id of order) byId('parts').append(this.links.get(id));
    }
    this.without = run.layers.length === 0 ? ['units'] : [];
    for (const id of SECTIONS) {
      const left = this.without.includes(id) || byId(id).querySelector('.ib-panel') === null;
      byId(id).hidden = this.links.get(id).hidden = left;
    }
    this.mark();
  }

  /** Says at the end of each section what is left out of it. */
  tell(panels) {
    for (const id of SECTIONS) {
      const part = byId(id);
      const missing = missingOf(panels.filter((panel) => part.contains(panel.section)), this.state.now.run);
      const line = part.querySelector('.ib-missing');
      line.hidden = missing.length === 0;
      line.replaceChildren(t('Not shown:') + ' ', ...missing.flatMap(([title, why], i) =>
        [(i ? '; ' : '') + title + ' (', element('span', {lang: 'en', textContent: why}), ')']), '.');
    }
  }

  /** The anchor of the section that is read now. */
  mark() {
    let now = null;
    for (const part of byId('sections').children) {
      if (!part.hidden && (now === null || (scrollY >= 40 && part.getBoundingClientRect().top < innerHeight * 0.35))) now = part.id;
    }
    for (const [id, link] of this.links) {
      if (id === now) link.setAttribute('aria-current', 'true');
      else link.removeAttribute('aria-current');
    }
  }
}
