'use strict';

const { Checker } = require('./checker');
const { collect, violation } = require('./collection');
const { explainAlternatives } = require('./nearest');

/** All violations of a document, by their places; with `nearest` also those of alternatives. */
function listViolations(document, shape, { nearest = false } = {}) {
  const checker = new Checker();
  const repeats = document.repeats.map((node) => violation('duplicate', node));
  const violations = [...collect(checker, document.root, shape), ...repeats].sort((a, b) => a.place - b.place);
  return nearest ? explainAlternatives(checker, violations) : violations;
}

module.exports = { listViolations };
