'use strict';

const { Node } = require('./node');
const { trampoline } = require('./trampoline');
const { keyedItems, arrange } = require('./keyed-items');

/** A path as a chain of steps, the last one first; null is the empty path. */
const extend = (path, step) => ({ path, step });

function stepsOf(path) {
  const steps = [];
  for (let current = path; current; current = current.path) steps.push(current.step);
  return steps.reverse();
}

const itemShape = (shape) => shape && shape.item;

function memberShape(shape, key) {
  const member = shape && shape.members && shape.members.get(key);
  return member ? member.shape : null;
}

/** Compares two documents that fit a shape; values without a shape have null instead. */
class Differ {
  constructor(checker, identity) {
    this.checker = checker;
    this.identity = identity;
    this.operations = [];
  }

  emit(op, path, fields) {
    this.operations.push({ op, path, ...fields });
  }

  *compare(a, b, shape, path) {
    const single = yield this.singleShape(a, b, shape);
    if (a.kind === 'object' && b.kind === 'object') yield this.compareObjects(a, b, single, path);
    else if (a.kind === 'array' && b.kind === 'array') yield this.compareArrays(a, b, single, path);
    else if (this.identity.idOf(a) !== this.identity.idOf(b)) this.emit('replace', path, { old: a, new: b });
  }

  /** Follows names, and the first alternatives that both values fit. */
  *singleShape(a, b, shape) {
    let single = shape;
    while (single && (single.kind === 'name' || single.kind === 'choice')) {
      single = single.kind === 'name' ? single.definition.shape : yield this.commonAlternative(a, b, single);
    }
    return single;
  }

  *commonAlternative(a, b, choice) {
    for (const alternative of choice.alternatives) {
      if ((yield this.checker.fits(a, alternative)) && (yield this.checker.fits(b, alternative))) return alternative;
    }
    return null;
  }

  *compareObjects(a, b, shape, path) {
    for (const [key, old] of a.value) {
      const memberPath = extend(path, Node.string(key));
      if (b.value.has(key)) yield this.compare(old, b.value.get(key), memberShape(shape, key), memberPath);
      else this.emit('delete', memberPath, { old });
    }
    for (const [key, node] of b.value) {
      if (!a.value.has(key)) this.emit('insert', extend(path, Node.string(key)), { new: node });
    }
  }

  *compareArrays(a, b, shape, path) {
    const [before, after] = [a, b].map((array) => this.keyedItems(array, shape));
    yield before && after ? this.compareKeyed(before, after, shape, path) : this.compareIndexed(a, b, shape, path);
  }

  keyedItems(array, shape) {
    return shape && shape.by ? keyedItems(array, shape.by, this.identity) : null;
  }

  *compareKeyed(before, after, shape, path) {
    for (const { op, step, ...fields } of arrange(before, after)) this.emit(op, extend(path, step), fields);
    for (const [id, { node, step }] of after) {
      if (before.has(id)) yield this.compare(before.get(id).node, node, itemShape(shape), extend(path, step));
    }
  }

  *compareIndexed(a, b, shape, path) {
    const common = Math.min(a.value.length, b.value.length);
    for (let index = 0; index < common; index += 1) {
      yield this.compare(a.value[index], b.value[index], itemShape(shape), extend(path, Node.index(index)));
    }
    for (let index = a.value.length - 1; index >= common; index -= 1) {
      this.emit('delete', extend(path, Node.index(index)), { old: a.value[index] });
    }
    for (let index = common; index < b.value.length; index += 1) {
      this.emit('insert', extend(path, Node.index(index)), { new: b.value[index] });
    }
  }
}

/** The operations that turn one document into the other, made one by one. */
function* diff(a, b, shape, checker, identity) {
  const differ = new Differ(checker, identity);
  trampoline(differ.compare(a, b, shape, null));
  for (const operation of differ.operations) yield { ...operation, path: stepsOf(operation.path) };
}

module.exports = { diff };
