'use strict';

const { hasRepeats } = require('./syntax');

function isSpoiled(preferences, printed) {
  return hasRepeats(preferences) || !preferences.every((id) => printed.has(id));
}

/** The ballots by kind; on valid ones only the candidates of the contest are left. */
function sortBallots({ printed, contest, ballots }) {
  const known = new Set(printed);
  const standing = new Set(contest.candidates);
  const sorted = { valid: [], blank: [], spoiled: [] };
  for (const ballot of ballots) {
    const preferences = ballot.preferences.filter((id) => standing.has(id));
    if (isSpoiled(ballot.preferences, known)) sorted.spoiled.push(ballot);
    else if (preferences.length === 0) sorted.blank.push(ballot);
    else sorted.valid.push({ ...ballot, preferences });
  }
  return sorted;
}

module.exports = { sortBallots };
