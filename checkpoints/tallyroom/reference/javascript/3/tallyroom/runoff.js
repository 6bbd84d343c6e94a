'use strict';

const { chooseExcluded } = require('./exclusion');
const { Fraction, sum } = require('./fraction');
const { Pile, deal, emptyPiles, fullParcel, take } = require('./piles');

function votesByCandidate(piles) {
  return new Map([...piles].map(([id, pile]) => [id, pile.votes]));
}

/** The candidate with more than half of the votes or without rivals, or undefined. */
function findElected(tally) {
  const half = sum([...tally.values()]).over(new Fraction(2n));
  return [...tally.keys()].find((id) => tally.size === 1 || tally.get(id).isMoreThan(half));
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
  let freed = [fullParcel(ballots)];
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
    freed = decision.excluded.flatMap((id) => take(piles, id).parcels);
    winners = decision.elected;
  }
  return { rounds, winners, tied: [] };
}

module.exports = { countRunoff };
