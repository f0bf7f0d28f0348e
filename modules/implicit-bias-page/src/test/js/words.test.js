import assert from 'node:assert/strict';
import test, {afterEach} from 'node:test';
import {counted, install, installFrom, t} from '../../main/resources/io/github/implicitbias/page/assets/words.js';

afterEach(() => install({}, 'en'));

const RECORDS = '{0} record|{0} records';

test('without a table the key is what is shown', () => {
  assert.equal(t('Loss'), 'Loss');
  assert.equal(t('step {0}', 7), 'step 7');
  assert.equal(counted(1, RECORDS, '1'), '1 record');
  assert.equal(counted(2, RECORDS, '2'), '2 records');
  assert.equal(counted(0, RECORDS, '0'), '0 records');
});

test('a table gives words and the order of their values', () => {
  install({'the {0} largest of {1}': 'von {1} die {0} größten'}, 'de');
  assert.equal(t('the {0} largest of {1}', 3, 9), 'von 9 die 3 größten');
});

test('a value that is not given leaves its place as it is', () => {
  assert.equal(t('{0} of {1}', 3), '3 of {1}');
});

test('a value that looks like a place is not filled again', () => {
  assert.equal(t('{0} and {1}', '{1}', 'b'), '{1} and b');
});

test('Russian has three forms for whole numbers', () => {
  install({[RECORDS]: '{0} запись|{0} записи|{0} записей'}, 'ru');
  assert.deepEqual([1, 2, 5, 11, 21, 22, 25].map((n) => counted(n, RECORDS, n)),
    ['1 запись', '2 записи', '5 записей', '11 записей', '21 запись', '22 записи', '25 записей']);
});

test('Japanese has one form', () => {
  install({[RECORDS]: '{0} 件'}, 'ja');
  assert.deepEqual([1, 2].map((n) => counted(n, RECORDS, n)), ['1 件', '2 件']);
});

test('a text that the table lacks is counted as in English', () => {
  install({Loss: 'Потеря'}, 'ru');
  assert.equal(counted(21, RECORDS, 21), '21 records');
});

test('the table of a page is in its block of words, if it has one', () => {
  const page = (block, lang) => ({getElementById: () => block, documentElement: {lang}});
  installFrom(page({textContent: '{"Loss":"Verlust"}'}, 'de'));
  assert.equal(t('Loss'), 'Verlust');
  installFrom(page(null, ''));
  assert.equal(t('Loss'), 'Loss');
});
