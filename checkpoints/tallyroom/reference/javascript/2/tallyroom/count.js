'use strict';

const { METHODS } = require('./methods');
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
    ...METHODS.get(election.method)(election.contest, valid),
  };
}

module.exports = { count };
