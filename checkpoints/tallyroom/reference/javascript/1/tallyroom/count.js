'use strict';

const { METHODS } = require('./methods');
const { countPoints } = require('./scores');
const { sortBallots } = require('./sorting');

function voters(ballots) {
  return ballots.reduce((sum, { count }) => sum + count, 0n);
}

function count(election) {
  const { valid, blank, spoiled } = sortBallots(election);
  return {
    title: election.title,
    method: election.method,
    ballots: { valid: voters(valid), blank: voters(blank), spoiled: voters(spoiled) },
    ...countPoints(election.candidates, valid, METHODS.get(election.method)),
  };
}

module.exports = { count };
