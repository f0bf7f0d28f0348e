// The run that is shown: chosen, described, and looked at again and again for what is new of it.

import {fetchProgress, fetchRun} from './api.js';
import {dress} from './classes.js';
import {byId, element} from './format.js';
import {
  addressRestored, clamp, hasRecords, isBehind, layerChosen, panelsTold, progressArrived, runChosen, runDescribed,
} from './state.js';
import {t} from './words.js';

/** Shows what the user calls a run, what is noted about it, and its tags. */
function describe(run) {
  const tags = Object.entries(run.tags ?? {});
  const place = byId('described');
  place.hidden = !run.name && !run.note && !tags.length;
  place.replaceChildren(
    ...(run.name ? [element('b', {textContent: run.name})] : []),
    ...(run.note ? [element('span', {textContent: run.note})] : []),
    ...tags.map(([key, text]) => element('span', {className: 'ib-tag'}, element('b', {textContent: key}), text)));
}

/** The run that an answer is about is not shown any more. */
export class Gone extends Error {}

export class RunView {
  constructor(page) {
    this.page = page;
    this.updating = 0; // updates of panels under way
  }

  get busy() { return this.updating > 0; }

  async choose(entry) {
    const {page} = this;
    const {state, able} = page;
    state.become(runChosen, entry, performance.now());
    const {generation} = state.now;
    page.scrubber.pause();
    page.store.clear();
    page.timeline.clear();
    page.comparison.begin(entry);
    const run = await fetchRun(entry);
    if (generation !== state.now.generation) return;
    state.become(runDescribed, run, page.address.wantedLayer);
    page.groups.arrange(state.now.columns);
    page.sections.arrange(run);
    dress(run);
    describe(run);
    able.clear();
    for (const panel of page.panels) {
      const has = panel.begin(run);
      if (has) able.add(panel);
      panel.show(has);
    }
    document.title = t('Implicit bias') + ' - ' + (run.name || run.session);
    await this.look();
    if (generation === state.now.generation) await page.comparison.restore();
  }

  chooseLayer(layer) {
    const {page} = this;
    page.state.become(layerChosen, layer);
    page.store.clear();
    this.update().catch(page.failed);
    page.steps.again();
    page.address.write();
  }

  /** Asks for what is new of the run. */
  async look() {
    const {page} = this;
    const {state} = page;
    const {generation, chosen, progress: before} = state.now;
    const progress = await fetchProgress(chosen, state.now.eventsSeen);
    if (generation !== state.now.generation) return;
    state.become(progressArrived, progress, performance.now());
    if (!hasRecords(state.now)) return;
    page.scrubber.range(progress.firstStep, progress.lastStep);
    if (!before || before.version !== progress.version || progress.events.length) {
      page.scrubber.mark({gaps: progress.gaps, events: state.now.events});
      this.update().catch(page.failed);
    }
    this.showWanted();
    if (state.now.drawn === null) this.update().catch(page.failed);
  }

  /** The step that the address asks for, once; else the newest, while the page follows the training. */
  showWanted() {
    const {page} = this;
    const {state} = page;
    if (!state.now.restored) {
      state.become(addressRestored);
      page.address.restore();
    }
    const wanted = state.now.step === null ? page.address.takeStep() : null;
    const {lastStep} = state.now.progress;
    if (wanted !== null) page.steps.choose({step: clamp(state.now, wanted), follow: false});
    else if (state.now.follow && state.now.step !== lastStep) page.steps.choose({step: lastStep, follow: true});
  }

  /** Tells the panels of new records, or of another layer. */
  async update() {
    const {page} = this;
    const {state, timeline} = page;
    const {run, columns, progress, layer, events, drawn} = state.now;
    if (!run || !hasRecords(state.now) || !isBehind(state.now)) return;
    const {version} = progress;
    const other = drawn === null || drawn.layer !== layer;
    state.become(panelsTold, {version, layer});
    this.updating++;
    const full = [progress.firstStep, progress.lastStep];
    const asked = [timeline.update({version, layer, gaps: progress.gaps, events, full, columns}).then(() => page.axis.again())];
    for (const panel of page.able) asked.push(panel.update(progress, other));
    try {
      await Promise.all(asked);
    } catch (e) {
      // Try again at the next beat.
      if (!(e instanceof Gone) && state.now.drawn?.version === version) state.become(panelsTold, null);
      throw e;
    } finally {
      this.updating--;
    }
  }
}
