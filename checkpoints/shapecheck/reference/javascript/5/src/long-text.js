'use strict';

const { compareCharacters, countCharacters } = require('./text');

const lengthOf = (piece) => (typeof piece === 'string' ? BigInt(countCharacters(piece)) : piece.length);

/**
 * A text that may be much too long to be written down, of parts, each a string or long text as
 * `piece` and how many `times` it is repeated.
 */
class LongText {
  constructor(parts) {
    this.parts = parts.filter(({ times }) => times > 0n);
    this.length = this.parts.reduce((length, { piece, times }) => length + lengthOf(piece) * times, 0n);
  }

  static of(...pieces) {
    return new LongText(pieces.map((piece) => ({ piece, times: 1n })));
  }

  /** The parts, with strings only. */
  *runs() {
    for (const { piece, times } of this.parts) {
      if (typeof piece === 'string') yield { piece, times };
      else for (let i = 0n; i < times; i += 1n) yield* piece.runs();
    }
  }

  *pieces() {
    for (const { piece, times } of this.runs()) {
      for (let i = 0n; i < times; i += 1n) yield piece;
    }
  }
}

/** A place in a long text. */
class Cursor {
  constructor(text) {
    this.runs = text.runs();
    this.nextRun();
  }

  nextRun() {
    const { value } = this.runs.next();
    this.piece = value ? value.piece : '';
    this.left = value ? value.times : 0n;
    this.offset = 0;
  }

  atEnd() {
    return this.left === 0n;
  }

  rest() {
    return this.piece.slice(this.offset);
  }

  skipPieces(count) {
    this.left -= count;
    this.offset = 0;
    if (this.left === 0n) this.nextRun();
  }

  skipCharacters(count) {
    this.offset += count;
    if (this.offset === this.piece.length) this.skipPieces(1n);
  }
}

/** Compares the next characters of two texts, and goes behind them. */
function compareNext(a, b) {
  const [restA, restB] = [a.rest(), b.rest()];
  if (restA === restB) {
    const count = a.offset + b.offset === 0 && a.left < b.left ? a.left : b.left;
    const pieces = a.offset + b.offset === 0 && a.piece === b.piece ? count : 1n;
    a.skipPieces(pieces);
    b.skipPieces(pieces);
    return 0;
  }
  const length = Math.min(restA.length, restB.length);
  const order = compareCharacters(restA.slice(0, length), restB.slice(0, length));
  a.skipCharacters(length);
  b.skipCharacters(length);
  return order;
}

function compareAlphabetically(a, b) {
  const [cursorA, cursorB] = [new Cursor(a), new Cursor(b)];
  let order = 0;
  while (order === 0 && !cursorA.atEnd() && !cursorB.atEnd()) order = compareNext(cursorA, cursorB);
  return order;
}

/** Whether a text is shorter than the other, or as long and before it by its characters. */
function isSmaller(a, b) {
  if (a.length !== b.length) return a.length < b.length;
  return a !== b && compareAlphabetically(a, b) < 0;
}

/** The smallest of the texts that are not null; null if all are. */
function smallestOf(texts) {
  return texts.reduce((best, text) => (text && (!best || isSmaller(text, best)) ? text : best), null);
}

module.exports = { LongText, isSmaller, smallestOf };
