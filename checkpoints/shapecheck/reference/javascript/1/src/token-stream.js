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

  unexpected(token) {
    if (token.type === 'end') return faulty(this.lastLine, 'the file ends too early');
    return faulty(token.line, `unexpected ${token.text}`);
  }

  is(type) {
    return this.token.type === type;
  }

  accept(type) {
    return this.is(type) ? this.advance() : null;
  }

  expect(type) {
    if (!this.is(type)) throw this.unexpected(this.token);
    return this.advance();
  }

  key() {
    return this.accept('string') || this.expect('word');
  }
}

module.exports = { TokenStream, faulty };
