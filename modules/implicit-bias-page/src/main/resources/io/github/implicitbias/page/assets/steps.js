// Which step is shown: from a wish to the record of that step, in all panels together.

import {fetchStep} from './api.js';
import {byId} from './format.js';
import {Pattern} from './raster.js';
import {layerShown, recordShown, stepAnswered, stepAsked, stepChosen, stepFor, stepReached} from './state.js';

export class Steps {
  constructor(page) {
    this.page = page;
  }

  /** Goes to a step number, or to the 'first', 'last' or next record 'back' or 'forward'. */
  go(wish) {
    const to = stepFor(this.page.state.now, wish);
    if (to) this.choose(to);
  }

  choose(to) {
    this.page.state.become(stepChosen, to);
    return this.ask();
  }

  /** The same step in another layer; a question that is under way sees the layer by itself. */
  again() {
    const {step, follow, asking} = this.page.state.now;
    if (!asking && step !== null) this.choose({step, follow});
  }

  /** One question at a time; of those that pile up meanwhile only the last is asked. */
  async ask() {
    const {page} = this;
    const {state} = page;
    if (state.now.asking || state.now.wished === null) return;
    state.become(stepAsked);
    const {generation} = state.now;
    const isShown = () => generation === state.now.generation;
    try {
      while (isShown()) {
        const {wished, layer, chosen} = state.now;
        page.scrubber.at(wished);
        const answer = fetchStep(chosen, wished, layer);
        for (const panel of page.able) panel.foresee(wished);
        const record = await answer;
        if (!isShown()) return;
        if (layer === state.now.layer) this.show(record);
        if (wished === state.now.wished && layer === state.now.layer) {
          state.become(stepReached, record.step);
          break;
        }
      }
    } catch (e) {
      if (isShown()) page.failed(e);
    } finally {
      if (isShown()) state.become(stepAnswered);
    }
  }

  show(record) {
    const {page} = this;
    const layer = layerShown(page.state.now)?.name;
    page.state.become(recordShown, record, record.pattern && new Pattern({...record.pattern, layer}, record.step));
    page.scrubber.at(record.step);
    byId('back').disabled = byId('first').disabled = record.previous === null;
    byId('forward').disabled = record.next === null;
    page.axis.offer(record.values);
    page.timeline.at(record.step, record.values);
    for (const panel of page.able) panel.scrub(record);
    page.address.write();
  }
}
