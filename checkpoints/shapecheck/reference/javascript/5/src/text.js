'use strict';

const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** Parts of texts up to this length are copied anyway. */
const LONGEST_COPIED = 12;
const SPECIAL = /["\\\u0000-\u001f]/g;
const UNIT = /\\u([0-9a-fA-F]{4})/y;
const LONGEST_ESCAPE = '\\ud83d\\ude00'.length;
const SIMPLE_ESCAPES = new Map([
  ['"', '"'], ['\\', '\\'], ['/', '/'], ['b', '\b'], ['f', '\f'], ['n', '\n'], ['r', '\r'], ['t', '\t'],
]);

/**
 * An input is an object with a `text`, a `position` in it, and `more()`, which lets the text go on, if
 * it does, while what is before the position may be dropped; it returns false at the end.
 */

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

function readEscapeAt(text, position) {
  const letter = text[position + 1];
  if (letter === 'u') return readUnicodeEscape(text, position);
  return SIMPLE_ESCAPES.has(letter) ? { value: SIMPLE_ESCAPES.get(letter), end: position + 2 } : null;
}

/** Reads the escape at the position of the input; null if it is malformed. */
function readEscape(input) {
  while (input.text.length - input.position < LONGEST_ESCAPE && input.more());
  const escape = readEscapeAt(input.text, input.position);
  if (!escape) return null;
  input.position = escape.end;
  return escape.value;
}

/** Reads what is up to the next special character, or the end of what is there. */
function readPlain(input) {
  const start = input.position;
  input.position = findSpecial(input.text, start);
  return input.text.slice(start, input.position);
}

/** The value of the string at the position of the input; null if it is malformed. */
function readString(input) {
  input.position += 1;
  let value = '';
  for (;;) {
    value += readPlain(input);
    const special = input.text[input.position];
    if (special === '"') break;
    const piece = special === '\\' ? readEscape(input) : null;
    if (piece !== null) value += piece;
    else if (special !== undefined || !input.more()) return null;
  }
  input.position += 1;
  return value;
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

/** A copy that does not keep a longer text, of which this one is a part, in memory. */
function detached(text) {
  return text.length > LONGEST_COPIED ? Buffer.from(text).toString() : text;
}

module.exports = {
  matchAt,
  readString,
  readNumber,
  countCharacters,
  compareCharacters,
  detached,
};
