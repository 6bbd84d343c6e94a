'use strict';

const { Failure } = require('./failure');
const { ShapeLexer } = require('./shape-lexer');

function faulty(line, reason) {
  return new Failure('bad-shape', ` at line ${line}: ${reason}`);
}

/** The tokens of a shape file, `token` being the one that comes next. */
class TokenStream {
  constructor(text) {
    this.lexer = new ShapeLexer(text);
    this.lastLine = 1;
    this.token = this.lexer.next();
  }

  advance() {
    const token = this.token;
    this.lastLine = token.line;
    this.token = this.lexer.next();
    return token;
  }

  /** The fault of a token, the next one if none is given, that cannot stand where it stands. */
  unexpected(token = this.token) {
    if (token.type === 'end') return faulty(this.lastLine, 'the file ends too early');
    return faulty(token.line, `unexpected ${token.text}`);
  }

  is(type) {
    return this.token.type === type;
  }

  isWord(...words) {
    return this.is('word') && words.includes(this.token.value);
  }

  accept(type) {
    return this.is(type) ? this.advance() : null;
  }

  expect(type) {
    if (!this.is(type)) throw this.unexpected();
    return this.advance();
  }

  listOf(readOne) {
    const list = [readOne()];
    while (this.accept(',')) list.push(readOne());
    return list;
  }

  key() {
    return this.accept('string') || this.expect('word');
  }
}

module.exports = { TokenStream, faulty };
