'use strict';

const { Fault } = require('./fault');
const { METHODS } = require('./methods');
const { parseIdList, trim } = require('./syntax');

/** For each key, what turns its text into a value, or into null if the key does not allow it. */
const PARSERS = new Map([
  ['candidates', parseIdList],
  ['method', (text) => (METHODS.has(text) ? text : null)],
  ['title', (text) => (text.includes('\t') ? null : text)],
]);

function splitLine({ number, text }) {
  const colon = text.indexOf(':');
  if (colon < 0) throw new Fault('bad-header', 'no colon', number);
  return { key: trim(text.slice(0, colon)), text: trim(text.slice(colon + 1)) };
}

function parseValue(key, text, number) {
  if (!PARSERS.has(key)) throw new Fault('bad-header', `unknown key ${key}`, number);
  const value = PARSERS.get(key)(text);
  if (value === null) throw new Fault('bad-header', `${key} cannot be ${text}`, number);
  return value;
}

/** The values of the header lines by their keys. */
function parseHeader(lines) {
  const header = new Map();
  for (const line of lines) {
    const { key, text } = splitLine(line);
    if (header.has(key)) throw new Fault('bad-header', `${key} is given twice`, line.number);
    header.set(key, parseValue(key, text, line.number));
  }
  return header;
}

module.exports = { parseHeader };
