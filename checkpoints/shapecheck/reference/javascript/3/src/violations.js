'use strict';

const { collect, violation } = require('./collection');

/** All violations of a document, by their places. */
function listViolations(checker, document, shape) {
  const repeats = document.repeats.map((node) => violation('duplicate', node));
  return [...collect(checker, document.root, shape), ...repeats].sort((a, b) => a.place - b.place);
}

module.exports = { listViolations };
