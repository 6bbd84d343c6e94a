'use strict';

const { toJson } = require('./json');

function jsonReport(result) {
  return `${toJson(result)}\n`;
}

/** One row, or none if its last field is undefined. */
function optionalRow(...fields) {
  return fields.at(-1) === undefined ? [] : [fields];
}

function roundRows({ round, tally, exhausted, elected, excluded, transferred }) {
  return [
    ...[...tally].map(([id, votes]) => ['round', round, id, votes]),
    ['exhausted', round, exhausted],
    ...elected.map((id) => ['elected', round, id]),
    ...excluded.map((id) => ['excluded', round, id]),
    ...optionalRow('transferred', round, transferred),
  ];
}

function countRows(result) {
  const { title, method, ballots, tally = new Map(), quota, rounds = [], winners, tied } = result;
  return [
    ['title', title],
    ['method', method],
    ...Object.entries(ballots).map(([kind, number]) => ['ballots', kind, number]),
    ...[...tally].map(([id, points]) => ['tally', id, points]),
    ...optionalRow('quota', quota),
    ...rounds.flatMap(roundRows),
    ...winners.map((id) => ['winner', id]),
    ...tied.map((id) => ['tied', id]),
  ];
}

function oneCountbackRows({ vacated, value, rounds, replacement }) {
  return [
    ['vacated', vacated],
    ['value', value],
    ...rounds.flatMap(roundRows),
    ['replacement', replacement ?? '-'],
  ];
}

function countbackRows({ title, countbacks, members }) {
  return [
    ['title', title],
    ...countbacks.flatMap(oneCountbackRows),
    ...members.map((id) => ['member', id]),
  ];
}

function tsvReport(result, rowsOf) {
  return rowsOf(result).map((row) => `${row.join('\t')}\n`).join('');
}

/** For each format, what writes a result whose rows the given function makes. */
const FORMATS = new Map([
  ['json', jsonReport],
  ['tsv', tsvReport],
]);

module.exports = { FORMATS, countRows, countbackRows };
