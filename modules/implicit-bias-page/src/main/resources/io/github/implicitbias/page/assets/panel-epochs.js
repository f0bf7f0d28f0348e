// Answers that were right, epoch by epoch.

import {epochSeries} from './findings.js';
import {element} from './format.js';
import {LineChart} from './lines.js';
import {Panel} from './panel.js';
import {t} from './words.js';

export class EpochsPanel extends Panel {
  constructor(page) {
    super(page, 'epochs', 'Right answers', 'classes, and visits or a test set, from the first epoch that has ended on');
    this.ofProbe = false;
    this.header();
    const box = element('div', {className: 'ib-chart', id: 'epochs-chart'});
    this.section.append(box);
    this.chart = new LineChart(page.timeline, box, {
      series: [{name: 'right', label: t('at its visit'), colour: 'measured', width: 1.75},
        {name: 'testRight', label: t('test'), colour: 'bound', width: 1.5, dash: [6, 4]}],
      scale: 'linear',
      share: true,
      titleY: () => t('share of samples answered right'),
      legend: this.legend,
      top: 10,
    });
    page.state.on(['summary'], ({summary}) => this.fill(summary));
  }

  /** Whether it is there says the summary, which comes later. */
  begin() {
    this.fill(null);
    return false;
  }

  fill(summary) {
    const found = Object.fromEntries(['right', 'testRight'].map((name) => [name, summary ? epochSeries(summary, name) : {steps: [], values: []}]));
    const present = Object.values(found).some(({steps}) => steps.length > 0);
    if (present !== this.present) this.show(present);
    if (present) this.chart.load(found);
  }

  get shown() { return this.chart.joined; }
}
