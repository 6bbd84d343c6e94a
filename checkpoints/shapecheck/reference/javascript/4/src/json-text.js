'use strict';

const { trampoline } = require('./trampoline');

const SCALAR_TEXTS = {
  null: () => 'null',
  boolean: ({ value }) => String(value),
  string: ({ value }) => JSON.stringify(value),
  number: ({ text }) => text,
};

function* write(node, pieces) {
  const scalarText = SCALAR_TEXTS[node.kind];
  if (scalarText) pieces.push(scalarText(node));
  else yield node.kind === 'array' ? writeArray(node, pieces) : writeObject(node, pieces);
}

function* writeArray(node, pieces) {
  pieces.push('[');
  for (const [index, item] of node.value.entries()) {
    if (index > 0) pieces.push(',');
    yield write(item, pieces);
  }
  pieces.push(']');
}

function* writeObject(node, pieces) {
  let separator = '{';
  for (const [key, value] of node.value) {
    pieces.push(separator, JSON.stringify(key), ':');
    yield write(value, pieces);
    separator = ',';
  }
  pieces.push(node.value.size === 0 ? '{}' : '}');
}

/** The JSON text of a value. */
function jsonText(node) {
  const pieces = [];
  trampoline(write(node, pieces));
  return pieces.join('');
}

module.exports = { jsonText };
