'use strict';

const { faultOf, isCountInside } = require('./rules');
const { Judge } = require('./clauses');

/** Notes only whether there are violations. */
class Finding {
  constructor() {
    this.count = 0;
  }

  get closed() {
    return this.count > 0;
  }

  add() {
    this.count += 1;
  }
}

/**
 * Compares values with shapes. What is found goes to `findings.add(code, node, details)` and makes
 * `findings.count` grow; nothing more is looked for when `findings.closed`.
 */
class Checker {
  constructor(identity) {
    this.fitting = new Map();
    this.judge = new Judge(identity);
  }

  /** Compares what can be compared at once; the rest is the returned generator, or null. */
  compare(node, shape, findings) {
    if (shape.kind === 'name') return this.compareName(node, shape, findings);
    if (shape.kind === 'choice') return this.compareChoice(node, shape, findings);
    const fault = faultOf(shape, node.kind, node.value);
    if (fault) findings.add(fault, node);
    else if (shape.kind === 'array') return this.compareItems(node, shape, findings);
    else if (shape.kind === 'object') return this.compareMembers(node, shape, findings);
    return null;
  }

  /** Goes on with the shape that a name stands for, at the latest when there are clauses to judge. */
  compareName(node, name, findings) {
    let shape = name;
    while (shape.kind === 'name') {
      if (shape.definition.clauses.length > 0) return this.compareDefinition(node, shape.definition, findings);
      shape = shape.definition.shape;
    }
    return this.compare(node, shape, findings);
  }

  *compareDefinition(node, { name, shape, clauses }, findings) {
    const before = findings.count;
    const rest = this.compare(node, shape, findings);
    if (rest) yield rest;
    if (findings.count > before) return;
    for (const { number, nodes } of this.judge.failures(clauses, node)) {
      findings.add('clause', node, { shape: name, clause: number, nodes });
    }
  }

  *compareItems(node, shape, findings) {
    for (const item of node.value) {
      const rest = this.compare(item, shape.item, findings);
      if (rest) yield rest;
      if (findings.closed) return;
    }
    if (!isCountInside(node.value.length, shape.range)) findings.add('length', node);
  }

  *compareMembers(node, shape, findings) {
    for (const [key, value] of node.value) {
      const member = shape.members.get(key);
      if (member) {
        const rest = this.compare(value, member.shape, findings);
        if (rest) yield rest;
      } else if (!shape.open) {
        findings.add('unknown', value);
      }
      if (findings.closed) return;
    }
    this.findMissing(node, shape, findings);
  }

  findMissing(node, shape, findings) {
    for (const { key, optional } of shape.members.values()) {
      if (!optional && !node.value.has(key)) findings.add('missing', node, { key });
    }
  }

  *compareChoice(node, choice, findings) {
    if (!(yield this.fitsChoice(node, choice))) findings.add('alternative', node, { choice });
  }

  /** Whether a value fits an alternative; each value is compared with each choice once. */
  *fitsChoice(node, choice) {
    const known = this.knownFits(choice);
    if (!known.has(node)) known.set(node, yield this.fitsAny(node, choice.alternatives));
    return known.get(node);
  }

  knownFits(choice) {
    if (!this.fitting.has(choice)) this.fitting.set(choice, new Map());
    return this.fitting.get(choice);
  }

  *fitsAny(node, alternatives) {
    for (const alternative of alternatives) {
      if (yield this.fits(node, alternative)) return true;
    }
    return false;
  }

  *fits(node, shape) {
    const finding = new Finding();
    const rest = this.compare(node, shape, finding);
    if (rest) yield rest;
    return !finding.closed;
  }
}

module.exports = { Checker };
