'use strict';

const { Checker } = require('./checker');
const { trampoline } = require('./trampoline');

/** Where in the text a violation has its place, if not at the beginning of the value. */
const PLACES = {
  alternative: (node) => node.end,
  length: (node) => node.end,
  missing: (node) => node.end,
  unknown: (node) => node.begin,
  duplicate: (node) => node.begin,
};

/** A violation: its code, the value, the key of a missing member, and its place in the text. */
function violation(code, node, key = null) {
  const place = PLACES[code] ? PLACES[code](node) : node.start;
  return { code, node, key, place };
}

/** Collects all violations. */
class Collection {
  constructor() {
    this.closed = false;
    this.violations = [];
  }

  add(code, node, key) {
    this.violations.push(violation(code, node, key));
  }
}

function collect(root, shape) {
  const collection = new Collection();
  const rest = new Checker().compare(root, shape, collection);
  if (rest) trampoline(rest);
  return collection.violations;
}

/** All violations of a document, by their places. */
function listViolations(document, shape) {
  const repeats = document.repeats.map((node) => violation('duplicate', node));
  return [...collect(document.root, shape), ...repeats].sort((a, b) => a.place - b.place);
}

module.exports = { listViolations };
