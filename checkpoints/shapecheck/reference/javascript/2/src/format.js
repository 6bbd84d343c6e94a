'use strict';

const ESCAPED = /[~/]/;

function formatStep(step) {
  if (typeof step === 'number' || !ESCAPED.test(step)) return `/${step}`;
  return `/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

/** The pointer to a value, or to its member with the key if one is given. */
function pointer(node, key) {
  let text = key === undefined ? '' : formatStep(key);
  for (let current = node; current.parent; current = current.parent) text = formatStep(current.step) + text;
  return text;
}

function describeClause({ shape, clause, nodes }) {
  return { shape, clause, pointers: nodes.map((node) => pointer(node)) };
}

function formatViolation({ code, node, details }) {
  const clause = code === 'clause' ? describeClause(details) : {};
  return JSON.stringify({ at: pointer(node, details.key), code, ...clause });
}

module.exports = { formatViolation };
