// Formulas in sentences: finds them and makes them MathML. Pure: what is made is a tree [tag, attributes, ...children].

const GREEK = {alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', eps: 'ε', epsilon: 'ε', eta: 'η', theta: 'θ', kappa: 'κ', lambda: 'λ',
  mu: 'μ', pi: 'π', rho: 'ρ', sigma: 'σ', tau: 'τ', phi: 'φ', omega: 'ω', Delta: 'Δ', Lambda: 'Λ', Sigma: 'Σ', Phi: 'Φ'};
const SIGNS = {'-': '−', '*': '·', '.': '·', '<=': '≤', '>=': '≥', '->': '→', '!=': '≠', '~': '≈', '||': '‖', "'": '′'};
const CALLS = new Set(['norm', 'abs', 'sqrt', 'log', 'ln', 'exp', 'cos', 'sin', 'tr', 'max', 'min', 'rms', 'rank', 'sign', 'mean', 'std', 'var', 'sum', 'grad', 'diag']);
const APPLIED = new Set(['log', 'ln', 'cos', 'sin', 'tr', 'max', 'min', 'sum', 'grad', 'rms']); // also without parentheses
const RELATIONS = new Set(['=', '<', '>', '<=', '>=', '->', '!=', '~']);
const BINARY = new Set(['+', '-', ...RELATIONS]);
const CLOSING = {'(': ')', '[': ']', '{': '}', '|': '|', '||': '||', '⟨': '⟩'};
const TOKEN = new RegExp([
  'arXiv:[\\w./]*\\w', '\\d+(?:-\\d+){2,}', '\\d+-[A-Za-z]+', // names, not arithmetic
  "[A-Za-zÀ-ž][A-Za-z0-9]+(?:[-'][A-Za-z]+)*", "[A-Za-z](?:-[A-Za-z]{2,}|'s(?![A-Za-z]))", '[A-Za-z]',
  '\\d{1,3}(?:,\\d{3})+(?![\\d])', '\\d+(?:\\.\\d+)?(?:[eE][-+]?\\d+)?',
  '<=|>=|->|!=|\\|\\||\\S'].join('|'), 'g');

const LONG = 24; // characters of a formula that may break at its sums

