// The page's words in the reader's language. The key of a word is its English text, which is also
// what is shown where a language lacks it. Metric names, formulas and statements stay English.

const CATEGORIES = ['one', 'few', 'many', 'other'];

let known = {};
let language = 'en';

/** From now on words are looked up in a table of a language. */
export function install(table, of = 'en') {
  known = table;
  language = of;
}

/** The table that the server has put into the page. */
export function installFrom(page) {
  const block = page.getElementById('words');
  install(block ? JSON.parse(block.textContent) : {}, page.documentElement.lang || 'en');
}

const fill = (text, values) => text.replace(/\{(\d)\}/g, (all, k) => values[k] ?? all);

/** A text, with values in place of {0}, {1}. */
export const t = (text, ...values) => fill(known[text] ?? text, values);

/** A text with forms for numbers, as in '{0} record|{0} records', in the form for n. */
export function counted(n, text, ...values) {
  const rules = new Intl.PluralRules(text in known ? language : 'en');
  const has = rules.resolvedOptions().pluralCategories;
  const forms = (known[text] ?? text).split('|');
  const at = CATEGORIES.filter((c) => has.includes(c)).indexOf(rules.select(n));
  return fill(forms[Math.min(at, forms.length - 1)], values);
}
