'use strict';

const { Decimal } = require('./decimal');
const { trampoline } = require('./trampoline');

/**
 * A value. `value` is the scalar itself, an array of nodes, or a map from keys to nodes, without
 * repeats; a number has a `text`, too. In a document that was read, `start` and `end` are places in
 * the text, as is `begin`, where the member begins if the value is one; `parent` and `step`, a key or
 * an index, lead to the value.
 */
class Node {
  constructor(kind, value, text = null) {
    this.kind = kind;
    this.value = value;
    this.text = text;
    this.start = null;
    this.end = null;
    this.begin = null;
    this.parent = null;
    this.step = null;
  }

  static string(value) {
    return new Node('string', value);
  }

  static index(index) {
    const text = String(index);
    return new Node('number', Decimal.parse(text), text);
  }

  static array(items) {
    return new Node('array', items);
  }

  /** An object with members given as pairs of key and node. */
  static object(entries) {
    return new Node('object', new Map(entries));
  }

  static null() {
    return new Node('null', null);
  }
}

function* copying({ kind, value, text }) {
  if (kind !== 'array' && kind !== 'object') return new Node(kind, value, text);
  const copy = new Node(kind, kind === 'array' ? [] : new Map());
  for (const [step, child] of value.entries()) {
    const childCopy = yield copying(child);
    if (kind === 'array') copy.value.push(childCopy);
    else copy.value.set(step, childCopy);
  }
  return copy;
}

/** A copy of the value that shares nothing that can change. */
function copyOf(node) {
  return trampoline(copying(node));
}

module.exports = { Node, copyOf };
