'use strict';

/** For each place the length of the longest ascending list that begins there. */
function longestFrom(positions) {
  const lengths = new Array(positions.length).fill(1);
  for (let i = positions.length - 1; i >= 0; i -= 1) {
    for (let j = i + 1; j < positions.length; j += 1) {
      if (positions[j] > positions[i] && lengths[j] >= lengths[i]) lengths[i] = lengths[j] + 1;
    }
  }
  return lengths;
}

/** The place, from `start` on, of the least position above `bound` whose list has the length. */
function leastOfLength(positions, lengths, start, bound, length) {
  let best = -1;
  for (let place = start; place < positions.length; place += 1) {
    if (lengths[place] !== length || positions[place] <= bound) continue;
    if (best < 0 || positions[place] < positions[best]) best = place;
  }
  return best;
}

/** The positions of the longest ascending list; of several lists, the one that is less. */
function choosePositions(positions) {
  const lengths = longestFrom(positions);
  const chosen = new Set();
  let place = -1;
  let bound = -1;
  for (let length = Math.max(0, ...lengths); length > 0; length -= 1) {
    place = leastOfLength(positions, lengths, place + 1, bound, length);
    bound = positions[place];
    chosen.add(bound);
  }
  return chosen;
}

module.exports = { choosePositions };
