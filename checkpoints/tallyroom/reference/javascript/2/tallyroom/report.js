'use strict';

const { toJson } = require('./json');

function jsonReport(result) {
  return `${toJson(result)}\n`;
}

function roundRows({ round, tally, exhausted, elected, excluded }) {
  return [
    ...[...tally].map(([id, votes]) => ['round', round, id, votes]),
    ['exhausted', round, exhausted],
    ...elected.map((id) => ['elected', round, id]),
    ...excluded.map((id) => ['excluded', round, id]),
  ];
}

function tsvRows({ title, method, ballots, tally = new Map(), rounds = [], winners, tied }) {
  return [
    ['title', title],
    ['method', method],
    ...Object.entries(ballots).map(([kind, number]) => ['ballots', kind, number]),
    ...[...tally].map(([id, points]) => ['tally', id, points]),
    ...rounds.flatMap(roundRows),
    ...winners.map((id) => ['winner', id]),
    ...tied.map((id) => ['tied', id]),
  ];
}

function tsvReport(result) {
  return tsvRows(result).map((row) => `${row.join('\t')}\n`).join('');
}

/** The reports by the names of their formats. */
const REPORTS = new Map([
  ['json', jsonReport],
  ['tsv', tsvReport],
]);

module.exports = { REPORTS };
