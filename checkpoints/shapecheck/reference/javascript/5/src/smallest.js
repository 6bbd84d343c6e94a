'use strict';

const { canonicalString, canonicalLiteral } = require('./canonical');
const { LongText, isSmaller, smallestOf } = require('./long-text');
const { intervalOf, countsOf, smallestInteger } = require('./intervals');
const { compareCharacters } = require('./text');

/** The text of a string of as many spaces as given. */
function blankString(length) {
  return new LongText([{ piece: '"', times: 1n }, { piece: ' ', times: length }, { piece: '"', times: 1n }]);
}

/** An array of `count` equal items, all given as texts. */
function arrayText(item, count) {
  if (count === 0n) return LongText.of('[]');
  const following = { piece: LongText.of(',', item), times: count - 1n };
  return new LongText([{ piece: '[', times: 1n }, { piece: item, times: 1n }, following, { piece: ']', times: 1n }]);
}

/** An array of `count` items, one of them `item` and all others `other`. */
function arrayTextWithOne(item, other, count) {
  const comesFirst = isSmaller(LongText.of(item, ',', other), LongText.of(other, ',', item));
  const others = { piece: comesFirst ? LongText.of(',', other) : LongText.of(other, ','), times: count - 1n };
  const one = { piece: item, times: 1n };
  const items = comesFirst ? [one, others] : [others, one];
  return new LongText([{ piece: '[', times: 1n }, ...items, { piece: ']', times: 1n }]);
}

/** An object with members given as pairs of key and text. */
function objectText(members) {
  const sorted = [...members].sort(([a], [b]) => compareCharacters(a, b));
  const pieces = sorted.flatMap(([key, text], index) => [`${index > 0 ? ',' : ''}${canonicalString(key)}:`, text]);
  return LongText.of('{', ...pieces, '}');
}

const TEXTS = {
  any: () => LongText.of('0'),
  literal: (shape) => LongText.of(canonicalLiteral(shape)),
  boolean: () => LongText.of('true'),
  string: ({ range }) => blankString(countsOf(range).min),
  int: ({ range }) => LongText.of(String(smallestInteger(intervalOf(range)))),
  number: () => LongText.of('0'),
  name: ({ definition }, found) => found.ofDefinition(definition),
  choice: ({ alternatives }, found) => smallestOf(alternatives.map((alternative) => found.of(alternative))),
  array({ item, range }, found) {
    const { min } = countsOf(range);
    const itemText = min === 0n ? null : found.of(item);
    return itemText || min === 0n ? arrayText(itemText, min) : null;
  },
  object: (shape, found) => found.ofMembers(shape, []),
};

/** The smallest documents that fit shapes, as long texts; null while none is known. */
class SmallestTexts {
  constructor(definitions) {
    this.texts = new Map();
    while (definitions.map((definition) => this.improve(definition)).includes(true));
  }

  improve(definition) {
    const text = this.of(definition.shape);
    const known = this.ofDefinition(definition);
    if (!text || (known && !isSmaller(text, known))) return false;
    this.texts.set(definition, text);
    return true;
  }

  ofDefinition(definition) {
    return this.texts.get(definition) || null;
  }

  of(shape) {
    return TEXTS[shape.kind](shape, this);
  }

  /** The smallest object of a shape that has the given members, and all that it has to have. */
  ofMembers(shape, given) {
    const members = new Map(given);
    for (const { key, optional, shape: memberShape } of shape.members.values()) {
      if (!optional && !members.has(key)) members.set(key, this.of(memberShape));
    }
    return [...members.values()].includes(null) ? null : objectText(members);
  }
}

module.exports = { SmallestTexts, arrayText, arrayTextWithOne };
