'use strict';

const { chooseExcluded } = require('./exclusion');
const { Fraction } = require('./fraction');
const { Pile, deal, emptyPiles, fullParcel, take } = require('./piles');
const { rank } = require('./ranking');

function quotaFor(ballots, seats) {
  const voters = ballots.reduce((total, { count }) => total + count, 0n);
  return new Fraction(voters / BigInt(seats + 1) + 1n);
}

/** A count of several seats, as far as it has got. */
class TransferCount {
  #contest;
  #continuing;
  #exhausted = new Pile();
  #members = new Map();
  #tallies = [];

  constructor(contest, ballots) {
    this.#contest = contest;
    this.#continuing = emptyPiles(contest.candidates);
    this.quota = quotaFor(ballots, contest.seats);
    this.#deal([fullParcel(ballots)]);
  }

  /** The elected candidates in the order of their election. */
  get winners() {
    return [...this.#members.keys()];
  }

  get isOver() {
    return this.#openSeats === 0;
  }

  playRound() {
    const tally = this.#tally();
    const exhausted = this.#exhausted.votes;
    this.#tallies.push(tally);
    const elected = this.#elect(tally);
    const move = this.isOver ? { excluded: [] } : this.#move();
    return { round: this.#tallies.length, tally, exhausted, elected, ...move };
  }

  get #openSeats() {
    return this.#contest.seats - this.#members.size;
  }

  #deal(parcels) {
    deal(parcels, this.#continuing, this.#exhausted);
  }

  /** The votes of all candidates who are not excluded. */
  #tally() {
    const holders = new Map([...this.#continuing, ...this.#members]);
    const present = this.#contest.candidates.filter((id) => holders.has(id));
    return new Map(present.map((id) => [id, holders.get(id).votes]));
  }

  #elect(tally) {
    const ranked = rank([...this.#continuing.keys()], tally, this.#contest.favour);
    const reached = ranked.filter((id) => !this.quota.isMoreThan(tally.get(id)));
    const areAllNeeded = ranked.length === this.#openSeats;
    const elected = areAllNeeded ? ranked : reached;
    for (const id of elected) this.#seat(id);
    return elected;
  }

  #seat(id) {
    const { parcels, votes } = take(this.#continuing, id);
    this.#members.set(id, { parcels, votes });
  }

  #move() {
    const id = this.#largestSurplus();
    return id === undefined ? this.#exclude() : this.#transfer(id);
  }

  /** The member with the most votes above the quota, or undefined. */
  #largestSurplus() {
    const tally = this.#tallies.at(-1);
    const holders = this.winners.filter((id) => tally.get(id).isMoreThan(this.quota));
    return rank(holders, tally, this.winners)[0];
  }

  #transfer(id) {
    const member = this.#members.get(id);
    const factor = member.votes.minus(this.quota).over(member.votes);
    this.#deal(member.parcels.map((parcel) => parcel.scaled(factor)));
    this.#members.set(id, { parcels: [], votes: this.quota });
    return { excluded: [], transferred: id };
  }

  #exclude() {
    const { favour } = this.#contest;
    const id = chooseExcluded([...this.#continuing.keys()], this.#tallies, favour);
    this.#deal(take(this.#continuing, id).parcels);
    return { excluded: [id] };
  }
}

function countTransfers(contest, ballots) {
  const count = new TransferCount(contest, ballots);
  const rounds = [];
  while (!count.isOver) rounds.push(count.playRound());
  return { quota: count.quota, rounds, winners: count.winners, tied: [] };
}

module.exports = { countTransfers };
