// The units of a layer at a step, the samples, and the paths of the units: what the pictures of
// weight space and input space are drawn from.

import {brief, classShade, colour, whole} from './format.js';
import {lossKind, slopeOf} from './piecewise.js';

const finite = (v) => (typeof v === 'number' && Number.isFinite(v) ? v : null);

export class UnitScene {
  /**
   * @param run the run's header
   * @param layer the tracked layer, as the header has it
   * @param found the answer to `units`
   * @param samples list of {sample, x, y, target}
   * @param series the answer to `unitSeries`, or null
   * @param outputBias the network's last bias at the step, 0 if it has none
   */
  constructor(run, layer, found, samples, series, outputBias) {
    const fact = (name) => run.provenance[name] || '';
    const column = (name) => (found.columns[name] ? found.columns[name].values.map(finite) : null);
    this.colours = new Map(); // as the page has them now; light may become dark
    Object.assign(this, {run, layer: layer.name, step: found.step, samples, series, outputBias});
    this.complete = samples.length === run.samples.count; // of very many the server sends some
    this.x = column('weightX') || [];
    this.y = column('weightY') || [];
    this.recorded = found.columns.weightX ? found.columns.weightX.step : null;
    this.units = this.x.length;
    this.space = fact('weightSpace.' + layer.name);
    this.kind = this.space === 'inputs' ? 'inputs' : this.space === 'input and bias' ? 'bias' : 'directions';
    this.norm = this.kind === 'directions' ? column('weightNorm') : null;
    if (!this.norm) this.norm = this.x.map((x, j) => (x === null || this.y[j] === null ? null : Math.hypot(x, this.y[j])));
    this.bias = this.kind === 'inputs' ? column('unitBias') : null;
    this.a = column('outgoingWeight');
    this.outgoing = this.a ? this.a.map((v) => (v === null ? null : Math.abs(v))) : column('outgoingNorm');
    const network = fact('weightSpace.' + layer.name + '.network');
    this.single = network === 'one neuron' && this.units === 1;
    this.loss = lossKind(fact('weightSpace.loss'));
    this.slope = slopeOf(layer.activation);
    // The logistic loss of DL4J holds the sigmoid: what it is a function of is linear.
    if (this.slope === null && this.loss === 'logistic' && layer.activation.toLowerCase() === 'sigmoid') this.slope = 1;
    this.isFunction = this.slope !== null && this.kind !== 'directions' &&
      (this.single || (network === 'two layers, one output' && this.a !== null));
    this.odd = this.x.filter((x, j) => !this.there(j)).length;
  }

  /** Whether a unit's weights are numbers. */
  there(j) {
    return this.x[j] !== null && this.y[j] !== null && this.norm[j] !== null;
  }

  /** What the network computes, for the functions of piecewise.js; units that are no numbers are left out. */
  get net() {
    const ok = this.x.map((x, j) => j).filter((j) => this.there(j) && (this.single || this.a[j] !== null));
    const of = (values) => ok.map((j) => values[j]);
    return {
      units: ok, w1: of(this.x), w2: of(this.y), w: of(this.x),
      b: this.kind === 'bias' ? of(this.y) : ok.map((j) => this.biasOf(j)),
      a: this.single ? ok.map(() => 1) : of(this.a),
      slope: this.slope,
      offset: this.single ? 0 : this.outputBias,
    };
  }

  biasOf(j) {
    return this.bias ? this.bias[j] ?? 0 : 0;
  }

  colour(name) {
    if (!this.colours.has(name)) this.colours.set(name, colour(name));
    return this.colours.get(name);
  }

  /** Colour of a unit by the sign of its outgoing weight. */
  unitColour(j) {
    const a = this.a ? this.a[j] : null;
    return this.colour(a === null || a === 0 ? (this.single ? 'c1' : 'muted') : a > 0 ? 'c1' : 'c2');
  }

  sampleColour(sample, target) {
    const c = this.run.samples.classes[sample] ?? -1;
    if (c >= 0) return this.colour(classShade(c));
    return target === null || target === 0 ? this.colour('muted') : this.colour(classShade(target > 0 ? 1 : 0));
  }

  /** The value between the two sides of a binary problem. */
  get middle() {
    const binary = this.loss !== 'logistic' && this.samples.length > 0 && this.samples.every((s) => s.target === 0 || s.target === 1);
    return binary ? 0.5 : 0;
  }

  /** The first record of the paths that lies after the step. */
  get passed() {
    const {steps} = this.series;
    let [low, high] = [0, steps.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (steps[middle] <= this.step) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  tell(kind, number) {
    return kind === 'unit' ? this.tellUnit(number) : this.tellSample(number);
  }

  tellUnit(j) {
    const text = ['unit ' + j];
    if (!this.there(j)) {
      text.push('its weights are not finite numbers');
    } else {
      const [x, y] = [brief(this.x[j]), brief(this.y[j])];
      text.push(this.kind === 'bias' ? 'weight ' + x + ', bias ' + y
        : (this.kind === 'inputs' ? 'weights ' : 'in the plane ') + '(' + x + ', ' + y + ')');
      if (this.kind !== 'bias') {
        const degrees = (Math.atan2(this.y[j], this.x[j]) * 180) / Math.PI;
        text.push('norm ' + brief(this.norm[j]) + ', direction ' + Math.round(degrees) + '°');
      }
      if (this.bias && this.bias[j] !== null) text.push('bias ' + brief(this.bias[j]));
      if (this.kind === 'bias' && this.x[j] !== 0) text.push('kink at ' + brief(-this.y[j] / this.x[j]));
    }
    if (this.a && this.a[j] !== null) text.push('outgoing weight ' + brief(this.a[j]));
    else if (this.outgoing && this.outgoing[j] !== null) text.push('norm of its outgoing weights ' + brief(this.outgoing[j]));
    return text.join('\n');
  }

  tellSample(sample) {
    const {ids, classes} = this.run.samples;
    const id = ids[sample];
    const c = classes[sample] ?? -1;
    const text = ['sample ' + whole(id === undefined ? sample : id) + (c >= 0 ? ', class ' + c : '')];
    const s = this.samples.find((other) => other.sample === sample);
    if (s) {
      text.push(this.kind === 'bias' ? 'input ' + brief(s.x)
        : (this.kind === 'inputs' ? 'inputs ' : 'in the plane ') + '(' + brief(s.x) + ', ' + brief(s.y) + ')');
      if (s.target !== null) text.push('target ' + brief(s.target));
    }
    return text.join('\n');
  }
}
