'use strict';

/** The ballots that are with one candidate, or with nobody. */
class Pile {
  constructor() {
    this.ballots = [];
    this.votes = 0n;
  }

  add(ballot) {
    this.ballots.push(ballot);
    this.votes += ballot.count;
  }
}

/** An empty pile for each candidate. */
function emptyPiles(candidates) {
  return new Map(candidates.map((id) => [id, new Pile()]));
}

/** Removes the pile of a candidate, and returns it. */
function take(piles, id) {
  const pile = piles.get(id);
  piles.delete(id);
  return pile;
}

/** Gives each ballot to the candidate with a pile that it prefers most, or to the exhausted. */
function deal(ballots, piles, exhausted) {
  for (const ballot of ballots) {
    const holder = ballot.preferences.find((id) => piles.has(id));
    (piles.get(holder) ?? exhausted).add(ballot);
  }
}

module.exports = { Pile, deal, emptyPiles, take };
