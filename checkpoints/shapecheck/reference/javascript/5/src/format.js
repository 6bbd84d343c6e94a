'use strict';

const { jsonText } = require('./json-text');
const { operationNode } = require('./patch');

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

/** The lines of a JSON array that holds the given texts. */
function* formatArray(texts) {
  let opening = '[';
  for (const text of texts) {
    yield opening + text;
    opening = ',';
  }
  yield opening === '[' ? '[]' : ']';
}

function formatOperation(operation) {
  return jsonText(operationNode(operation));
}

function* formatOperations(operations) {
  for (const operation of operations) yield formatOperation(operation);
}

function formatPatch(operations) {
  return formatArray(formatOperations(operations));
}

function* formatPairs(conflicts) {
  for (const { first, second } of conflicts) {
    yield `{"first":${formatOperation(first)},"second":${formatOperation(second)}}`;
  }
}

function formatConflicts(conflicts) {
  return formatArray(formatPairs(conflicts));
}

module.exports = { formatViolation, formatPatch, formatConflicts };
