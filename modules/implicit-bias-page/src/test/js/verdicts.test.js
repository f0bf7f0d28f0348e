import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {byReason, hasCard, inOrder, nearestOf, piecesOf, reasons, stateOf, summaryOf} from '../../main/resources/io/github/implicitbias/page/assets/verdicts.js';
import {install} from '../../main/resources/io/github/implicitbias/page/assets/words.js';

afterEach(() => install({}, 'en'));

const verdict = (id, state, more = {}) => ({id, state, applied: state !== 'notApplicable', detail: '', conditions: [], ...more});

test('a state is a code: what it is called is for the page to say', () => {
  assert.deepEqual(stateOf(verdict('a', 'holds')), {look: 'holds', sign: '●', words: 'holds so far'});
  install({'holds so far': 'gilt bisher', 'not judged yet': 'noch nicht beurteilt'}, 'de');
  assert.equal(stateOf(verdict('a', 'holds')).words, 'gilt bisher');
  assert.equal(stateOf(verdict('a', null)).words, 'noch nicht beurteilt');
});

test('a prediction that has applied before applies no longer', () => {
  assert.equal(stateOf(verdict('a', 'notApplicable', {applied: true})).words, 'no longer applies');
  assert.equal(stateOf(verdict('a', 'notApplicable')).words, 'not applicable');
  assert.ok(hasCard(verdict('a', 'notApplicable', {applied: true})));
  assert.ok(!hasCard(verdict('a', 'notApplicable')));
  assert.ok(hasCard(verdict('a', null)));
});

test('a state that is not known looks as if nobody had judged', () => {
  assert.equal(stateOf(verdict('a', 'somethingNew')).look, 'unjudged');
  assert.deepEqual(inOrder([verdict('a', 'somethingNew'), verdict('b', 'violated')]).map(({id}) => id), ['b', 'a']);
});

test('what needs attention is first, and otherwise the order stays', () => {
  const all = ['notApplicable', null, 'holds', 'reached', 'violated', 'holds'].map((state, k) => verdict('p' + k, state));
  assert.deepEqual(inOrder(all).map(({id}) => id), ['p4', 'p3', 'p2', 'p5', 'p1', 'p0']);
  assert.deepEqual(all.map(({id}) => id), ['p0', 'p1', 'p2', 'p3', 'p4', 'p5'], 'the list itself stays');
});

test('states are counted in the order of the cards', () => {
  const all = [verdict('a', 'holds'), verdict('b', null), verdict('c', 'holds'), verdict('d', 'violated')];
  assert.deepEqual(summaryOf(all).map(({look, count}) => [look, count]), [['violated', 1], ['holds', 2], ['unjudged', 1]]);
  assert.deepEqual(summaryOf([]), []);
});

test('a text in any language, also one that is worded like a state, is only a text', () => {
  const odd = verdict('jury', 'violated', {detail: 'holds so far; nicht anwendbar: 0.5 < 1'});
  assert.equal(stateOf(odd).look, 'violated');
  assert.deepEqual(reasons(odd), ['holds so far; nicht anwendbar: 0.5 < 1']);
});

test('the reasons are the unmet conditions, each once, or what the verdict says', () => {
  const unmet = (...texts) => texts.map((text) => ({met: false, text}));
  assert.deepEqual(reasons(verdict('a', 'notApplicable', {detail: 'x; y', conditions: [...unmet('x', 'y', 'x'), {met: true, text: 'z'}]})), ['x', 'y']);
  assert.deepEqual(reasons(verdict('a', 'notApplicable', {detail: 'x'})), ['x']);
  assert.deepEqual(reasons(verdict('a', 'notApplicable')), []);
});

test('predictions are grouped by the reason that the most have in common', () => {
  const of = (id, ...texts) => verdict(id, 'notApplicable', {conditions: texts.map((text) => ({met: false, text}))});
  const groups = byReason([of('a', 'one output', 'labels'), of('b', 'labels'), of('c', 'labels', 'depth'), of('d', 'depth'), of('e')]);
  assert.deepEqual(groups.map(([reason, members]) => [reason, members.map(({verdict: {id}, more}) => [id, more])]), [
    ['labels', [['a', ['one output']], ['b', []], ['c', ['depth']]]], ['depth', [['d', []]]], ['–', [['e', []]]]]);
});

test('the name of a paper in a source is a link, whatever is around it', () => {
  assert.deepEqual(piecesOf('see arXiv:2108.01815, Theorem 1; arXiv 1234.5678'), [
    {text: 'see '}, {text: 'arXiv:2108.01815', link: 'https://arxiv.org/abs/2108.01815'}, {text: ', Theorem 1; '},
    {text: 'arXiv 1234.5678', link: 'https://arxiv.org/abs/1234.5678'}]);
  assert.deepEqual(piecesOf('a book'), [{text: 'a book'}]);
  assert.deepEqual(piecesOf(''), []);
});

test('nearest are those with at most two conditions that are not met, the fewest first', () => {
  const lacks = (id, unmet, met) => verdict(id, 'notApplicable', {conditions: [...Array.from({length: unmet}, () => ({met: false, text: 'no'})), ...Array.from({length: met}, () => ({met: true, text: 'yes'}))]});
  const near = nearestOf([lacks('two', 2, 9), lacks('one', 1, 3), lacks('three', 3, 9), lacks('more', 1, 8), lacks('nothing', 1, 0), lacks('unsaid', 0, 0)]);
  assert.deepEqual(near.map(({id}) => id), ['more', 'one', 'two']);
  assert.equal(nearestOf(Array.from({length: 9}, (_, k) => lacks('p' + k, 1, 1))).length, 5);
});
