'use strict';

const { chooseExcluded } = require('./exclusion');
const { Pile, deal, emptyPiles, take } = require('./piles');

function votesByCandidate(piles) {
  return new Map([...piles].map(([id, pile]) => [id, pile.votes]));
}

/** The candidate with more than half of the votes or without rivals, or undefined. */
function findElected(tally) {
  const given = [...tally.values()].reduce((a, b) => a + b);
  return [...tally.keys()].find((id) => tally.size === 1 || 2n * tally.get(id) > given);
}

/** What follows from the last of the tallies. */
function decideRound(tallies, favour) {
  const tally = tallies.at(-1);
  const elected = findElected(tally);
  return elected === undefined
    ? { elected: [], excluded: [chooseExcluded([...tally.keys()], tallies, favour)] }
    : { elected: [elected], excluded: [] };
}

/** Counts in rounds, each of which excludes one candidate, until one is elected. */
function countRunoff({ candidates, favour }, ballots) {
  const piles = emptyPiles(candidates);
  const exhausted = new Pile();
  const rounds = [];
  const tallies = [];
  let freed = ballots;
  let winners = [];
  while (winners.length === 0) {
    deal(freed, piles, exhausted);
    tallies.push(votesByCandidate(piles));
    const decision = decideRound(tallies, favour);
    rounds.push({
      round: tallies.length,
      tally: tallies.at(-1),
      exhausted: exhausted.votes,
      ...decision,
    });
    freed = decision.excluded.flatMap((id) => take(piles, id).ballots);
    winners = decision.elected;
  }
  return { rounds, winners, tied: [] };
}

module.exports = { countRunoff };
