// The panels of charts: those that every page has, with what would bring them, and one for each group
// that a run declares itself.

import {byId, element} from './format.js';
import {MetricsPanel} from './panel-metrics.js';

/** Per panel its id, the heading of its group, and what would bring it. */
const KNOWN = [
  ['norms', 'Norms, balance and rank', 'preset STANDARD or FULL'],
  ['margin', 'Margin and alignment', 'a stack of dense layers, labels, and preset STANDARD or FULL'],
  ['distance', 'Distance to reference solutions', 'a linear network or one ReLU neuron with independent samples, and preset STANDARD or FULL'],
  ['kernel', 'Kernel and sharpness', 'preset FULL'],
  ['visits', 'Visits', 'visits of the training samples, which visits(false) turns off'],
  ['units', 'Units and patterns', 'preset STANDARD or FULL'],
  ['other', 'Other metrics', null],
];
const LAST = 'other';

export class Groups {
  constructor(page) {
    this.page = page;
    this.panels = KNOWN.map(([id, group, needs]) => new MetricsPanel(page, id, group, needs));
    for (const panel of this.panels) panel.ofProbe = !['norms', 'visits'].includes(panel.id);
    this.point(this.panels.find(({id}) => id === 'visits'), 'training', 'What each sample and each epoch have shown: Training samples');
    this.own = 0;
  }

  /** A line below the heading of a group that leads to the panel where more is said. */
  point(panel, to, text) {
    const link = element('button', {type: 'button', className: 'ib-link', textContent: text});
    link.addEventListener('click', () => byId('panel-' + to).scrollIntoView({block: 'start'}));
    panel.grid.before(element('p', {className: 'ib-note ib-more', lang: 'en'}, link));
  }

  /** Makes a panel for every group of a run, in the order of its columns. */
  arrange(columns) {
    const last = byId('panel-' + LAST);
    for (const {group} of columns.charts) {
      if (KNOWN.some(([, known]) => known === group)) continue;
      const panel = this.panels.find((one) => one.group === group) ?? this.add(group, last);
      last.before(panel.section);
    }
  }

  add(group, last) {
    const {page} = this;
    const id = 'group-' + ++this.own;
    last.before(element('section', {className: 'ib-panel ib-wide', id: 'panel-' + id, hidden: true}));
    const panel = new MetricsPanel(page, id, group, null);
    this.panels.push(panel);
    page.add(panel, LAST);
    return panel;
  }
}
