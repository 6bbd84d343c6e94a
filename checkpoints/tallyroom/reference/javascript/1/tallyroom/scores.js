'use strict';

function tallyPoints(candidates, ballots, pointsFor) {
  const points = candidates.map((_, place) => BigInt(pointsFor(place, candidates.length)));
  const tally = new Map(candidates.map((id) => [id, 0n]));
  for (const { count, preferences } of ballots) {
    preferences.forEach((id, place) => tally.set(id, tally.get(id) + count * points[place]));
  }
  return tally;
}

function decide(tally) {
  const most = [...tally.values()].reduce((a, b) => (a > b ? a : b));
  const leaders = [...tally.keys()].filter((id) => tally.get(id) === most);
  return leaders.length === 1 ? { winners: leaders, tied: [] } : { winners: [], tied: leaders };
}

function countPoints(candidates, ballots, pointsFor) {
  const tally = tallyPoints(candidates, ballots, pointsFor);
  return { tally, ...decide(tally) };
}

module.exports = { countPoints };
