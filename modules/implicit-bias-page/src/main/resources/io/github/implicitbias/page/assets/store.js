// What the panels share of the reader's attention: small, observable state.

/**
 * `unit` and `sample` are what the pointer is on, `chosenUnit` and `chosenSample` what was clicked,
 * `pointedStep` the step under the pointer; each null for none.
 */
export class Store {
  constructor() {
    this.state = {unit: null, sample: null, chosenUnit: null, chosenSample: null, pointedStep: null};
    this.listeners = [];
  }

  get(name) {
    return this.state[name];
  }

  /** What is marked: the thing pointed at, or else the one clicked. */
  marked(name) {
    const chosen = 'chosen' + name[0].toUpperCase() + name.slice(1);
    return this.state[name] ?? this.state[chosen];
  }

  set(changes) {
    const changed = Object.keys(changes).filter((name) => this.state[name] !== changes[name]);
    if (changed.length === 0) return;
    Object.assign(this.state, changes);
    for (const [names, listener] of this.listeners) {
      if (names.some((name) => changed.includes(name))) listener(this.state);
    }
  }

  clear() {
    this.set(Object.fromEntries(Object.keys(this.state).map((name) => [name, null])));
  }

  /** Calls a function whenever one of these changes. */
  on(names, listener) {
    this.listeners.push([names, listener]);
  }
}
