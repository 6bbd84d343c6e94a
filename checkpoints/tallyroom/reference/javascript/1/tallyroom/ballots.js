'use strict';

const { Fault } = require('./fault');
const { parseCount, parseIds, trim } = require('./syntax');

function splitBallot(text) {
  const colon = text.indexOf(':');
  return colon < 0
    ? { countText: '1', idsText: text }
    : { countText: trim(text.slice(0, colon)), idsText: trim(text.slice(colon + 1)) };
}

function parseBallot({ number, text }) {
  const { countText, idsText } = splitBallot(text);
  const count = parseCount(countText);
  const preferences = idsText === '' ? [] : parseIds(idsText, '>');
  if (count === null || preferences === null) throw new Fault('bad-ballot', text, number);
  return { count, preferences };
}

function parseBallots(lines) {
  return lines.map(parseBallot);
}

module.exports = { parseBallots };
