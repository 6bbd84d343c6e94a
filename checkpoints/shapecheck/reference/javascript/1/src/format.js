'use strict';

const ESCAPED = /[~/]/;

function formatStep(step) {
  if (typeof step === 'number' || !ESCAPED.test(step)) return `/${step}`;
  return `/${step.replace(/~/g, '~0').replace(/\//g, '~1')}`;
}

/** The pointer to a value, or to its member with the key if one is given. */
function pointer(node, key = null) {
  let text = key === null ? '' : formatStep(key);
  for (let current = node; current.parent; current = current.parent) text = formatStep(current.step) + text;
  return text;
}

function formatViolation({ code, node, key }) {
  return JSON.stringify({ at: pointer(node, key), code });
}

module.exports = { formatViolation };
