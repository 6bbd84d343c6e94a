'use strict';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const SPECIAL = /["\\\u0000-\u001f]/g;
const UNIT = /\\u([0-9a-fA-F]{4})/y;
const SIMPLE_ESCAPES = new Map([
  ['"', '"'], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'],
]);

/** What a sticky pattern matches at a position, null if nothing. */
function matchAt(pattern, text, position) {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

function findSpecial(text, position) {
  SPECIAL.lastIndex = position;
  const found = SPECIAL.exec(text);
  return found ? found.index : text.length;
}

function readUnit(text, position) {
  const match = matchAt(UNIT, text, position);
  return match ? parseInt(match[1], 16) : null;
}

const isHighHalf = (unit) => unit >= 0xd800 && unit < 0xdc00;
const isLowHalf = (unit) => unit >= 0xdc00 && unit < 0xe000;

/** The character of one or two `\u` escapes, null if they are malformed. */
function readUnicodeEscape(text, position) {
  const unit = readUnit(text, position);
  if (unit === null || isLowHalf(unit)) return null;
  if (!isHighHalf(unit)) return { value: String.fromCharCode(unit), end: position + 6 };
  const second = readUnit(text, position + 6);
  if (second === null || !isLowHalf(second)) return null;
  return { value: String.fromCharCode(unit, second), end: position + 12 };
}

function readEscape(text, position) {
  const letter = text[position + 1];
  if (letter === 'u') return readUnicodeEscape(text, position);
  return SIMPLE_ESCAPES.has(letter) ? { value: SIMPLE_ESCAPES.get(letter), end: position + 2 } : null;
}

/** The string whose opening quote is at `start`, with its value and end; null if it is malformed. */
function readString(text, start) {
  let value = '';
  let position = start + 1;
  for (;;) {
    const special = findSpecial(text, position);
    value += text.slice(position, special);
    if (text[special] === '"') return { value, end: special + 1 };
    const escape = text[special] === '\\' ? readEscape(text, special) : null;
    if (!escape) return null;
    value += escape.value;
    position = escape.end;
  }
}

/** The text of the number at `start`, null if there is none. */
function readNumber(text, start) {
  const match = matchAt(NUMBER, text, start);
  return match && match[0];
}

/** The number of code points of a text without halves of pairs. */
function countCharacters(text) {
  const pairs = text.match(/[\ud800-\udbff]/g);
  return text.length - (pairs ? pairs.length : 0);
}

/** Code units in the order of the code points that they stand for. */
const rankOfUnit = (unit) => (isHighHalf(unit) || isLowHalf(unit) ? unit + 0x10000 : unit);

/** Compares two texts by code points from the left, with a result as for sorting. */
function compareCharacters(a, b) {
  const length = Math.min(a.length, b.length);
  let position = 0;
  while (position < length && a.charCodeAt(position) === b.charCodeAt(position)) position += 1;
  if (position === length) return a.length - b.length;
  return rankOfUnit(a.charCodeAt(position)) - rankOfUnit(b.charCodeAt(position));
}

module.exports = { matchAt, readString, readNumber, countCharacters, compareCharacters };
