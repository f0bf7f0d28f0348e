import assert from 'node:assert/strict';
import test from 'node:test';
import {countOf, epochSeries, lostStretches, placed, sparkLines, summaryOf, urgent} from '../../main/resources/io/github/implicitbias/page/assets/findings.js';

const finding = (level, more = {}) => ({rule: 'deadUnits', level, text: 'Units are dead.', since: 36, advice: 'Lower the rate.', evidence: [], href: 'network', layer: 0, unit: -1, sample: -1, ...more});
const ANSWER = {
  level: 'attention', headline: ['Training works.', 'But a quarter of layer0 is dead.'], next: 'lower the rate',
  tiles: [{id: 'fit', level: 'good', value: '0.02', steps: [0, 5], values: [1, 'NaN']}, ...Array.from({length: 8}, (_, k) => ({id: 't' + k, level: 'waiting', value: '–'}))],
  findings: [finding('good', {since: null}), finding('attention'), finding('problem', {since: 210}), finding('information', {since: -1})],
  epochs: {step: [10, 20, 30], train: [1, 0.5, 0.2], test: [1, null, 0.4], right: [0.5, 0.7, 0.9], testRight: [null, null, 0.8]},
  lastFinite: 209,
};

test('findings come by their level, and places that they do not name are null', () => {
  const {findings} = summaryOf(ANSWER);
  assert.deepEqual(findings.map(({level}) => level), ['problem', 'attention', 'information', 'good']);
  assert.deepEqual([findings[0].layer, findings[0].unit, findings[0].sample], [0, null, null]);
  assert.equal(findings[2].since, null);
});

test('there are six tiles at most, and what is not a number is none', () => {
  const {tiles} = summaryOf(ANSWER);
  assert.equal(tiles.length, 6);
  assert.deepEqual(tiles[0].values, [1, null]);
  assert.deepEqual(tiles[1].values, []);
});

test('a run without findings is one, and so is no answer at all', () => {
  for (const nothing of [null, {}, {findings: []}]) {
    const summary = summaryOf(nothing);
    assert.deepEqual([summary.findings, summary.tiles, summary.headline, summary.next, summary.lastFinite], [[], [], [], '', null]);
    assert.deepEqual(placed(summary), []);
    assert.deepEqual(epochSeries(summary, 'test'), {steps: [], values: []});
  }
  assert.deepEqual(placed(null), []);
});

test('a level that nobody knows is information', () => {
  assert.equal(summaryOf({level: 'catastrophe'}).level, 'information');
});

test('what needs somebody is counted, and a problem is graver', () => {
  const summary = summaryOf(ANSWER);
  assert.deepEqual(urgent(summary), {count: 2, level: 'problem'});
  assert.deepEqual(urgent(summaryOf({findings: [finding('attention'), finding('good')]})), {count: 1, level: 'attention'});
  assert.equal(countOf(summary, 'good'), 1);
});

test('only findings with a step that are not good news have a place in the lanes', () => {
  assert.deepEqual(placed(summaryOf(ANSWER)).map(({since}) => since), [210, 36]);
});

test('epochs without a number are left out of their line', () => {
  const summary = summaryOf(ANSWER);
  assert.deepEqual(epochSeries(summary, 'test'), {steps: [10, 30], values: [1, 0.4]});
  assert.deepEqual(epochSeries(summary, 'testRight'), {steps: [30], values: [0.8]});
});

test('stretches without numbers end where there are numbers again, or where the run ends', () => {
  const events = [{kind: 'unitDied', step: 3}, {kind: 'notFinite', step: 10}, {kind: 'notFinite', step: 11}, {kind: 'finiteAgain', step: 15}, {kind: 'notFinite', step: 40}];
  assert.deepEqual(lostStretches(events, 60), [[10, 15], [40, 60]]);
  assert.deepEqual(lostStretches([], 60), []);
});

test('a small line is interrupted where there is no number, and flat where all are the same', () => {
  const box = {width: 104, height: 24};
  assert.deepEqual(sparkLines([0, 1, 2], [1, 3, 2], box), ['2.0,22.0 52.0,2.0 102.0,12.0']);
  assert.deepEqual(sparkLines([0, 1, 2, 3], [1, null, 1, 1], box), ['2.0,12.0', '68.7,12.0 102.0,12.0']);
  assert.deepEqual(sparkLines([0, 1], [1, null], box), []);
});

test('lines of one picture have one scale', () => {
  const size = {width: 100, height: 30, range: [0, 10], domain: [0, 100]};
  assert.deepEqual(sparkLines([50, 100], [10, 0], size), ['50.0,2.0 98.0,28.0']);
  assert.deepEqual(sparkLines([0, 100], [5, 5], size), ['2.0,15.0 98.0,15.0']);
});
