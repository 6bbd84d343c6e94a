'use strict';

const { parseBallots } = require('./ballots');
const { makeContest } = require('./contest');
const { Fault } = require('./fault');
const { parseHeader } = require('./header');
const { splitFile } = require('./lines');

function checkComplete(header, ballotLines) {
  if (ballotLines === null) throw new Fault('missing-header', 'no line ---');
  for (const key of ['candidates', 'method']) {
    if (!header.has(key)) throw new Fault('missing-header', `no line ${key}`);
  }
}

/** The election that a ballot file describes; a method that is not null replaces the file's. */
function readElection(text, method) {
  const lines = splitFile(text);
  const header = parseHeader(lines.header);
  if (method !== null) header.set('method', method);
  checkComplete(header, lines.ballots);
  return {
    title: header.get('title') ?? '',
    method: header.get('method'),
    printed: header.get('candidates'),
    contest: makeContest(header),
    ballots: parseBallots(lines.ballots),
  };
}

module.exports = { readElection };
