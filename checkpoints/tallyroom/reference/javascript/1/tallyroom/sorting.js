'use strict';

const { hasRepeats } = require('./syntax');

function classify(preferences, candidates) {
  if (preferences.length === 0) return 'blank';
  const known = preferences.every((id) => candidates.has(id));
  return known && !hasRepeats(preferences) ? 'valid' : 'spoiled';
}

function sortBallots({ candidates, ballots }) {
  const known = new Set(candidates);
  const sorted = { valid: [], blank: [], spoiled: [] };
  for (const ballot of ballots) sorted[classify(ballot.preferences, known)].push(ballot);
  return sorted;
}

module.exports = { sortBallots };
