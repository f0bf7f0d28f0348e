// When the page looks for what is new, of the list of runs and of the run that is shown.

import {fetchRuns} from './api.js';
import {byId} from './format.js';
import {successor} from './runs.js';
import {rest, runsListed} from './state.js';

const RUNS_EVERY = 5; // the list of runs is looked at every so many beats

export class Beat {
  constructor(page) {
    this.page = page;
    this.beats = 0;
    this.timer = null;
    this.beating = false;
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden && this.timer === null) this.beat();
    });
  }

  /** Looks for what is new, then again after a while; rests while nobody can see the page. */
  async beat() {
    this.timer = null;
    if (this.beating || document.hidden) return;
    this.beating = true;
    await this.look();
    this.beating = false;
    const {state, embedded} = this.page;
    if (embedded && state.now.failures === 0) return; // nothing will ever be new
    this.timer = setTimeout(() => this.beat(), this.page.runs.shown && !state.now.failures ? this.page.runs.rest : rest(state.now, performance.now()));
  }

  /** Looks now. */
  soon() {
    clearTimeout(this.timer);
    this.beat();
  }

  async look() {
    const {page} = this;
    try {
      if (page.runs.shown) {
        if (page.state.now.runs.length === 0) await this.list();
        await page.runs.look();
        return;
      }
      if (this.beats++ % RUNS_EVERY === 0 || !page.state.now.chosen) await this.lookForRuns();
      if (page.state.now.run) await page.view.look();
      await page.comparison.look();
    } catch (e) {
      page.failed(e);
    }
  }

  async list() {
    const {runs, more} = await fetchRuns();
    this.page.state.become(runsListed, runs);
    this.page.comparison.offer(runs, more);
    return runs;
  }

  async lookForRuns() {
    const {page} = this;
    const {state, address} = page;
    const {chosen, runs: before, follow} = state.now;
    const runs = await this.list();
    const next = chosen && follow ? successor(chosen, before, runs) : null;
    if (next) await page.view.choose(next);
    if (state.now.chosen) return;
    if (runs.length === 0) {
      page.status.showEmpty();
      return;
    }
    const wanted = address.runAmong(runs);
    if (wanted) await page.view.choose(wanted);
    else if (before.length !== runs.length || byId('message').hidden) page.status.showUnknown(address.wish);
  }
}
