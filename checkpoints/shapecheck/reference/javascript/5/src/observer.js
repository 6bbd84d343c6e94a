'use strict';

const { Failure } = require('./failure');

const DEEPEST = 100;

/** What is told about an open array. */
class OpenArray {
  constructor(observed) {
    this.arrays = observed.needArrays();
    this.count = 0;
  }

  next() {
    this.count += 1;
    return this.arrays.items;
  }

  close() {
    this.arrays.lengths.add(this.count);
  }
}

/** What is told about an open object. */
class OpenObject {
  constructor(observed) {
    this.objects = observed.needObjects();
    this.objects.count += 1;
    this.keys = new Set();
    this.key = null;
  }

  enter(key) {
    if (this.keys.has(key)) throw new Failure('repeated-key', `: ${JSON.stringify(key)}`);
    this.keys.add(key);
    this.key = key;
  }

  next() {
    const member = this.objects.member(this.key);
    member.count += 1;
    return member.values;
  }

  close() {}
}

/** Adds a document to what was observed: a handler for a reader. */
class Observer {
  constructor(observed) {
    this.root = observed;
    this.containers = [];
  }

  get container() {
    return this.containers[this.containers.length - 1];
  }

  place() {
    return this.container ? this.container.next() : this.root;
  }

  scalar(token) {
    this.place().addScalar(token);
  }

  open(kind) {
    if (this.containers.length === DEEPEST) throw new Failure('too-deep');
    const place = this.place();
    this.containers.push(kind === 'array' ? new OpenArray(place) : new OpenObject(place));
  }

  key({ value }) {
    this.container.enter(value);
  }

  close() {
    this.containers.pop().close();
  }
}

module.exports = { Observer };
