// The address of the page says what is shown: it is read once, and written whenever that changes.

const BETWEEN = 200; // milliseconds between two addresses: browsers refuse more

const count = (text) => (/^\d{1,9}$/.test(text) ? Number(text) : null);

/** The session in a path of multi-session mode, null in others; as it is written there. */
export const sessionIn = (path) => /^\/train\/([^/]+)\/implicit-bias\/?$/.exec(path)?.[1] ?? null;

/** A range of steps as text, null if it is none. */
export function rangeOf(text) {
  const range = text.split('~').map(count);
  return range.length === 2 && !range.includes(null) && range[0] < range[1] ? range : null;
}

export class Address {
  constructor(page) {
    this.page = page;
    this.written = -Infinity;
    this.writing = null;
    // In multi-session mode the session is part of the path, as in the stock pages.
    this.session = page.embedded ? null : sessionIn(location.pathname);
    this.asked = new URLSearchParams(page.embedded ? location.hash.slice(1) : location.search);
    const {store, timeline} = page;
    const loss = () => page.panel('loss');
    /**
     * What else of the page's state is kept, by its name: `get` as a text, null for what is as it
     * always begins; `set` does it again once the first run is shown.
     */
    this.kept = {
      unit: {get: () => store.get('chosenUnit'), set: (text) => store.set({chosenUnit: count(text), chosenSample: null})},
      sample: {get: () => store.get('chosenSample'), set: (text) => store.set({chosenSample: count(text), chosenUnit: null})},
      zoom: {
        get: () => timeline.range && timeline.range.join('~'),
        set: (text) => {
          const range = rangeOf(text);
          if (range) timeline.zoom(range);
        },
      },
      training: {get: () => page.panel('training').kept, set: (text) => { if (count(text) !== null) page.panel('training').wish(count(text)); }},
      loss: {get: () => loss().kept, set: (text) => { if (['linear', 'log'].includes(text)) loss().scale(text); }},
      frame: {get: () => page.panel('raster').overview.kept, set: (text) => page.panel('raster').overview.restore(text)},
      order: {get: () => page.panel('raster').kept, set: (text) => page.panel('raster').restore(text)},
    };
  }

  get isInPath() { return this.session !== null; }

  get sessionOfPath() {
    try {
      return this.isInPath ? decodeURIComponent(this.session) : null;
    } catch (e) {
      return null; // not written by us
    }
  }

  /** The session that the address asks for, null if any will do. */
  get wantedSession() { return this.sessionOfPath ?? (this.wanted('session') || null); }

  wanted(name) { return this.asked.get(name); }

  /** The index of the layer that the address asks for, null if it asks for none. */
  get wantedLayer() { return count(this.wanted('layer') ?? ''); }

  /**
   * The entry of a list of runs that the address asks for, null if it is not there: the run of an
   * id, or else the newest of a session, if it can be of the worker that is asked for.
   */
  runAmong(runs) {
    const id = this.wanted('run');
    if (id) return runs.find((run) => run.id === id) ?? null;
    const session = this.wantedSession;
    const known = runs.filter((run) => session === null || run.session === session);
    return known.find((run) => run.worker === this.wanted('worker')) ?? known[0] ?? null;
  }

  /** What the address asks for: the id of a run, or a session. */
  get wish() { return {run: this.wanted('run'), session: this.wantedSession}; }

  /** The step asked for, the first time it is taken. */
  takeStep() {
    const text = this.asked.get('step');
    this.asked.delete('step');
    const step = Number(text);
    return text !== null && Number.isInteger(step) ? step : null;
  }

  restore() {
    for (const [name, {set}] of Object.entries(this.kept)) if (this.asked.has(name)) set(this.asked.get(name));
  }

  /** What stands in the address now. */
  get now() { return new URLSearchParams(this.page.embedded ? location.hash.slice(1) : location.search); }

  /** The address of this page with another query. */
  withQuery(query) {
    return this.page.embedded ? location.href.split('#')[0] + '#' + query : location.origin + location.pathname + '?' + query;
  }

  /** The address of a run, compared with others. */
  linkTo(id, others) {
    return this.withQuery(new URLSearchParams([['run', id], ...others.map((other) => ['compare', other])]));
  }

  /** The address of what is shown. */
  get link() {
    const {page} = this;
    const {chosen, layer, follow, step} = page.state.now;
    const query = new URLSearchParams();
    let path = location.pathname;
    if (this.isInPath) path = '/train/' + encodeURIComponent(chosen.session) + '/implicit-bias';
    if (!page.embedded || page.embedded.hasMany) query.set('run', chosen.id);
    if (layer !== null) query.set('layer', layer);
    if (!follow && step !== null) query.set('step', step);
    if (page.axis.wish !== 'step') query.set('axis', page.axis.wish);
    for (const other of page.comparison.written) query.append('compare', other);
    for (const [name, {get}] of Object.entries(this.kept)) {
      const text = get();
      if (text !== null) query.set(name, text);
    }
    return page.embedded ? location.href.split('#')[0] + '#' + query : location.origin + path + '?' + query;
  }

  get isReady() {
    const {chosen, run, restored} = this.page.state.now;
    return chosen !== null && run !== null && restored;
  }

  write() {
    if (!this.isReady || this.writing !== null || this.page.runs.shown) return;
    const write = () => {
      this.writing = null;
      this.written = performance.now();
      if (!this.page.runs.shown && this.page.state.now.chosen && location.href !== this.link) history.replaceState(null, '', this.link);
    };
    const wait = this.written + BETWEEN - performance.now();
    if (wait <= 0) write();
    else this.writing = setTimeout(write, wait);
  }
}
