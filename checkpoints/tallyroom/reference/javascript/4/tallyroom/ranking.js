'use strict';

function descending(a, b) {
  if (a.equals(b)) return 0;
  return a.isMoreThan(b) ? -1 : 1;
}

/** The candidates with the most votes first, among equals the more favoured first. */
function rank(candidates, tally, favour) {
  return favour
    .filter((id) => candidates.includes(id))
    .sort((a, b) => descending(tally.get(a), tally.get(b)));
}

module.exports = { rank };
