'use strict';

const { Fraction, sum } = require('./fraction');

/** Ballots that count with the same value. */
class Parcel {
  constructor(value, ballots = [], count = 0n) {
    this.value = value;
    this.ballots = ballots;
    this.count = count;
  }

  add(ballot) {
    this.ballots.push(ballot);
    this.count += ballot.count;
  }

  scaled(factor) {
    return new Parcel(this.value.times(factor), this.ballots, this.count);
  }

  get votes() {
    return this.value.times(new Fraction(this.count));
  }
}

function votesOf(parcels) {
  return sum(parcels.map((parcel) => parcel.votes));
}

/** The ballots that are with one candidate, or with nobody, in one parcel for each value. */
class Pile {
  #parcels = new Map();

  add(ballot, value) {
    if (!this.#parcels.has(value)) this.#parcels.set(value, new Parcel(value));
    this.#parcels.get(value).add(ballot);
  }

  get parcels() {
    return [...this.#parcels.values()];
  }

  get votes() {
    return votesOf(this.parcels);
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

/** Ballots of full value, as a parcel to be dealt. */
function fullParcel(ballots) {
  return new Parcel(Fraction.ONE, ballots);
}

/** Gives each ballot to the candidate with a pile that it prefers most, or to the exhausted. */
function deal(parcels, piles, exhausted) {
  for (const { value, ballots } of parcels) {
    for (const ballot of ballots) {
      const holder = ballot.preferences.find((id) => piles.has(id));
      (piles.get(holder) ?? exhausted).add(ballot, value);
    }
  }
}

module.exports = { Pile, deal, emptyPiles, fullParcel, take, votesOf };
