'use strict';

const { Fault } = require('./fault');

function conflict(text) {
  return new Fault('conflict', text);
}

function areAmong(ids, candidates) {
  return ids.every((id) => candidates.includes(id));
}

function checkWithdrawn(withdrawn, candidates) {
  if (!areAmong(withdrawn, candidates)) throw conflict('somebody withdrawn is not a candidate');
  if (withdrawn.length === candidates.length) throw conflict('all candidates are withdrawn');
}

function checkFavour(favour, candidates) {
  if (favour.length !== candidates.length || !areAmong(favour, candidates)) {
    throw conflict('tiebreak does not name exactly the candidates');
  }
}

function checkSeats(seats, method, standing) {
  if (seats > standing.length) throw conflict('there are more seats than candidates');
  if (method === 'irv' && seats > 1) throw conflict('irv fills one seat only');
}

/** Who stands, for how many seats, and who is favoured: what a count needs besides the ballots. */
function makeContest(header) {
  const candidates = header.get('candidates');
  const withdrawn = header.get('withdrawn') ?? [];
  const favour = header.get('tiebreak') ?? candidates;
  checkWithdrawn(withdrawn, candidates);
  checkFavour(favour, candidates);
  const standing = candidates.filter((id) => !withdrawn.includes(id));
  const seats = Number(header.get('seats') ?? 1);
  checkSeats(seats, header.get('method'), standing);
  return {
    candidates: standing,
    favour,
    seats,
    settlesTies: header.has('tiebreak'),
  };
}

module.exports = { makeContest };
