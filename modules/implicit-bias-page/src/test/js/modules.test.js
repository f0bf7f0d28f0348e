// Every module of the page can be imported where there is no document.

import assert from 'node:assert/strict';
import {readdirSync, readFileSync} from 'node:fs';
import test from 'node:test';

const ASSETS = new URL('../../main/resources/io/github/implicitbias/page/assets/', import.meta.url);
const modules = readdirSync(ASSETS).filter((name) => name.endsWith('.js'));
const source = (name) => readFileSync(new URL(name, ASSETS), 'utf8');

test('there are modules', () => assert.ok(modules.length > 30));

for (const name of modules) {
  test(name + ' is imported without a document', async () => {
    assert.equal(typeof await import(new URL(name, ASSETS)), 'object');
  });
}

test('every module but the first is needed by another', () => {
  const needed = new Set(modules.flatMap((name) => [...source(name).matchAll(/from '\.\/([a-z-]+\.js)'/g)].map((found) => found[1])));
  assert.deepEqual(modules.filter((name) => !needed.has(name)), ['main.js']);
  assert.deepEqual([...needed].filter((name) => !modules.includes(name)), []);
});

test('only the words and the source of answers are variables of a module', () => {
  const variables = modules.flatMap((name) => source(name).split('\n').filter((line) => /^(let|var) /.test(line)).map((line) => name + ': ' + line));
  assert.deepEqual(variables, ['api.js: let source = http;', 'words.js: let known = {};', "words.js: let language = 'en';"]);
});

test('imports are not circular', () => {
  const needs = new Map(modules.map((name) => [name, [...source(name).matchAll(/from '\.\/([a-z-]+\.js)'/g)].map((found) => found[1])]));
  const done = new Set();
  const visit = (name, path) => {
    assert.ok(!path.includes(name), 'circle: ' + [...path, name].join(' -> '));
    if (done.has(name)) return;
    for (const other of needs.get(name)) visit(other, [...path, name]);
    done.add(name);
  };
  for (const name of modules) visit(name, []);
});
