'use strict';

const { Failure } = require('./failure');
const { Node } = require('./node');

/** The fields of each operation, without those that a keyed last step brings. */
const FIELDS = {
  replace: { plain: ['old', 'new'], keyed: ['old', 'new'] },
  insert: { plain: ['new'], keyed: ['new', 'after'] },
  delete: { plain: ['old'], keyed: ['old', 'after'] },
  move: { plain: null, keyed: ['from', 'after'] },
};
const NEIGHBOURS = ['from', 'after'];

const isKeyed = (step) => step !== undefined && step.kind === 'object';
const lastStep = (operation) => operation.path[operation.path.length - 1];

function demand(condition, reason) {
  if (!condition) throw new Failure('bad-patch', `: ${reason}`);
}

const STEP_TESTS = {
  string: () => true,
  number: ({ value }) => value.isWhole() && !value.negative,
  object: ({ value }) => value.size > 0,
};

function isStep(node) {
  const test = STEP_TESTS[node.kind];
  return Boolean(test) && test(node);
}

const isNeighbour = (node) => node.kind === 'null' || (isKeyed(node) && isStep(node));

function parsePath(node) {
  demand(node && node.kind === 'array', 'an operation has no path');
  demand(node.value.every(isStep), 'a step is no key, index or keyed step');
  return node.value;
}

function parseName(node) {
  demand(node && node.kind === 'string' && Object.hasOwn(FIELDS, node.value), 'unknown operation');
  return node.value;
}

function fieldsOf({ op, path }) {
  demand(path.length > 0 || op === 'replace', `${op} has an empty path`);
  const fields = FIELDS[op][isKeyed(path[path.length - 1]) ? 'keyed' : 'plain'];
  demand(fields, `${op} needs a keyed step`);
  return fields;
}

function parseOperation(node) {
  demand(node.kind === 'object', 'an operation is no object');
  const members = node.value;
  const operation = { op: parseName(members.get('op')), path: parsePath(members.get('path')) };
  const fields = fieldsOf(operation);
  demand(members.size === 2 + fields.length && fields.every((field) => members.has(field)), 'wrong keys');
  for (const field of fields) {
    demand(!NEIGHBOURS.includes(field) || isNeighbour(members.get(field)), `${field} is no keyed step`);
    operation[field] = members.get(field);
  }
  return operation;
}

/**
 * The operations of a patch: `op`, `path`, a list of steps, and the other fields as in the patch. Steps
 * and fields are nodes.
 */
function parsePatch(root) {
  demand(root.kind === 'array', 'the patch is no array');
  return root.value.map(parseOperation);
}

function operationNode({ op, path, ...fields }) {
  return Node.object([['op', Node.string(op)], ['path', Node.array(path)], ...Object.entries(fields)]);
}

const INVERSE = {
  replace: ({ path, old, new: newer }) => ({ op: 'replace', path, old: newer, new: old }),
  insert: ({ new: newer, ...rest }) => ({ ...rest, op: 'delete', old: newer }),
  delete: ({ old, ...rest }) => ({ ...rest, op: 'insert', new: old }),
  move: ({ path, from, after }) => ({ op: 'move', path, from: after, after: from }),
};

function invert(operations) {
  return operations.map((operation) => INVERSE[operation.op](operation)).reverse();
}

module.exports = { parsePatch, operationNode, invert, isKeyed, lastStep };
