'use strict';

const { isKeyed, lastStep } = require('./patch');
const { applyPatch } = require('./editor');

const CHANGES_LENGTH = new Set(['insert', 'delete']);
const PUTS_BEHIND = new Set(['insert', 'move']);

/** What is compared of an operation; paths are texts that begin alike if the paths do. */
class Outline {
  constructor(operation, identity) {
    const ids = operation.path.map((step) => `${identity.idOf(step)}/`);
    const last = lastStep(operation);
    this.operation = operation;
    this.op = operation.op;
    this.path = ids.join('');
    this.array = ids.slice(0, -1).join('');
    this.lastId = ids[ids.length - 1];
    this.changesLength = CHANGES_LENGTH.has(this.op) && last.kind === 'number';
    this.putsBehind = PUTS_BEHIND.has(this.op) && isKeyed(last);
    this.afterId = operation.after && `${identity.idOf(operation.after)}/`;
    this.signature = this.sign(identity);
  }

  /** A text that only the same operations have. */
  sign(identity) {
    const { op, path, from, after, ...values } = this.operation;
    if (op === 'delete') return `${op} ${this.path}`;
    if (op === 'move') return `${op} ${this.path} ${this.afterId}`;
    const parts = Object.entries(values).map(([name, node]) => `${name} ${identity.idOf(node)}`);
    return [op, this.path, this.afterId, ...parts].join(' ');
  }
}

const covers = (shorter, longer) => shorter.op !== 'move' && longer.path.startsWith(shorter.path);
const deletesNeighbour = (a, b) => a.putsBehind && b.op === 'delete' && a.afterId === b.lastId;

function disagreeInArray(a, b) {
  if (a.changesLength && b.changesLength) return true;
  if (a.putsBehind && b.putsBehind && a.afterId === b.afterId) return true;
  return deletesNeighbour(a, b) || deletesNeighbour(b, a);
}

function areInConflict(a, b) {
  if (a.path === b.path || covers(a, b) || covers(b, a)) return true;
  return a.array === b.array && disagreeInArray(a, b);
}

function without(outlines, others) {
  const signatures = new Set(others.map(({ signature }) => signature));
  return outlines.filter(({ signature }) => !signatures.has(signature));
}

function* pairConflicts(firsts, seconds) {
  for (const first of firsts) {
    for (const second of seconds) {
      if (areInConflict(first, second)) yield { first: first.operation, second: second.operation };
    }
  }
}

/** Two patches of one document, and how they go together. */
class Merge {
  constructor(base, first, second, identity) {
    this.identity = identity;
    this.second = second;
    this.afterFirst = applyPatch(base, first, identity);
    applyPatch(base, second, identity);
    const outline = (operation) => new Outline(operation, identity);
    const [firsts, seconds] = [first.map(outline), second.map(outline)];
    this.firsts = without(firsts, seconds);
    this.seconds = without(seconds, firsts);
  }

  conflicts() {
    return pairConflicts(this.firsts, this.seconds);
  }

  hasConflicts() {
    return !this.conflicts().next().done;
  }

  /** The document after both patches, if there are no conflicts. */
  result() {
    const remaining = new Set(this.seconds.map(({ operation }) => operation));
    const skipped = new Set(this.second.filter((operation) => !remaining.has(operation)));
    return applyPatch(this.afterFirst, this.second, this.identity, { loose: true, skipped });
  }
}

module.exports = { Merge };
