'use strict';

const { Scanner } = require('./scanner');
const { Reader } = require('./reader');
const { Node } = require('./node');

/** Builds the tree of a document, and lists its repeats in the order of the text. */
class TreeBuilder {
  constructor() {
    this.root = null;
    this.repeats = [];
    this.container = null;
    this.keyToken = null;
  }

  scalar(token) {
    const node = new Node(token.type, token.value, token.text);
    this.attach(node, token.start);
    node.end = token.end;
  }

  open(kind, token) {
    const node = new Node(kind, kind === 'object' ? new Map() : []);
    this.attach(node, token.start);
    this.container = node;
  }

  key(token) {
    this.keyToken = token;
  }

  close(token) {
    this.container.end = token.end;
    this.container = this.container.parent;
  }

  attach(node, start) {
    node.start = start;
    node.begin = start;
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

/** A source that has all of its text at once. */
function wholeText(text) {
  const pieces = [text];
  return { read: () => (pieces.length > 0 ? pieces.pop() : null) };
}

/** The `root` node of a document, and the nodes that are `repeats`. */
function parseDocument(text) {
  const builder = new TreeBuilder();
  new Reader(new Scanner(wholeText(text)), builder).read();
  return { root: builder.root, repeats: builder.repeats };
}

module.exports = { parseDocument };
