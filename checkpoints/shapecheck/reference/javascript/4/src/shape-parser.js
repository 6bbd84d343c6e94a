'use strict';

const { TokenStream, faulty } = require('./token-stream');
const { parseClauses } = require('./clause-parser');

const COUNT = /^(0|[1-9][0-9]*)$/;
const INTEGER = /^-?(0|[1-9][0-9]*)$/;
const ANY_NUMBER = /^/;

const literal = (type, value) => ({ kind: 'literal', type, value });

/** How the shapes that begin with a word of the grammar go on. */
const WORD_SHAPES = new Map([
  ['any', () => ({ kind: 'any' })],
  ['boolean', () => ({ kind: 'boolean' })],
  ['null', () => literal('null', null)],
  ['true', () => literal('boolean', true)],
  ['false', () => literal('boolean', false)],
  ['string', (parser) => ({ kind: 'string', range: parser.range(COUNT) })],
  ['int', (parser) => ({ kind: 'int', range: parser.range(INTEGER) })],
  ['number', (parser) => ({ kind: 'number', range: parser.range(ANY_NUMBER) })],
]);

/** How a shape goes on after its first token. */
const SHAPES = {
  string: (parser, token) => literal('string', token.value),
  number: (parser, token) => literal('number', token.value),
  word: (parser, token) => parser.wordShape(token),
  '[': (parser) => parser.arrayShape(),
  '{': (parser) => parser.objectShape(),
};

/**
 * Reads definitions, objects with `name`, `line`, `shape`, `clauses` and `references`, the shapes of
 * kind `name` in them. A shape is an object with a `kind`; ranges are null or have `min` and `max`, each
 * a decimal or null.
 */
class ShapeParser extends TokenStream {
  constructor(text) {
    super(text);
    this.definitions = new Map();
    this.references = [];
  }

  file() {
    do this.definition();
    while (!this.is('end'));
    return this.definitions;
  }

  definition() {
    const { value: name, line } = this.definitionName();
    this.references = [];
    this.expect('=');
    const shape = this.shape();
    const clauses = this.clauses();
    this.expect(';');
    this.definitions.set(name, { name, line, shape, clauses, references: this.references });
  }

  definitionName() {
    if (WORD_SHAPES.has(this.token.value)) throw this.unexpected();
    const token = this.expect('word');
    if (this.definitions.has(token.value)) throw faulty(token.line, `${token.value} is defined twice`);
    return token;
  }

  clauses() {
    if (!this.isWord('where')) return [];
    this.advance();
    return parseClauses(this);
  }

  shape() {
    const alternatives = [this.single()];
    while (this.accept('|')) alternatives.push(this.single());
    return alternatives.length === 1 ? alternatives[0] : { kind: 'choice', alternatives };
  }

  single() {
    const read = SHAPES[this.token.type];
    if (!read) throw this.unexpected();
    return read(this, this.advance());
  }

  wordShape({ value: word, line }) {
    const read = WORD_SHAPES.get(word);
    return read ? read(this) : this.reference(word, line);
  }

  reference(name, line) {
    const shape = { kind: 'name', name, line, definition: null };
    this.references.push(shape);
    return shape;
  }

  arrayShape() {
    const item = this.shape();
    const by = this.by();
    this.expect(']');
    return { kind: 'array', item, by, range: this.range(COUNT) };
  }

  /** The keys by which items are recognised, null if there are none. */
  by() {
    if (!this.isWord('by')) return null;
    this.advance();
    const keys = new Set();
    if (this.accept('(')) {
      this.listOf(() => this.newKey(keys));
      this.expect(')');
    } else {
      this.newKey(keys);
    }
    return [...keys];
  }

  newKey(keys) {
    const { value: key, line } = this.key();
    if (keys.has(key)) throw faulty(line, 'the key is given twice');
    keys.add(key);
  }

  objectShape() {
    const members = new Map();
    const open = this.members(members);
    this.expect('}');
    return { kind: 'object', members, open };
  }

  /** Reads what is between the braces; the result says whether there was `...`. */
  members(members) {
    if (this.is('}')) return false;
    for (;;) {
      if (this.accept('...')) return true;
      this.member(members);
      if (!this.accept(',')) return false;
    }
  }

  member(members) {
    const { value: key, line } = this.key();
    if (members.has(key)) throw faulty(line, 'the key is given twice');
    const optional = this.accept('?') !== null;
    this.expect(':');
    members.set(key, { key, optional, shape: this.shape() });
  }

  range(pattern) {
    const open = this.accept('(');
    if (!open) return null;
    const range = this.ends(pattern);
    if (range.min && range.max && range.min.compare(range.max) > 0) throw faulty(open.line, 'MIN is greater than MAX');
    this.expect(')');
    return range;
  }

  ends(pattern) {
    const min = this.end(pattern);
    this.expect('..');
    const max = this.end(pattern);
    if (!min && !max) throw this.unexpected();
    return { min, max };
  }

  end(pattern) {
    if (!this.is('number')) return null;
    if (!pattern.test(this.token.text)) throw this.unexpected();
    return this.advance().value;
  }
}

/** The definitions of a shape file by name, in its order; its names lead nowhere yet. */
function parseDefinitions(text) {
  return new ShapeParser(text).file();
}

module.exports = { parseDefinitions };
