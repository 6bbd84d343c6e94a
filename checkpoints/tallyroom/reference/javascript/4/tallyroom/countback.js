'use strict';

const { conflict } = require('./contest');
const { Fault } = require('./fault');
const { votesOf } = require('./piles');
const { runOff } = require('./runoff');
const { sortBallots } = require('./sorting');
const { electMembers } = require('./transfer');

/** The members, each with the papers that he or she was elected with. */
class Council {
  #seats;
  #everMembers;

  constructor(members) {
    this.#seats = members;
    this.#everMembers = new Set(this.members);
  }

  /** The ids of the members in the order of their seats. */
  get members() {
    return this.#seats.map(({ id }) => id);
  }

  hasNeverHad(id) {
    return !this.#everMembers.has(id);
  }

  papersOf(id) {
    const seat = this.#seats.find((member) => member.id === id);
    if (seat === undefined) throw new Fault('not-member', id);
    return seat.papers;
  }

  /** Gives the seat of a member to the one successor, or takes it away if there is none. */
  replace(id, successors) {
    this.#seats.splice(this.members.indexOf(id), 1, ...successors);
    for (const successor of successors) this.#everMembers.add(successor.id);
  }
}

function checkCountback({ method, printed }, consent) {
  if (method !== 'stv') throw conflict('the method is not stv');
  if (consent?.some((id) => !printed.includes(id))) {
    throw conflict('somebody who consents is not a candidate');
  }
}

function fillVacancy(council, vacated, available, favour) {
  const papers = council.papersOf(vacated);
  const candidates = available.filter((id) => council.hasNeverHad(id));
  const { rounds, elected } = runOff(candidates, favour, papers);
  council.replace(vacated, elected);
  return { vacated, value: votesOf(papers), rounds, replacement: elected[0]?.id ?? null };
}

/** Counts an election, and then fills the seats of those who left, one by one. */
function countback(election, { vacated, consent }) {
  checkCountback(election, consent);
  const { candidates, favour } = election.contest;
  const available = candidates.filter((id) => consent?.includes(id) ?? true);
  const council = new Council(electMembers(election.contest, sortBallots(election).valid));
  const countbacks = vacated.map((id) => fillVacancy(council, id, available, favour));
  return { title: election.title, members: council.members, countbacks };
}

module.exports = { countback };
