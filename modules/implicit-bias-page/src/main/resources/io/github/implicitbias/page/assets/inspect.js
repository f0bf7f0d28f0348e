// What the page shows, for tests and for the curious: read only, and without promise of staying as
// it is. `charts` are the numbers drawn, `raster` the place of every cell on its canvas.

import {byId} from './format.js';

const titleOf = (chart) => chart.box.id || chart.box.closest('figure, article')?.firstElementChild.textContent;

export function inspect(page) {
  const {state, timeline, store, takeAway} = page;
  const drawn = () => [...timeline.charts].filter((chart) => chart.plot);
  return {
    get state() { return byId('implicit-bias').dataset.state; },
    get run() {
      const {chosen} = state.now;
      return chosen && {id: chosen.id, session: chosen.session, worker: chosen.worker};
    },
    get layer() { return page.layerName; },
    get step() { return state.now.step; },
    get runs() { return page.runs.facts; },
    get settled() { return page.isSettled; },
    get record() { return state.now.record; },
    get progress() { return state.now.progress; },
    get charts() { return {loss: page.panel('loss').shown, flips: page.panel('flips').shown}; },
    get compared() { return page.comparison.shown; },
    get axis() { return {kind: timeline.axis.kind, toAxis: (s) => timeline.toAxis(s), toStep: (x) => timeline.toStep(x), range: timeline.range}; },
    /** The lines of all runs, on the axis, per box of a chart or its title. */
    get lines() { return Object.fromEntries(drawn().map((chart) => [titleOf(chart), chart.overlaid])); },
    get ticks() { return Object.fromEntries(drawn().map((chart) => [chart.box.id, chart.plot.axes[0]._values])); },
    /** Labels of the values of each chart that is drawn, and what its horizontal axis is called. */
    get axes() {
      return Object.fromEntries(drawn().map((chart) => [titleOf(chart),
        {labels: (chart.plot.axes[1]._values ?? []).filter(Boolean), title: timeline.axis.label, values: chart.titleY}]));
    },
    get raster() { return page.panel('raster').shown; },
    get history() { return page.panel('raster').past.shown; },
    get link() { return page.link; },
    takeAway: {
      files: (id) => takeAway.kinds(page.panel(id)),
      text: (id, kind) => takeAway.text(page.panel(id), kind),
      image: (id) => takeAway.image(page.panel(id)),
    },
    get playing() { return page.scrubber.playing; },
    get marked() { return {...store.state}; },
    /** What each panel shows, null for those that are left out. */
    get panels() { return Object.fromEntries(page.panels.map((p) => [p.id, p.present ? p.shown ?? {} : null])); },
    /** What the groups of charts show, by their headings. */
    get groups() { return Object.fromEntries(page.groups.panels.map((p) => [p.group, p.present ? p.shown : null])); },
    get colours() {
      const style = getComputedStyle(byId('implicit-bias'));
      return ['off', 'on', 'deactivation', 'activation'].map((name) => style.getPropertyValue('--' + name).trim());
    },
    go: (wish) => page.steps.go(wish),
  };
}
