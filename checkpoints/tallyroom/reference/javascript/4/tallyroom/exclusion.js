'use strict';

function withFewest(candidates, tally) {
  const votes = candidates.map((id) => tally.get(id));
  const fewest = votes.reduce((a, b) => (a.isMoreThan(b) ? b : a));
  return candidates.filter((id) => tally.get(id).equals(fewest));
}

/**
 * Who of the candidates is to be excluded: the one with the fewest votes in the last of the
 * tallies, ties being settled by the ones before it and at the end by favour.
 */
function chooseExcluded(candidates, tallies, favour) {
  const tied = tallies.reduceRight(withFewest, candidates);
  return favour.findLast((id) => tied.includes(id));
}

module.exports = { chooseExcluded };
