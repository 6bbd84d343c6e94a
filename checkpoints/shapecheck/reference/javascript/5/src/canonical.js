'use strict';

const ESCAPED = /["\\\u0000-\u001f]/g;

function escapeCharacter(character) {
  if (character === '"' || character === '\\') return `\\${character}`;
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** The canonical text of a string. */
function canonicalString(value) {
  return `"${value.replace(ESCAPED, escapeCharacter)}"`;
}

/** The canonical text of a number. */
function canonicalNumber({ negative, digits, exponent }) {
  const sign = negative ? '-' : '';
  if (exponent >= 0) return sign + (digits + '0'.repeat(exponent) || '0');
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

const LITERALS = {
  null: () => 'null',
  boolean: String,
  string: canonicalString,
  number: canonicalNumber,
};

/** The canonical text of the value of a literal shape. */
function canonicalLiteral({ type, value }) {
  return LITERALS[type](value);
}

module.exports = { canonicalString, canonicalNumber, canonicalLiteral };