/** The tokens of a text: {s, at, end, loose: after a space, kind: word, name, number or sign}. */
function tokens(text) {
  const found = [...text.matchAll(TOKEN)].map(({0: s, index: at}) => ({s, at, end: at + s.length, loose: at === 0 || /\s/.test(text[at - 1])}));
  found.forEach((token, i) => {
    const {s} = token;
    const next = found[i + 1];
    const tight = next && !next.loose ? next.s : '';
    token.kind = /^\d+(?:,\d{3})*(?:\.\d+)?(?:[eE][-+]?\d+)?$/.test(s) ? 'number' : !/^[A-Za-zÀ-ž\d]/.test(s) ? 'sign' : 'word';
    if (token.kind !== 'word') return;
    const script = i > 0 && !token.loose && /[_^]/.test(found[i - 1].s);
    if (script || s.length === 1 || s.replace(/\d$/, '') in GREEK || tight === '_' || tight === '^' || (CALLS.has(s) && '(_'.includes(tight || '-'))) token.kind = 'name';
  });
  let inner = 0; // products that are open
  found.forEach((token, i) => {
    if (token.s === '<' && found[i + 1] && !found[i + 1].loose && (token.loose || /[[(−-]/.test(found[i - 1].s))) {
      token.s = '⟨';
      inner++;
    } else if (token.s === '>' && !token.loose && inner > 0) {
      token.s = '⟩';
      inner--;
    }
  });
  const operand = (token) => token && token.kind !== 'sign';
  found.forEach((token, i) => {
    const [before, next] = [found[i - 1], found[i + 1]];
    if (i && !token.loose && /[_^]/.test(before.s)) return;
    // "a" and "A" are articles before a word, "x" is a sign between two operands.
    if (/^[aAI]$/.test(token.s) && token.kind === 'name' && (token.s === 'I' || operand(next))) token.kind = 'word';
    if (token.s === 'x' && token.loose && next?.loose && before && (operand(next) || '(|'.includes(next.s))
      && (before.kind !== 'word' ? operand(before) || ')|'.includes(before.s) || (before.s === ',' && CALLS.has(next.s)) : !/^(of|for|at|where|on|and|with|is|all|each|in)$/.test(before.s))) {
      Object.assign(token, {kind: 'sign', s: '×'});
    }
    if (APPLIED.has(token.s) && next && (next.kind === 'name' || next.kind === 'number' || next.s === '|')) token.kind = 'name';
  });
  return found;
}

const isStrong = ({kind, s}) => kind === 'name' || s === '^' || s === '_' || (kind === 'number' && /e/i.test(s));

/** Runs of tokens that are formulas: [from, to). Words are part of one within parentheses of it only. */
function runs(all) {
  const found = [];
  let from = -1;
  let open = []; // places of what is open
  const close = (to) => {
    // What is open at the end, and signs about it, are of the sentence.
    while (from >= 0 && from < to) {
      const outer = open.filter((at) => at >= from);
      const end = outer.length ? outer[0] : to;
      take(from, end);
      from = outer.length ? outer[0] + 1 : to;
      open = outer.slice(1);
    }
    from = -1;
    open = [];
  };
  const take = (a, b) => {
    const skip = (at) => all[at].kind === 'sign' && !/^[|([{⟨]$|^\|\|$/.test(all[at].s);
    while (a < b && skip(a) && !(all[a].s === '-' && a + 1 < b && (a === 0 || !all[a + 1].loose))) a++;
    while (a < b && all[b - 1].kind === 'sign' && !/^[)\]}⟩|*']$|^\|\|$/.test(all[b - 1].s) && !(/^[-+]$/.test(all[b - 1].s) && !all[b - 1].loose)) b--;
    if (all.slice(a, b).some(isStrong)) found.push([a, b]);
  };
  const inCall = () => open.some((at) => at > 0 && at > from && !all[at].loose && (all[at - 1].kind === 'name' || /^[\^_]$/.test(all[at - 1].s)));
  all.forEach((token, i) => {
    const {s, kind} = token;
    if (kind === 'word' && !inCall()) return close(i);
    if (from < 0) from = i;
    if ('([{⟨'.includes(s)) open.push(i);
    else if (')]}⟩'.includes(s)) {
      if (open.length) open.pop();
      else close(i);
    } else if (open.length === 0 && (/^[;:…%"“”→]$/.test(s) || (/^[.,]$/.test(s) && (!all[i + 1] || (all[i + 1].loose && !(s === '.' && token.loose)))))) close(i);
    return undefined;
  });
  close(all.length);
  return found;
}

const row = (items) => (items.length === 1 ? items[0] : ['mrow', {}, ...items]);
const sign = (s, more = {}) => ['mo', more, SIGNS[s] ?? s];
const space = () => ['mspace', {width: '0.17em'}];
const upright = (s) => ['mi', s.length === 1 ? {mathvariant: 'normal'} : {}, s];
const name = (s) => (s in GREEK ? ['mi', {}, GREEK[s]] : s.length === 1 ? ['mi', {}, s] : s.length === 2 && /^[a-z]+$/.test(s) && !CALLS.has(s) ? row([...s].map((c) => ['mi', {}, c])) : upright(s));

/** Reads the tokens of one formula; what is not well formed stays as it is written. */
class Reader {
  constructor(list) {
    this.list = list;
    this.i = 0;
  }

  get next() { return this.list[this.i]; }
  is(s, tight = false) { return this.next?.s === s && !(tight && this.next.loose); }

  /** Items up to a closing sign: operands and operators. */
  items(until) {
    const items = [];
    let from = 0; // where the product begins that a fraction takes
    while (this.next && !(until && this.is(until) && items.length)) {
      const {s, loose, kind} = this.next;
      const after = this.list[this.i + 1];
      if (s === '/' && loose && after?.loose && items.length > from) {
        this.i++;
        const above = items.splice(from).filter((item) => item[0] !== 'mspace');
        items.push(['mfrac', {}, bare(above), bare([this.operand()])]);
      } else if (kind === 'sign' && !(s in CLOSING)) {
        this.i++;
        items.push(sign(s, BINARY.has(s) && items.length && items.at(-1)[0] !== 'mo' ? {form: 'infix'} : {}));
        if (BINARY.has(s) || s === ',' || s === '×' || (s === '-' && items.length === 1)) from = items.length;
      } else {
        if (items.length && items.at(-1)[0] !== 'mo' && loose) items.push(space());
        items.push(this.operand());
      }
    }
    return items;
  }

  /** What stands between an opening sign, which is next, and its closing one. */
  within() {
    const until = CLOSING[this.list[this.i++].s];
    const items = this.items(until);
    if (this.is(until)) this.i++;
    return items;
  }

  operand() {
    const {s, kind} = this.next;
    let made;
    if (s in CLOSING) {
      const closing = CLOSING[s];
      made = row([sign(s, {form: 'prefix', stretchy: 'false'}), ...this.within(), sign(closing, {form: 'postfix', stretchy: 'false'})]);
    } else {
      this.i++;
      if (kind === 'sign') return this.next ? row([sign(s), this.operand()]) : sign(s);
      if (this.is('(', true) && (s === 'norm' || s === 'abs')) {
        const bar = s === 'norm' ? '‖' : '|';
        made = row([sign(bar, {form: 'prefix', stretchy: 'false'}), ...this.within(), sign(bar, {form: 'postfix', stretchy: 'false'})]);
      } else if (this.is('(', true) && s === 'sqrt') made = ['msqrt', {}, ...this.within()];
      else if (kind === 'number') made = numeral(s);
      else if (s === 'sum') made = sign('∑', {form: 'prefix', largeop: 'false'});
      else if (s === 'grad') made = sign('∇', {form: 'prefix'});
      else if (kind === 'word') made = ['mtext', {}, s];
      else if (/[a-z]\d$/.test(s)) made = ['msub', {}, name(s.slice(0, -1)), ['mn', {}, s.slice(-1)]];
      else made = name(s);
    }
    made = this.scripts(made, kind);
    if (kind !== 'name' || !this.next) return made;
    if (this.is('(', true)) return row([made, this.operand()]);
    const {next} = this;
    return APPLIED.has(s) && (next.kind !== 'sign' || next.s in CLOSING) ? row([made, space(), this.operand()]) : made;
  }

  scripts(base, kind) {
    const low = [];
    const high = [];
    while (this.next && !this.next.loose) {
      const {s} = this.next;
      const after = this.list[this.i + 1];
      const ends = !after || after.loose || /^[)\]}⟩^_,.;|]/.test(after.s);
      if (s === "'") high.push(sign(s));
      else if (s === '_' || s === '^') {
        this.i++;
        if (!this.next) break;
        (s === '_' ? low : high).push(this.script());
        continue;
      } else if (kind === 'name' && ends && s === '*') high.push(['mo', {}, '*']);
      else if (kind === 'name' && ends && /^[-+]$/.test(s)) low.push(sign(s));
      else break;
      this.i++;
    }
    if (!low.length && !high.length) return base;
    return [['msup', 'msub', 'msubsup'][(low.length ? 1 : 0) + (low.length && high.length ? 1 : 0)], {}, base, ...(low.length ? [row(low)] : []), ...(high.length ? [row(high)] : [])];
  }

  script() {
    const {s, kind} = this.next;
    if (s === '(' || s === '{') return row(this.within());
    this.i++;
    if (/^[-+]$/.test(s) && this.next && !this.next.loose && this.next.kind !== 'sign') return row([sign(s, {form: 'prefix'}), this.script()]);
    const made = kind === 'sign' ? (s === '*' ? ['mo', {}, s] : sign(s)) : kind === 'number' ? ['mn', {}, s] : name(s);
    if (!this.is('_', true)) return made;
    this.i++;
    return ['msub', {}, made, this.script()];
  }
}

/** A row without the parentheses that enclose all of it. */
function bare(items) {
  const [only] = items;
  if (items.length > 1 || only[0] !== 'mrow' || only[2]?.[2] !== '(') return row(items);
  return row(only.slice(3, -1));
}

function numeral(s) {
  const [digits, power] = s.split(/e/i);
  if (power === undefined) return ['mn', {}, s];
  const exponent = Number(power);
  const ten = ['msup', {}, ['mn', {}, '10'], exponent < 0 ? row([sign('-', {form: 'prefix'}), ['mn', {}, String(-exponent)]]) : ['mn', {}, String(exponent)]];
  return digits === '1' ? ten : row([['mn', {}, digits], sign('*'), ten]);
}

/** Places within a run at which a line may break: before relations, and before sums of what is long. */
function breaks(list) {
  const places = [0];
  const long = list.at(-1).end - list[0].at > LONG;
  const open = [];
  list.forEach(({s, loose}, i) => {
    if (open.length && s === open.at(-1)) open.pop();
    else if (s in CLOSING) open.push(CLOSING[s]);
    else if (!open.length && i && loose && list[i + 1]?.loose && (RELATIONS.has(s) || (long && BINARY.has(s)))) places.push(i);
  });
  return [...places, list.length];
}

/** What is left as text, with its signs as they are printed. */
const prose = (text) => text.replace(/(^|\s)(<=|>=|->|!=)(?=\s|$)/g, (all, before, s) => before + SIGNS[s])
  .replace(/(^|[\w)|]) x (?=\w|$)/g, (all, a, at) => (/(?:^|\W)(?:of|for|at|where|on|and|with|is|all|each|in)$/.test(text.slice(0, at + 1)) ? all : a + ' × '))
  .replace(/(^|[\s(])-(?=\d)/g, '$1−');

/** A text in pieces: strings, and {math, text} for a formula, its tree and how it is written. */
export function formulasIn(text) {
  const all = tokens(text);
  const pieces = [];
  let at = 0;
  const plain = (to) => { if (to > at) pieces.push(prose(text.slice(at, to))); };
  for (const [from, to] of runs(all)) {
    const list = all.slice(from, to);
    plain(list[0].at);
    const places = breaks(list);
    for (let k = 0; k + 1 < places.length; k++) {
      const part = list.slice(places[k], places[k + 1]);
      const items = new Reader(part).items();
      if (k && items[0][0] === 'mo') items[0][1].form = 'infix';
      pieces.push({math: row(items), text: text.slice(part[0].at, part.at(-1).end)});
    }
    at = list.at(-1).end;
  }
  plain(text.length);
  return pieces;
}

const MATHML = 'http://www.w3.org/1998/Math/MathML';

function made([tag, attributes, ...children]) {
  const node = document.createElementNS(MATHML, tag);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children.map((child) => (Array.isArray(child) ? made(child) : child)));
  return node;
}

/** Fractions in their full size, since those within them are small already. */
const looks = (math) => (JSON.stringify(math).includes('"mfrac"') ? {displaystyle: 'true'} : {});

/** A text as nodes, its formulas as MathML that says how it is written where formulas are not read. */
export function typeset(text) {
  const nodes = [];
  formulasIn(text).forEach((piece, i, all) => {
    if (typeof piece !== 'string') {
      if (i && typeof all[i - 1] !== 'string') nodes.push(document.createElement('wbr'));
      nodes.push(made(['math', {alttext: piece.text, ...looks(piece.math)}, piece.math]));
      return;
    }
    // A comma does not leave its formula.
    const stop = i ? /^[,.;:)]+/.exec(piece)?.[0] ?? '' : '';
    if (stop) {
      const together = document.createElement('span');
      together.className = 'ib-together';
      together.append(nodes.pop(), stop);
      nodes.push(together);
    }
    if (piece.length > stop.length) nodes.push(piece.slice(stop.length));
  });
  return nodes;
}
