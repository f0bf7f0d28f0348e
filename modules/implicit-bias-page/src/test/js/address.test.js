import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {Address, rangeOf, sessionIn} from '../../main/resources/io/github/implicitbias/page/assets/address.js';
import {Store} from '../../main/resources/io/github/implicitbias/page/assets/store.js';

const A = {id: 'aaaa', session: 'my run/1', worker: 'w0'};
const B = {id: 'bbbb', session: 'my run/1', worker: 'w1'};
const C = {id: 'cccc', session: 'other', worker: 'w0'};

afterEach(() => { delete globalThis.location; });

/** An address of a page that shows something. */
function address(href, {embedded = null, now = {}, axis = 'step', compared = [], range = null} = {}) {
  const url = new URL(href);
  globalThis.location = {pathname: url.pathname, search: url.search, hash: url.hash, origin: url.origin, href};
  const zoomed = [];
  const page = {
    embedded, runs: {shown: false}, store: new Store(), axis: {wish: axis}, comparison: {written: compared},
    timeline: {range, zoom: (to) => zoomed.push(to)},
    panel: () => ({kept: null, overview: {kept: null}}),
    state: {now: {runs: [A, C], chosen: A, run: {}, layer: null, follow: true, step: 3, restored: true, ...now}},
  };
  return Object.assign(new Address(page), {zoomed});
}

test('the session is in the path in multi-session mode only', () => {
  assert.equal(sessionIn('/train/my%20run/implicit-bias'), 'my%20run');
  assert.equal(sessionIn('/train/a/implicit-bias/'), 'a');
  assert.equal(sessionIn('/train/implicit-bias'), null);
  assert.equal(sessionIn('/train/a/b/implicit-bias'), null);
});

test('a range of steps is two numbers in their order', () => {
  assert.deepEqual(rangeOf('10~200'), [10, 200]);
  for (const text of ['', '10', '10~', '200~10', '5~5', '1~2~3', '-1~5', '1e3~1e4', '99999999999~5']) assert.equal(rangeOf(text), null, text);
});

test('without a wish the newest run is shown', () => {
  assert.equal(address('http://h/train/implicit-bias').runAmong([A, B]), A);
  assert.equal(address('http://h/train/implicit-bias?session=').runAmong([A, B]), A);
  assert.equal(address('http://h/train/implicit-bias').runAmong([]), null);
});

test('a wish is for a run by its id', () => {
  const twin = {...A, id: 'dddd'};
  assert.equal(address('http://h/train/implicit-bias?run=dddd').runAmong([C, A, twin]), twin);
  assert.equal(address('http://h/train/my%20run%2F1/implicit-bias?run=aaaa').runAmong([C, twin, A]), A);
  const gone = address('http://h/train/implicit-bias?run=eeee');
  assert.equal(gone.runAmong([C, A]), null);
  assert.deepEqual(gone.wish, {run: 'eeee', session: null});
});

test('or for the newest of a session, and of a worker of it', () => {
  const runs = [C, A, B];
  assert.equal(address('http://h/train/implicit-bias?session=my+run%2F1').runAmong(runs), A);
  assert.equal(address('http://h/train/implicit-bias?session=my+run%2F1&worker=w1').runAmong(runs), B);
  assert.equal(address('http://h/train/my%20run%2F1/implicit-bias?worker=w1').runAmong(runs), B);
  assert.equal(address('http://h/train/implicit-bias?session=gone').runAmong(runs), null);
});

test('a path that nobody can read asks for nothing', () => {
  assert.equal(address('http://h/train/%E0%A4%A/implicit-bias').runAmong([C, A]), C);
});

test('the step asked for is taken once', () => {
  const asked = address('http://h/train/implicit-bias?step=120');
  assert.equal(asked.takeStep(), 120);
  assert.equal(asked.takeStep(), null);
  assert.equal(address('http://h/train/implicit-bias?step=abc').takeStep(), null);
  assert.equal(address('http://h/train/implicit-bias').takeStep(), null);
});

test('a page that follows the training has no step in its address', () => {
  assert.equal(address('http://h/train/implicit-bias').link, 'http://h/train/implicit-bias?run=aaaa');
});

test('the layer is in the address by its index, the first one too', () => {
  assert.equal(address('http://h/train/implicit-bias', {now: {layer: 0}}).link, 'http://h/train/implicit-bias?run=aaaa&layer=0');
  assert.equal(address('http://h/train/implicit-bias?layer=2').wantedLayer, 2);
  assert.equal(address('http://h/train/implicit-bias?layer=conv').wantedLayer, null);
  assert.equal(address('http://h/train/implicit-bias').wantedLayer, null);
});

test('what is not as it always begins is in the address', () => {
  const found = address('http://h/train/implicit-bias', {now: {follow: false, step: 77, runs: [A, B]}, axis: 'log', compared: ['cccc'], range: [5, 50]});
  found.page.store.set({chosenUnit: 4});
  assert.equal(found.link, 'http://h/train/implicit-bias?run=aaaa&step=77&axis=log&compare=cccc&unit=4&zoom=5%7E50');
});

test('in multi-session mode the session is in the path of the link, too', () => {
  assert.equal(address('http://h/train/my%20run%2F1/implicit-bias').link, 'http://h/train/my%20run%2F1/implicit-bias?run=aaaa');
});

test('a saved page keeps what is shown behind a hash', () => {
  const found = address('file:///tmp/run.html#step=4', {embedded: {}, now: {follow: false, step: 9}});
  assert.equal(found.takeStep(), 4);
  assert.equal(found.link, 'file:///tmp/run.html#step=9');
});

test('what an address asks for is done again', () => {
  const found = address('http://h/train/implicit-bias?unit=3&zoom=10~90');
  found.restore();
  assert.equal(found.page.store.get('chosenUnit'), 3);
  assert.deepEqual(found.zoomed, [[10, 90]]);
  const bad = address('http://h/train/implicit-bias?unit=-3&zoom=90~10');
  bad.restore();
  assert.equal(bad.page.store.get('chosenUnit'), null);
  assert.deepEqual(bad.zoomed, []);
});
