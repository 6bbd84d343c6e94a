'use strict';

const { trampoline } = require('./trampoline');

/** Where in the text a violation has its place, if not at the beginning of the value. */
const PLACES = {
  alternative: (node) => node.end,
  length: (node) => node.end,
  missing: (node) => node.end,
  clause: (node) => node.end,
  unknown: (node) => node.begin,
  duplicate: (node) => node.begin,
};

/**
 * A violation: its code, the value, its place in the text, and as details the `key` of a missing
 * member, the `choice` of an alternative, or `shape`, `clause` and `nodes` of a failed clause.
 */
function violation(code, node, details = {}) {
  const place = PLACES[code] ? PLACES[code](node) : node.start;
  return { code, node, place, details };
}

/** Collects all violations. */
class Collection {
  constructor() {
    this.closed = false;
    this.violations = [];
  }

  get count() {
    return this.violations.length;
  }

  add(code, node, details) {
    this.violations.push(violation(code, node, details));
  }
}

/** All violations of a value, but for `duplicate`. */
function collect(checker, node, shape) {
  const collection = new Collection();
  const rest = checker.compare(node, shape, collection);
  if (rest) trampoline(rest);
  return collection.violations;
}

module.exports = { collect, violation };
