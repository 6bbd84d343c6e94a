'use strict';

const { trim } = require('./syntax');

const SEPARATOR = '---';

function isMeaningful({ text }) {
  return text !== '' && !text.startsWith('#');
}

/** The lines that say something, each with its number in the file. */
function meaningfulLines(text) {
  return text
    .split('\n')
    .map((line, index) => ({ number: index + 1, text: trim(line) }))
    .filter(isMeaningful);
}

/** The header lines and the ballot lines; the latter are null without a separator. */
function splitFile(text) {
  const lines = meaningfulLines(text);
  const end = lines.findIndex((line) => line.text === SEPARATOR);
  return end < 0
    ? { header: lines, ballots: null }
    : { header: lines.slice(0, end), ballots: lines.slice(end + 1) };
}

module.exports = { splitFile };
