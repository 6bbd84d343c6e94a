'use strict';

const { faulty } = require('./token-stream');

const FUNCTIONS = ['sum', 'count'];
const RESERVED = ['unique', ...FUNCTIONS];
const OPERATORS = new Set(['=', '!=', '<', '<=', '>', '>=']);

/**
 * Reads clauses. A path has `steps`, each with the `key` of a member or null for all items, and
 * `bracket`, its first `[`, or null. Items have a `path` and `keys`, a list or null.
 */
class ClauseParser {
  constructor(tokens) {
    this.tokens = tokens;
  }

  clause() {
    const { tokens } = this;
    if (tokens.isWord('unique')) return this.unique();
    if (tokens.is('number') || tokens.isWord(...FUNCTIONS)) return this.comparison(this.operand());
    return this.afterItems(this.items());
  }

  unique() {
    this.tokens.advance();
    return { kind: 'unique', items: this.items() };
  }

  /** Goes on after what may be items or a plain path. */
  afterItems(items) {
    if (this.tokens.isWord('in')) return this.inclusion(items);
    const isNeed = this.tokens.isWord('needs');
    if (items.keys || !(isNeed || this.isOperator())) throw this.tokens.unexpected();
    if (items.path.bracket) throw this.tokens.unexpected(items.path.bracket);
    return isNeed ? this.need(items.path) : this.comparison({ kind: 'path', path: items.path });
  }

  inclusion(left) {
    const { line } = this.tokens.advance();
    const right = this.items();
    const [leftSize, rightSize] = [left, right].map(({ keys }) => (keys ? keys.length : 0));
    if (leftSize !== rightSize) throw faulty(line, 'the sides have different numbers of keys');
    return { kind: 'in', left, right };
  }

  need(left) {
    this.tokens.advance();
    return { kind: 'needs', left, right: this.plainPath() };
  }

  isOperator() {
    return OPERATORS.has(this.tokens.token.type);
  }

  comparison(left) {
    if (!this.isOperator()) throw this.tokens.unexpected();
    const operator = this.tokens.advance().type;
    return { kind: 'comparison', operator, left, right: this.operand() };
  }

  operand() {
    const number = this.tokens.accept('number');
    if (number) return { kind: 'number', value: number.value };
    if (this.tokens.isWord(...FUNCTIONS)) return this.functionOperand();
    return { kind: 'path', path: this.plainPath() };
  }

  functionOperand() {
    const word = this.tokens.advance();
    this.tokens.expect('(');
    const path = this.path();
    this.tokens.expect(')');
    return { kind: word.value, path };
  }

  items() {
    const path = this.path();
    return { path, keys: this.tokens.accept('(') && this.keys() };
  }

  keys() {
    const keys = this.tokens.listOf(() => this.tokens.key().value);
    this.tokens.expect(')');
    return keys;
  }

  plainPath() {
    return this.path({ isPlain: true });
  }

  path({ isPlain = false } = {}) {
    if (this.tokens.isWord(...RESERVED)) throw this.tokens.unexpected();
    const path = { steps: [], bracket: null };
    if (!this.tokens.is('[')) this.member(path);
    for (;;) {
      if (isPlain && this.tokens.is('[')) throw this.tokens.unexpected();
      if (this.tokens.is('[')) this.allItems(path);
      else if (this.tokens.accept('.')) this.member(path);
      else return path;
    }
  }

  member(path) {
    path.steps.push({ key: this.tokens.key().value });
  }

  allItems(path) {
    path.bracket = path.bracket || this.tokens.token;
    this.tokens.expect('[');
    this.tokens.expect(']');
    path.steps.push({ key: null });
  }
}

/** The clauses from here on, a list with `,` between them. */
function parseClauses(tokens) {
  const parser = new ClauseParser(tokens);
  return tokens.listOf(() => parser.clause());
}

module.exports = { parseClauses };
