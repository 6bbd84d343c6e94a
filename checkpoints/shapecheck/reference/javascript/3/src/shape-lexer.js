'use strict';

const { Decimal } = require('./decimal');
const { matchAt, readString, readNumber } = require('./text');

const SKIPPED = /[ \t\n\r]+|#[^\n]*/y;
const WORD = /[a-z][a-z0-9_]*/y;
const PUNCTUATION = /\.{1,3}|[<>!]=|[=;|()[\]{},?:<>]/y;

/**
 * Cuts a shape file into tokens: `type`, `text`, `value` and `line`. The type is `word`, `string`,
 * `number`, `end`, `bad` for what is no token, or the token itself.
 */
class ShapeLexer {
  constructor(text) {
    this.text = text;
    this.position = 0;
    this.line = 1;
  }

  next() {
    this.skip();
    const start = this.position;
    const { type, value, end } = this.scan(start);
    this.position = end;
    return { type, value, text: this.text.slice(start, end), line: this.line };
  }

  skip() {
    let match;
    while ((match = matchAt(SKIPPED, this.text, this.position))) {
      this.position += match[0].length;
      this.line += match[0].split('\n').length - 1;
    }
  }

  scan(start) {
    if (start === this.text.length) return { type: 'end', end: start };
    return this.scanString(start) || this.scanNumber(start) || this.scanPlain(start) || { type: 'bad', end: start + 1 };
  }

  scanString(start) {
    const string = this.text[start] === '"' && readString(this.text, start);
    return string && { type: 'string', value: string.value, end: string.end };
  }

  scanNumber(start) {
    const number = readNumber(this.text, start);
    return number && { type: 'number', value: Decimal.parse(number), end: start + number.length };
  }

  scanPlain(start) {
    const word = matchAt(WORD, this.text, start);
    if (word) return { type: 'word', value: word[0], end: start + word[0].length };
    const mark = matchAt(PUNCTUATION, this.text, start);
    return mark && { type: mark[0], end: start + mark[0].length };
  }
}

module.exports = { ShapeLexer };
