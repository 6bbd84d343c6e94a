'use strict';

const { Failure } = require('./failure');
const { Decimal } = require('./decimal');
const { matchAt, readString, readNumber } = require('./text');

const SPACE = /[ \t\n\r]*/y;
const WORD = /[a-z]+/y;
const PUNCTUATION = new Set(['{', '}', '[', ']', ',', ':']);
const WORDS = new Map([
  ['null', { type: 'null', value: null }],
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
]);

/** Cuts a document into tokens: `type`, `value`, and `start` and `end` in the text. */
class Scanner {
  constructor(text) {
    this.text = text;
    this.position = 0;
  }

  next() {
    const start = this.position + matchAt(SPACE, this.text, this.position)[0].length;
    const { type, value, end } = this.scan(start);
    this.position = end;
    return { type, value, start, end };
  }

  scan(start) {
    const first = this.text[start];
    if (first === undefined) return { type: 'end', end: start };
    if (PUNCTUATION.has(first)) return { type: first, end: start + 1 };
    if (first === '"') return this.scanString(start);
    return this.scanNumber(start) || this.scanWord(start);
  }

  scanString(start) {
    const string = readString(this.text, start);
    if (!string) throw new Failure('bad-json', `: malformed string at offset ${start}`);
    return { type: 'string', value: string.value, end: string.end };
  }

  scanNumber(start) {
    const number = readNumber(this.text, start);
    return number && { type: 'number', value: Decimal.parse(number), end: start + number.length };
  }

  scanWord(start) {
    const match = matchAt(WORD, this.text, start);
    const word = match && WORDS.get(match[0]);
    if (!word) throw new Failure('bad-json', `: unexpected character at offset ${start}`);
    return { ...word, end: start + match[0].length };
  }
}

module.exports = { Scanner };
