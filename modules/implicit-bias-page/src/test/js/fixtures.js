// A run as the server answers, for tests: three layers, metrics of ours and of a user, two predictions.

export const definition = (more = {}) =>
  ({title: '', unit: '', group: '', chart: '', charted: true, formula: '', applies: '', source: '', expectation: '', ...more});

const DEFINITIONS = [
  definition({title: 'stable rank', group: 'Norms, balance and rank', chart: 'Rank of the weight matrix', formula: 'r', expectation: 'It falls.'}),
  definition({title: 'effective rank', group: 'Norms, balance and rank', chart: 'Rank of the weight matrix'}),
  definition({title: 'rotation', unit: 'radians', group: 'Distance to reference solutions'}),
  definition({charted: false}),
  definition({title: 'what the jury thinks', group: 'Jury', chart: 'Verdicts of the jury'}),
  definition({title: 'Untergrenze', group: 'Jury'}),
];

const column = (name, kind, id, more = {}) => ({name, id, kind, layer: null, prediction: null, definition: null, ...more});

/** Names that say nothing, or something wrong: nobody may read them. */
export const COLUMNS = [
  ...['time', 'flowTime', 'learningRate', 'score', 'loss'].map((id) => column('basic of ' + id, 'basic', id)),
  column('c5', 'metric', 'stableRank', {layer: 0, definition: 0}),
  column('c6', 'metric', 'stableRank', {layer: 1, definition: 0}),
  column('c7', 'metric', 'effectiveRank', {layer: 0, definition: 1}),
  column('c8', 'metric', 'effectiveRank', {layer: 1, definition: 1}),
  column('c9', 'metric', 'rotation', {definition: 2}),
  column('c10', 'metric', 'activations', {layer: 0, definition: 3}),
  column('lower.bound', 'metric', 'lower.bound', {definition: 5}),
  column('jury.verdict', 'metric', 'jury.verdict', {definition: 4}),
  column('jury.measured', 'metric', 'jury.measured', {definition: 4}),
  column('jury.bound', 'metric', 'jury.bound', {definition: 4}),
  column('my[layer0]', 'metric', 'my[layer0]'),
  column('p0', 'verdict', 'jury', {prediction: 0}),
  column('p1', 'measured', 'jury', {prediction: 0}),
  column('p2', 'bound', 'jury', {prediction: 0}),
  column('p3', 'verdict', 'marginGrows', {prediction: 1}),
];

export const RUN = {
  id: '0123456789abcdef0123456789abcdef', session: 's', worker: 'w', name: '', startedAt: 1000, provenance: {},
  layers: [{name: 'layer0', index: 0, units: 4, activation: 'relu'}, {name: 'a [b]', index: 2, units: 3, activation: 'relu'}],
  layersLeftOut: 0, samples: {ids: [0, 1], classes: [0, 1], count: 2},
  columns: COLUMNS, columnsLeftOut: 0,
  sampleColumns: [{name: 's0', id: 'marginSupport', layer: null, definition: null}, {name: 's1', id: 'inputX', layer: null, definition: null}],
  unitColumns: [{name: 'u0', id: 'weightX', layer: 0, definition: null}, {name: 'u1', id: 'weightX', layer: 1, definition: null}],
  definitions: DEFINITIONS,
  predictions: [{id: 'jury', statement: 'Die Jury irrt nie.', source: '', tolerance: '', measured: '', bound: ''},
    {id: 'marginGrows', statement: 'The margin grows.', source: 'arXiv:1234.56789', tolerance: '', measured: '', bound: ''}],
};
