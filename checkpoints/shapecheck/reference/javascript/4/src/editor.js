'use strict';

const { Failure } = require('./failure');
const { copyOf } = require('./node');
const { isKeyed, lastStep } = require('./patch');

/** Thrown when an operation does not find what it says. */
class Mismatch extends Error {}

function demand(condition) {
  if (!condition) throw new Mismatch();
}

const indexOf = (step) => Number(`${step.value.digits || '0'}e${step.value.exponent}`);

/**
 * Applies operations to a document of its own. With `loose`, the neighbours that items had before
 * are not compared.
 */
class Editor {
  constructor(root, identity, loose) {
    this.root = root;
    this.identity = identity;
    this.loose = loose;
  }

  apply(operation) {
    const { path } = operation;
    if (path.length === 0) {
      demand(this.areEqual(this.root, operation.old));
      this.root = copyOf(operation.new);
      return;
    }
    const containers = this.containersOn(path);
    const container = containers[containers.length - 1];
    this[operation.op](operation, container, lastStep(operation));
    for (const changed of containers) this.identity.forget(changed);
  }

  /** The containers that a path leads through, the document first. */
  containersOn(path) {
    const containers = [this.root];
    for (const step of path.slice(0, -1)) {
      const container = containers[containers.length - 1];
      containers.push(this.childAt(container, this.find(container, step)));
    }
    return containers;
  }

  areEqual(a, b) {
    return this.identity.idOf(a) === this.identity.idOf(b);
  }

  childAt(container, place) {
    return container.kind === 'object' ? container.value.get(place) : container.value[place];
  }

  /** The key or index that a step leads to. */
  find(container, step) {
    const place = this.search(container, step);
    demand(place !== null);
    return place;
  }

  /** The same, null if there is nothing; the container has to be of the right kind. */
  search(container, step) {
    demand(container.kind === (step.kind === 'string' ? 'object' : 'array'));
    if (step.kind === 'string') return container.value.has(step.value) ? step.value : null;
    const index = isKeyed(step) ? this.searchKeyed(container.value, step) : indexOf(step);
    return index >= 0 && index < container.value.length ? index : null;
  }

  searchKeyed(items, step) {
    const wanted = [...step.value].map(([key, value]) => [key, this.identity.idOf(value)]);
    const fits = ({ value }, [key, id]) => value.has(key) && this.identity.idOf(value.get(key)) === id;
    return items.findIndex((item) => item.kind === 'object' && wanted.every((member) => fits(item, member)));
  }

  /** The index behind the item that `neighbour` leads to, 0 for null. */
  indexBehind(container, neighbour) {
    return neighbour.kind === 'null' ? 0 : this.find(container, neighbour) + 1;
  }

  demandNeighbour(container, index, neighbour) {
    demand(this.loose || this.indexBehind(container, neighbour) === index);
  }

  replace({ old, new: newer }, container, step) {
    const place = this.find(container, step);
    demand(this.areEqual(this.childAt(container, place), old));
    if (container.kind === 'object') container.value.set(place, copyOf(newer));
    else container.value[place] = copyOf(newer);
  }

  insert({ new: newer, after }, container, step) {
    demand(this.search(container, step) === null);
    if (step.kind === 'string') {
      container.value.set(step.value, copyOf(newer));
      return;
    }
    const index = isKeyed(step) ? this.indexBehind(container, after) : indexOf(step);
    demand(isKeyed(step) ? this.searchKeyed([newer], step) === 0 : index === container.value.length);
    container.value.splice(index, 0, copyOf(newer));
  }

  delete({ old, after }, container, step) {
    const place = this.find(container, step);
    demand(this.areEqual(this.childAt(container, place), old));
    if (step.kind === 'string') {
      container.value.delete(place);
      return;
    }
    if (isKeyed(step)) this.demandNeighbour(container, place, after);
    else demand(place === container.value.length - 1);
    container.value.splice(place, 1);
  }

  move({ from, after }, container, step) {
    const index = this.find(container, step);
    this.demandNeighbour(container, index, from);
    const target = this.indexBehind(container, after);
    demand(target !== index + 1);
    const [item] = container.value.splice(index, 1);
    container.value.splice(target > index ? target - 1 : target, 0, item);
  }
}

function applyNumbered(editor, operation, number) {
  try {
    editor.apply(operation);
  } catch (error) {
    if (!(error instanceof Mismatch)) throw error;
    throw new Failure('mismatch', ` at op ${number}`);
  }
}

/** The document after the operations, but for those that are `skipped`. */
function applyPatch(root, operations, identity, { loose = false, skipped = new Set() } = {}) {
  const editor = new Editor(copyOf(root), identity, loose);
  for (const [index, operation] of operations.entries()) {
    if (!skipped.has(operation)) applyNumbered(editor, operation, index + 1);
  }
  return editor.root;
}

module.exports = { applyPatch };
