'use strict';

const { Fraction } = require('./fraction');
const { rank } = require('./ranking');

function tallyPoints(candidates, ballots, pointsFor) {
  const points = candidates.map((_, place) => BigInt(pointsFor(place, candidates.length)));
  const tally = new Map(candidates.map((id) => [id, 0n]));
  for (const { count, preferences } of ballots) {
    preferences.forEach((id, place) => tally.set(id, tally.get(id) + count * points[place]));
  }
  return new Map([...tally].map(([id, total]) => [id, new Fraction(total)]));
}

/** Gives the seats to those with the most points; who ties for the last ones may get none. */
function allotSeats(tally, { candidates, favour, seats, settlesTies }) {
  const ranked = rank(candidates, tally, favour);
  const least = tally.get(ranked[seats - 1]);
  const isContested = tally.get(ranked[seats])?.equals(least) ?? false;
  if (settlesTies || !isContested) return { winners: ranked.slice(0, seats), tied: [] };
  return {
    winners: ranked.filter((id) => tally.get(id).isMoreThan(least)),
    tied: candidates.filter((id) => tally.get(id).equals(least)),
  };
}

function countPoints(contest, ballots, pointsFor) {
  const tally = tallyPoints(contest.candidates, ballots, pointsFor);
  return { tally, ...allotSeats(tally, contest) };
}

module.exports = { countPoints };
