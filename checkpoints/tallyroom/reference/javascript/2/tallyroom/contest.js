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

/** Who stands and who is favoured in ties: all that a count needs to know besides the ballots. */
function makeContest(header) {
  const candidates = header.get('candidates');
  const withdrawn = header.get('withdrawn') ?? [];
  const favour = header.get('tiebreak') ?? candidates;
  checkWithdrawn(withdrawn, candidates);
  checkFavour(favour, candidates);
  return {
    candidates: candidates.filter((id) => !withdrawn.includes(id)),
    favour,
    settlesTies: header.has('tiebreak'),
  };
}

module.exports = { makeContest };
