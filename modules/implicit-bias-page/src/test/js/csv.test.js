import assert from 'node:assert/strict';
import test from 'node:test';
import {csv, isEmpty, safe} from '../../main/resources/io/github/implicitbias/page/assets/csv.js';

const line = (...cells) => csv({columns: ['c'], rows: [cells]}).split('\r\n').slice(1).join('\r\n').replace(/\r\n$/, '');

test('a table has its columns first and ends every line as RFC 4180 says', () => {
  assert.equal(csv({columns: ['step', 'loss'], rows: [[0, 0.1], [1, null]]}), 'step,loss\r\n0,0.1\r\n1,\r\n');
});

test('numbers are in full precision', () => {
  assert.equal(line(0.1 + 0.2, 1e-300, -1234567.25), '0.30000000000000004,1e-300,-1234567.25');
});

test('what is absent is empty', () => {
  assert.equal(line(null, undefined, NaN, 0, ''), ',,,0,');
  assert.deepEqual([null, undefined, NaN, 0, '', false].map(isEmpty), [true, true, true, false, false, false]);
});

test('commas, quotes and line ends are within quotes', () => {
  assert.equal(line('a,b', 'say "so"', 'two\nlines'), '"a,b","say ""so""","two\nlines"');
});

test('a text that begins like a formula is defused, a number is not', () => {
  for (const text of ['=1+1', '+1', '-1+2', '-x', '@SUM(A1)', '\tx']) assert.equal(line(text), "'" + text);
  assert.equal(line('\r=1'), '"\'\r=1"');
  assert.equal(line('=HYPERLINK("http://x","y")'), '"\'=HYPERLINK(""http://x"",""y"")"');
  assert.equal(line(-1), '-1');
  assert.equal(line('-Infinity'), '-Infinity');
  assert.equal(line('-1', '-2.5'), '-1,-2.5');
  assert.equal(line('a=b'), 'a=b');
});

test('the names of columns are defused, too', () => {
  assert.equal(csv({columns: ['=cmd()', 'a'], rows: []}), "'=cmd(),a\r\n");
});

test('a name of a file is one that every file system takes', () => {
  assert.equal(safe('my run/1: a?'), 'my_run_1_a_');
  assert.equal(safe('../../etc'), 'etc');
  assert.equal(safe('прогон-1'), 'прогон-1');
  assert.equal(safe(''), 'run');
  assert.equal(safe('...'), 'run');
  assert.equal(safe('x'.repeat(300)).length, 80);
});
