'use strict';

/** For each method, the points for a place (the first is 0) among so many candidates. */
const METHODS = new Map([
  ['plurality', (place) => (place === 0 ? 1 : 0)],
  ['approval', () => 1],
  ['borda', (place, candidates) => candidates - 1 - place],
]);

module.exports = { METHODS };
