'use strict';

const { countRunoff } = require('./runoff');
const { countPoints } = require('./scores');
const { countTransfers } = require('./transfer');

/** Counts by the points for a place (the first is 0) on a ballot among so many candidates. */
function scored(pointsFor) {
  return (contest, ballots) => countPoints(contest, ballots, pointsFor);
}

/** For each method, what makes an outcome of a contest and its valid ballots. */
const METHODS = new Map([
  ['plurality', scored((place) => (place === 0 ? 1 : 0))],
  ['approval', scored(() => 1)],
  ['borda', scored((place, candidates) => candidates - 1 - place)],
  ['irv', countRunoff],
  ['stv', countTransfers],
]);

module.exports = { METHODS };
