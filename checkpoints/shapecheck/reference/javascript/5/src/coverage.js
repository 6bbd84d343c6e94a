'use strict';

const { canonicalLiteral } = require('./canonical');
const { LongText, smallestOf } = require('./long-text');
const { EVERYTHING, intervalOf, countsOf, subtract, contains, smallestInteger } = require('./intervals');
const { singlesOf } = require('./shapes');
const { countCharacters } = require('./text');

const EXCLUDED_FROM_PLAIN = new Set(['"', '\\']);
const FRACTION = /^-?(0|[1-9][0-9]*)\.[0-9]*[1-9]$/;
const FRACTION_BEGINNING = /^-?((0|[1-9][0-9]*)(\.[0-9]*)?)?$/;

/** The texts of fractions with `length` more characters after a beginning, in their order. */
function* fractionsFrom(beginning, length) {
  if (length === 0) {
    if (FRACTION.test(beginning)) yield beginning;
    return;
  }
  for (const character of '-.0123456789') {
    const longer = beginning + character;
    if (FRACTION_BEGINNING.test(longer)) yield* fractionsFrom(longer, length - 1);
  }
}

function* allFractions() {
  for (let length = '0.1'.length; ; length += 1) yield* fractionsFrom('', length);
}

/** The characters that stand for themselves in the canonical text of a string, in their order. */
function* plainCharacters() {
  for (let code = 0x20; ; code += 1) {
    const character = String.fromCodePoint(code);
    if (!EXCLUDED_FROM_PLAIN.has(character)) yield character;
  }
}

function firstNotIn(values, excluded) {
  for (const value of values) {
    if (!excluded.has(value)) return value;
  }
  return null;
}

const ADDERS = {
  any(coverage) {
    coverage.any = true;
  },
  literal(coverage, shape) {
    coverage.literals.add(canonicalLiteral(shape));
    if (shape.type === 'string') coverage.strings.add(shape.value);
    if (shape.type === 'number' && shape.value.isWhole()) {
      const value = shape.value.toBigInt();
      coverage.integers.push({ min: value, max: value });
    }
  },
  boolean(coverage) {
    coverage.literals.add('true').add('false');
  },
  string(coverage, { range }) {
    coverage.lengths.push(countsOf(range));
  },
  int(coverage, { range }) {
    coverage.integers.push(intervalOf(range));
  },
  number(coverage) {
    coverage.fractions = true;
    coverage.integers.push(EVERYTHING);
  },
  array(coverage, shape) {
    coverage.array = shape;
  },
  object(coverage, shape) {
    coverage.object = shape;
  },
};

/** What fits a shape that has at most one array and one object shape among its alternatives. */
class Coverage {
  constructor(shape) {
    this.any = false;
    this.literals = new Set();
    this.integers = [];
    this.fractions = false;
    this.lengths = [];
    this.strings = new Set();
    this.array = null;
    this.object = null;
    for (const single of singlesOf(shape)) ADDERS[single.kind](this, single);
    if (this.strings.has('')) this.lengths.push({ min: 0n, max: 0n });
  }

  /** The smallest text of a value that fits a scalar shape, but not this one; null if there is none. */
  uncovered(shape) {
    return UNCOVERED[shape.kind](this, shape);
  }

  coversLiteral(shape) {
    if (this.literals.has(canonicalLiteral(shape))) return true;
    if (shape.type === 'number') return this.coversNumber(shape.value);
    return shape.type === 'string' && this.coversLength(BigInt(countCharacters(shape.value)));
  }

  coversNumber(value) {
    return value.isWhole() ? this.integers.some((part) => contains(part, value.toBigInt())) : this.fractions;
  }

  coversLength(length) {
    return this.lengths.some((part) => contains(part, length));
  }

  uncoveredInteger(range) {
    const parts = subtract(intervalOf(range), this.integers);
    return smallestOf(parts.map((part) => LongText.of(String(smallestInteger(part)))));
  }

  uncoveredNumber() {
    if (this.fractions) return null;
    return smallestOf([this.uncoveredInteger(null), LongText.of(firstNotIn(allFractions(), this.literals))]);
  }

  uncoveredString(range) {
    const lengths = subtract(countsOf(range), this.lengths).map(({ min }) => min);
    return smallestOf(lengths.map((length) => this.uncoveredOfLength(length)));
  }

  /** The string of spaces but for the last character that is no literal. */
  uncoveredOfLength(length) {
    if (length === 0n) return LongText.of('""');
    const last = firstNotIn(plainCharacters(), this.lastCharactersAfterSpaces(length));
    return new LongText([
      { piece: '"', times: 1n },
      { piece: ' ', times: length - 1n },
      { piece: `${last}"`, times: 1n },
    ]);
  }

  lastCharactersAfterSpaces(length) {
    const literals = [...this.strings].map((string) => [...string]);
    const fitting = literals.filter((characters) => BigInt(characters.length) === length);
    return new Set(fitting.filter(startsWithSpaces).map((characters) => characters[characters.length - 1]));
  }
}

const startsWithSpaces = (characters) => characters.slice(0, -1).every((character) => character === ' ');

const UNCOVERED = {
  literal: (coverage, shape) => (coverage.coversLiteral(shape) ? null : LongText.of(canonicalLiteral(shape))),
  boolean(coverage) {
    const text = ['true', 'false'].find((literal) => !coverage.literals.has(literal));
    return text ? LongText.of(text) : null;
  },
  string: (coverage, { range }) => coverage.uncoveredString(range),
  int: (coverage, { range }) => coverage.uncoveredInteger(range),
  number: (coverage) => coverage.uncoveredNumber(),
};

module.exports = { Coverage };
