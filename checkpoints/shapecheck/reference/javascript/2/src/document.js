'use strict';

const { Scanner } = require('./scanner');
const { Reader } = require('./reader');

/**
 * A value of a document. `value` is the scalar itself, an array of nodes, or a map from keys to
 * nodes, without repeats. `start` and `end` are places in the text, as is `begin`, where the member
 * begins if the value is one. `parent` and `step`, a key or an index, lead to the value.
 */
class Node {
  constructor(kind, value, start, end) {
    this.kind = kind;
    this.value = value;
    this.start = start;
    this.end = end;
    this.begin = start;
    this.parent = null;
    this.step = null;
  }
}

/** Builds the tree of a document, and lists its repeats in the order of the text. */
class TreeBuilder {
  constructor() {
    this.root = null;
    this.repeats = [];
    this.container = null;
    this.keyToken = null;
  }

  scalar(token) {
    this.attach(new Node(token.type, token.value, token.start, token.end));
  }

  open(kind, token) {
    const node = new Node(kind, kind === 'object' ? new Map() : [], token.start, null);
    this.attach(node);
    this.container = node;
  }

  key(token) {
    this.keyToken = token;
  }

  close(token) {
    this.container.end = token.end;
    this.container = this.container.parent;
  }

  attach(node) {
    node.parent = this.container;
    if (!this.container) this.root = node;
    else if (this.container.kind === 'array') this.attachItem(node);
    else this.attachMember(node);
  }

  attachItem(node) {
    node.step = this.container.value.length;
    this.container.value.push(node);
  }

  attachMember(node) {
    node.step = this.keyToken.value;
    node.begin = this.keyToken.start;
    if (this.container.value.has(node.step)) this.repeats.push(node);
    else this.container.value.set(node.step, node);
  }
}

/** The `root` node of a document, and the nodes that are `repeats`. */
function parseDocument(text) {
  const builder = new TreeBuilder();
  new Reader(new Scanner(text), builder).read();
  return { root: builder.root, repeats: builder.repeats };
}

module.exports = { parseDocument };
