// What a panel is. The page holds a list of them and tells each what happens; none knows another.

import {byId, element} from './format.js';
import {t} from './words.js';

/**
 * One picture on the page.
 *
 * A panel is made once, with the page it is on (store, timeline, goTo, ask), and then told:
 *   begin(run)        a run was chosen; returns true if the run has what the panel needs
 *   update(progress)  new records, or another layer; may return a promise
 *   scrub(record)     the record of another step is shown
 *   mark()            something else is pointed at or chosen
 *   theme()           light became dark, or the other way round
 * `needs` says what would bring the panel, for runs without it, and `shown` what is in the picture:
 * tests read it, and exports can.
 */
export class Panel {
  constructor(page, id, title, needs) {
    this.page = page;
    this.id = id;
    this.title = t(title);
    this.needs = needs;
    this.section = byId('panel-' + id);
    this.present = false;
  }

  begin() { return true; }
  update() {}
  scrub() {}
  mark() {}
  theme() {}
  get shown() { return null; }

  /** Shows or hides the panel as a whole. */
  show(present) {
    this.present = present;
    this.section.hidden = !present;
    this.page.arranged();
  }

  /** A header with the title and room for a legend. */
  header(...more) {
    this.legend = element('div', {className: 'ib-legend'});
    const header = element('header', {}, element('h2', {textContent: this.title}), this.legend, ...more);
    this.section.append(header);
    return header;
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
