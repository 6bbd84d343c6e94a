'use strict';

const { collect } = require('./collection');

const WRONG_KIND = new Set(['type', 'value']);

/** The violations of one alternative, in an object that tells how near it is. */
function examine(checker, node, alternative) {
  const violations = collect(checker, node, alternative);
  const isOfWrongKind = violations.some((violation) => violation.node === node && WRONG_KIND.has(violation.code));
  return { violations, isOfWrongKind };
}

function isNearer(a, b) {
  if (a.isOfWrongKind !== b.isOfWrongKind) return b.isOfWrongKind;
  return a.violations.length < b.violations.length;
}

/** The violations that a value has by the nearest alternative of a choice. */
function violationsByNearest(checker, node, choice) {
  const [first, ...others] = choice.alternatives.map((alternative) => examine(checker, node, alternative));
  return others.reduce((best, other) => (isNearer(other, best) ? other : best), first).violations;
}

/** Lets each violation `alternative` be followed by those of the nearest alternative. */
function* explainAlternatives(checker, violations) {
  const pending = [...violations].reverse();
  while (pending.length > 0) {
    const violation = pending.pop();
    yield violation;
    if (violation.code !== 'alternative') continue;
    const causes = violationsByNearest(checker, violation.node, violation.details.choice);
    for (const cause of causes.reverse()) pending.push(cause);
  }
}

module.exports = { explainAlternatives };
