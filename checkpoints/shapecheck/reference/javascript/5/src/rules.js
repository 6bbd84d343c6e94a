'use strict';

const { Decimal } = require('./decimal');
const { countCharacters } = require('./text');

function isInside(number, range) {
  if (!range) return true;
  if (range.min && number.compare(range.min) < 0) return false;
  return !range.max || number.compare(range.max) <= 0;
}

/** Whether a number of characters or items is in the range. */
function isCountInside(count, range) {
  return !range || isInside(Decimal.parse(String(count)), range);
}

function equalsLiteral(shape, kind, value) {
  if (shape.type !== kind) return false;
  return kind === 'number' ? value.equals(shape.value) : value === shape.value;
}

function faultOfString(shape, value) {
  return isCountInside(countCharacters(value), shape.range) ? null : 'length';
}

function faultOfNumber(shape, value) {
  return isInside(value, shape.range) ? null : 'range';
}

function faultOfInt(shape, value) {
  return value.isWhole() ? faultOfNumber(shape, value) : 'whole';
}

/** The kind of value that a shape describes, and what else it asks of the value itself. */
const TYPED = {
  boolean: { kind: 'boolean', fault: () => null },
  string: { kind: 'string', fault: faultOfString },
  int: { kind: 'number', fault: faultOfInt },
  number: { kind: 'number', fault: faultOfNumber },
  array: { kind: 'array', fault: () => null },
  object: { kind: 'object', fault: () => null },
};

/**
 * The code of what is wrong with a value itself, without what is in it, null if nothing. The shape
 * is no name and no choice.
 */
function faultOf(shape, kind, value) {
  if (shape.kind === 'any') return null;
  if (shape.kind === 'literal') return equalsLiteral(shape, kind, value) ? null : 'value';
  const { kind: wanted, fault } = TYPED[shape.kind];
  return kind === wanted ? fault(shape, value) : 'type';
}

function isUnknown(objectShape, key) {
  return !objectShape.open && !objectShape.members.has(key);
}

/** Finds the members that an object with the given keys lacks. */
function findMissing(node, keys, objectShape, findings) {
  for (const { key, optional } of objectShape.members.values()) {
    if (!optional && !keys.has(key)) findings.add('missing', node, { key });
  }
}

/** Finds whether an array has too few or too many items. */
function findLength(node, count, arrayShape, findings) {
  if (!isCountInside(count, arrayShape.range)) findings.add('length', node);
}

module.exports = { faultOf, isUnknown, findMissing, findLength };
