'use strict';

function tallyPoints(candidates, ballots, pointsFor) {
  const points = candidates.map((_, place) => BigInt(pointsFor(place, candidates.length)));
  const tally = new Map(candidates.map((id) => [id, 0n]));
  for (const { count, preferences } of ballots) {
    preferences.forEach((id, place) => tally.set(id, tally.get(id) + count * points[place]));
  }
  return tally;
}

function decide(tally, { favour, settlesTies }) {
  const most = [...tally.values()].reduce((a, b) => (a > b ? a : b));
  const leaders = [...tally.keys()].filter((id) => tally.get(id) === most);
  if (leaders.length > 1 && !settlesTies) return { winners: [], tied: leaders };
  return { winners: [favour.find((id) => leaders.includes(id))], tied: [] };
}

function countPoints(contest, ballots, pointsFor) {
  const tally = tallyPoints(contest.candidates, ballots, pointsFor);
  return { tally, ...decide(tally, contest) };
}

module.exports = { countPoints };
