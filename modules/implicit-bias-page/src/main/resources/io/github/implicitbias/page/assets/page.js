// The page "Implicit bias": its parts, and what panels see of it.

import {fetchSeries} from './api.js';
import {Address} from './address.js';
import {AxisSelect} from './axis.js';
import {Beat} from './beat.js';
import {Comparison} from './compare.js';
import {TakeAway} from './export.js';
import {placed} from './findings.js';
import {byId, element} from './format.js';
import {Groups} from './groups.js';
import {Menus} from './menus.js';
import {CostPanel} from './panel-cost.js';
import {EpochsPanel} from './panel-epochs.js';
import {FlipsPanel, LossPanel} from './panel-loss.js';
import {NetworkPanel} from './panel-network.js';
import {PredictionsPanel} from './panel-predictions.js';
import {RasterPanel} from './panel-raster.js';
import {SamplesPanel} from './panel-samples.js';
import {SummaryPanel} from './panel-summary.js';
import {SupportPanel} from './panel-support.js';
import {WeightsPanel} from './panel-weights.js';
import {Gone, RunView} from './run-view.js';
import {isSameRun} from './runs.js';
import {RunsView} from './runs-view.js';
import {Scrubber} from './scrubber.js';
import {Sections} from './sections.js';
import {layerShown, State} from './state.js';
import {Status} from './status.js';
import {Steps} from './steps.js';
import {Store} from './store.js';
import {EventsPanel, ProvenancePanel, ValuesPanel} from './tables.js';
import {Timeline} from './timeline.js';
import {t} from './words.js';

/** All panels, in the order of the page. */
const panelsOf = (page) => [
  new SummaryPanel(page), new LossPanel(page), new EpochsPanel(page), new NetworkPanel(page), new SamplesPanel(page), new RasterPanel(page),
  new FlipsPanel(page), new WeightsPanel(page), new SupportPanel(page),
  ...page.groups.panels, new PredictionsPanel(page), new ValuesPanel(page), new EventsPanel(page), new ProvenancePanel(page), new CostPanel(page),
];

export class Page {
  /** @param embedded the run that lies in this page, null where there is a server to ask */
  constructor(embedded) {
    this.embedded = embedded;
    this.state = new State();
    this.store = new Store();
    this.failed = this.failed.bind(this);
    this.sections = new Sections(this.state);
    this.steps = new Steps(this);
    this.view = new RunView(this);
    this.status = new Status(this);
    this.timeline = new Timeline(this.store, (...wanted) => this.ask((run) => fetchSeries(run, ...wanted)), (step) => this.goTo(step));
    this.scrubber = new Scrubber((wish) => this.steps.go(wish), () => !this.state.now.asking && this.arePanelsSettled);
    this.able = new Set(); // panels for which the run has what they need, in the order of the page
    this.panels = [];
    this.groups = new Groups(this);
    this.panels = panelsOf(this);
    this.takeAway = new TakeAway(this, this.panels);
    this.address = new Address(this);
    const again = () => this.address.write();
    this.axis = new AxisSelect(this.timeline, this.address.wanted('axis'), () => {
      this.comparison.tell();
      again();
    }, this.failed);
    this.runs = new RunsView(this);
    const toRuns = element('button', {type: 'button', textContent: t('All runs as a table')});
    for (const way of [toRuns, byId('all-runs')]) way.addEventListener('click', () => this.runs.open());
    byId('all-runs').hidden = embedded !== null && !embedded.hasMany;
    this.comparison = new Comparison(this.timeline, this.address.asked.getAll('compare'), (run) => this.view.choose(this.entryOf(run)), again, toRuns);
    this.menus = new Menus(this);
    this.beat = new Beat(this);
    this.listen(again);
  }

  listen(again) {
    const {store, timeline} = this;
    store.on(['unit', 'sample', 'chosenUnit', 'chosenSample'], () => {
      for (const panel of this.panels) if (panel.present) panel.mark();
    });
    store.on(['chosenUnit', 'chosenSample'], again);
    this.state.on(['summary'], ({summary}) => this.scrubber.mark({findings: placed(summary), epochs: summary?.epochs.step ?? []}));
    store.on(['pointedStep'], ({pointedStep}) => this.scrubber.point(pointedStep));
    timeline.zoomed = again;
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => {
      timeline.rebuild();
      this.scrubber.draw();
      for (const panel of this.panels) if (panel.present) panel.theme();
    });
  }

  start() {
    const {asked} = this.address;
    const wantsRuns = (query) => query.get('view') === 'runs' || (this.embedded?.hasMany === true && !query.has('run'));
    if (wantsRuns(asked)) this.runs.restore(asked);
    // Back and forward between a run and all of them: the address says everything.
    addEventListener('popstate', () => {
      const {now} = this.address;
      if (wantsRuns(now) !== this.runs.shown || (now.has('run') && now.get('run') !== this.chosen?.id)) location.reload();
    });
    this.beat.beat();
  }

  get run() { return this.state.now.run; }
  get columns() { return this.state.now.columns; }
  get layer() { return this.state.now.layer; }
  get layerName() { return layerShown(this.state.now)?.name ?? ''; }
  get progress() { return this.state.now.progress; }
  get events() { return this.state.now.events; }
  get pattern() { return this.state.now.pattern; }
  get chosen() { return this.state.now.chosen; }
  get step() { return this.state.now.step; }
  get record() { return this.state.now.record; }
  get link() { return this.address.link; }

  panel(id) { return this.panels.find((panel) => panel.id === id); }

  /** Another panel, in front of one of those that are there. */
  add(panel, before) {
    this.panels.splice(this.panels.findIndex(({id}) => id === before), 0, panel);
    this.takeAway.menu(panel);
  }

  /** The entry of the list for a run that is known by its id. */
  entryOf(run) { return this.state.now.runs.find((entry) => isSameRun(entry, run)) ?? run; }

  goTo(step) { this.steps.go(step); }
  choose(run) { return this.view.choose(run).catch(this.failed); }

  /** Something that the address keeps is another. */
  changed() { this.address.write(); }

  /** A panel was shown or hidden. */
  arranged() { this.sections.tell(this.panels); }

  failed(e) { if (!(e instanceof Gone)) this.status.showError(e); }

  /** An answer about the run that is shown; fails if it is another one by then. */
  async ask(question) {
    const {generation, chosen} = this.state.now;
    const answer = await question(chosen);
    if (generation !== this.state.now.generation) throw new Gone();
    return answer;
  }

  get arePanelsSettled() {
    return ['support', 'weights'].every((id) => this.panel(id).settled || !this.panel(id).present);
  }

  /** Whether everything that was asked for is shown. */
  get isSettled() {
    if (this.runs.shown) return this.runs.settled;
    const {asking, record, step, wished} = this.state.now;
    return !asking && !this.view.busy && record !== null && step === wished && this.arePanelsSettled && !this.axis.busy && !this.comparison.busy;
  }
}
