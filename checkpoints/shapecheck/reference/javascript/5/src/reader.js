'use strict';

const { Failure } = require('./failure');

const KINDS = { '{': 'object', '[': 'array' };
const CLOSERS = { object: '}', array: ']' };
const SCALARS = new Set(['null', 'boolean', 'number', 'string']);

function unexpected(token) {
  return new Failure('bad-json', `: unexpected ${token.type} at offset ${token.start}`);
}

/**
 * Follows the grammar of documents and tells a handler what it reads: `open(kind, token)`,
 * `key(token)`, `scalar(token)` and `close(token)`. Each method that takes a token returns the one
 * for the next token.
 */
class Reader {
  constructor(scanner, handler) {
    this.scanner = scanner;
    this.handler = handler;
    this.open = [];
  }

  read() {
    let expect = this.value;
    while (expect) expect = expect.call(this, this.scanner.next());
  }

  value(token) {
    if (SCALARS.has(token.type)) {
      this.handler.scalar(token);
      return this.afterValue();
    }
    const kind = KINDS[token.type];
    if (!kind) throw unexpected(token);
    this.open.push(kind);
    this.handler.open(kind, token);
    return kind === 'object' ? this.firstKey : this.firstItem;
  }

  firstKey(token) {
    return token.type === '}' ? this.close(token) : this.key(token);
  }

  firstItem(token) {
    return token.type === ']' ? this.close(token) : this.value(token);
  }

  key(token) {
    if (token.type !== 'string') throw unexpected(token);
    this.handler.key(token);
    return this.colon;
  }

  colon(token) {
    if (token.type !== ':') throw unexpected(token);
    return this.value;
  }

  separator(token) {
    const kind = this.open[this.open.length - 1];
    if (token.type === CLOSERS[kind]) return this.close(token);
    if (token.type !== ',') throw unexpected(token);
    return kind === 'object' ? this.key : this.value;
  }

  close(token) {
    this.open.pop();
    this.handler.close(token);
    return this.afterValue();
  }

  afterValue() {
    return this.open.length > 0 ? this.separator : this.finish;
  }

  finish(token) {
    if (token.type !== 'end') throw unexpected(token);
    return null;
  }
}

module.exports = { Reader };
