'use strict';

const { Failure } = require('./failure');
const { Decimal } = require('./decimal');
const { matchAt, readString, readNumber, detached } = require('./text');

const SPACE = /[ \t\n\r]*/y;
/** Numbers and words, and what is joined to them without being part of one. */
const RUN = /[-+.0-9A-Za-z_]*/y;
const PUNCTUATION = new Set(['{', '}', '[', ']', ',', ':']);
const WORDS = new Map([
  ['null', { type: 'null', value: null }],
  ['true', { type: 'boolean', value: true }],
  ['false', { type: 'boolean', value: false }],
]);

/**
 * Cuts a document, which it reads from a source, into tokens: `type`, `value`, the `text` of a
 * number, and `start` and `end`, places in the document.
 */
class Scanner {
  constructor(source) {
    this.source = source;
    this.dropped = 0;
    this.text = '';
    this.position = 0;
  }

  get place() {
    return this.dropped + this.position;
  }

  /** Reads on; false if there is nothing more. */
  more() {
    const piece = this.source.read();
    if (piece === null) return false;
    this.dropped = this.place;
    this.text = this.text.slice(this.position) + piece;
    this.position = 0;
    return true;
  }

  next() {
    this.skipSpace();
    const start = this.place;
    const { type, value, text } = this.scan(start);
    return { type, value, text, start, end: this.place };
  }

  skipSpace() {
    do this.position += matchAt(SPACE, this.text, this.position)[0].length;
    while (this.position === this.text.length && this.more());
  }

  scan(start) {
    const first = this.text[this.position];
    if (first === undefined) return { type: 'end' };
    if (first === '"') return this.scanString(start);
    if (!PUNCTUATION.has(first)) return this.scanRun(start);
    this.position += 1;
    return { type: first };
  }

  scanString(start) {
    const value = readString(this);
    if (value === null) throw new Failure('bad-json', `: malformed string at offset ${start}`);
    return { type: 'string', value: detached(value) };
  }

  scanRun(start) {
    const run = this.readRun();
    const token = WORDS.get(run) || (run !== '' && readNumber(run, 0) === run && numberToken(detached(run)));
    if (!token) throw new Failure('bad-json', `: unexpected text at offset ${start}`);
    return token;
  }

  readRun() {
    let run;
    do [run] = matchAt(RUN, this.text, this.position);
    while (this.position + run.length === this.text.length && this.more());
    this.position += run.length;
    return run;
  }
}

function numberToken(text) {
  return { type: 'number', value: Decimal.parse(text), text };
}

module.exports = { Scanner };
