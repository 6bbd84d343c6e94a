'use strict';

const { faultOf, isCountInside } = require('./rules');

/** Notes only whether there are violations. */
class Finding {
  constructor() {
    this.closed = false;
  }

  add() {
    this.closed = true;
  }
}

/**
 * Compares values with shapes. What is found goes to `findings.add(code, node, key)`, where `key` is
 * that of a missing member; nothing more is looked for when `findings.closed`.
 */
class Checker {
  constructor() {
    this.fitting = new Map();
  }

  /** Compares what can be compared at once; the rest is the returned generator, or null. */
  compare(node, shape, findings) {
    if (shape.kind === 'name') return this.compare(node, this.resolve(shape), findings);
    if (shape.kind === 'choice') return this.compareChoice(node, shape, findings);
    const fault = faultOf(shape, node.kind, node.value);
    if (fault) findings.add(fault, node);
    else if (shape.kind === 'array') return this.compareItems(node, shape, findings);
    else if (shape.kind === 'object') return this.compareMembers(node, shape, findings);
    return null;
  }

  /** The shape that a name stands for in the end. */
  resolve(shape) {
    let target = shape;
    while (target.kind === 'name') target = target.definition.shape;
    return target;
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
      if (!optional && !node.value.has(key)) findings.add('missing', node, key);
    }
  }

  *compareChoice(node, choice, findings) {
    if (!(yield this.fitsChoice(node, choice))) findings.add('alternative', node);
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
      const finding = new Finding();
      const rest = this.compare(node, alternative, finding);
      if (rest) yield rest;
      if (!finding.closed) return true;
    }
    return false;
  }
}

module.exports = { Checker };
