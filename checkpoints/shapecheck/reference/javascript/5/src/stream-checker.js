'use strict';

const { faultOf, isUnknown, findMissing, findLength } = require('./rules');
const { Finding } = require('./finding');
const { resolve } = require('./shapes');

/**
 * A value while it is read. Like a node it has `parent` and `step`. Each of its `tasks` compares it
 * with an array or object shape. `outcomes` has for each shape that it may have to fit an object that is
 * `closed` if it does not; for a choice, null as long as that is not known.
 */
class OpenValue {
  constructor(kind, scalar, parent, step) {
    this.kind = kind;
    this.scalar = scalar;
    this.parent = parent;
    this.step = step;
    this.tasks = [];
    this.outcomes = new Map();
    this.demands = [];
    this.count = 0;
    this.keys = new Set();
    this.key = null;
    this.isRepeat = false;
  }

  /** Compares the value with the shape, and tells the findings all that is wrong. */
  compare(shape, findings) {
    const fault = faultOf(shape, this.kind, this.scalar);
    if (fault) findings.add(fault, this);
    else if (shape.kind === 'array' || shape.kind === 'object') this.tasks.push({ shape, findings });
  }

  /** Tells the findings in the end if the value does not fit the shape. */
  demand(shape, findings) {
    this.demands.push({ shape, findings });
    const pending = [shape];
    while (pending.length > 0) this.prepare(resolve(pending.pop()), pending);
  }

  /** Begins to compare the value with a shape, if that is not done yet. */
  prepare(shape, pending) {
    if (this.outcomes.has(shape)) return;
    const finding = shape.kind === 'choice' ? null : new Finding();
    this.outcomes.set(shape, finding);
    if (finding) this.compare(shape, finding);
    else pending.push(...shape.alternatives);
  }

  settle() {
    for (const { shape, findings } of this.demands) {
      if (!this.fits(shape)) findings.add('alternative', this);
    }
  }

  fits(shape) {
    const target = resolve(shape);
    const outcome = this.outcomes.get(target);
    if (outcome) return !outcome.closed;
    const fits = target.alternatives.some((alternative) => this.fits(alternative));
    this.outcomes.set(target, { closed: !fits });
    return fits;
  }
}

/**
 * Compares a document with a shape while it is read: a handler for a reader. What is found goes to
 * `report.add(code, value, details)` as soon as its place is reached.
 */
class StreamChecker {
  constructor(shape, report) {
    this.shape = shape;
    this.report = report;
    this.container = null;
  }

  scalar(token) {
    this.begin(token.type, token.value).settle();
  }

  open(kind) {
    this.container = this.begin(kind, null);
  }

  key({ value: key }) {
    const { container } = this;
    container.key = key;
    container.isRepeat = container.keys.has(key);
    const member = { parent: container, step: key };
    if (container.isRepeat) this.report.add('duplicate', member);
    else this.enterMember(key, member);
  }

  enterMember(key, member) {
    this.container.keys.add(key);
    for (const { shape, findings } of this.container.tasks) {
      if (isUnknown(shape, key)) findings.add('unknown', member);
    }
  }

  close() {
    const { container } = this;
    for (const { shape, findings } of container.tasks) {
      if (shape.kind === 'array') findLength(container, container.count, shape, findings);
      else findMissing(container, container.keys, shape, findings);
    }
    container.settle();
    this.container = container.parent;
  }

  begin(kind, scalar) {
    const { container } = this;
    if (!container) return this.beginRoot(kind, scalar);
    const step = container.kind === 'array' ? container.count : container.key;
    const value = new OpenValue(kind, scalar, container, step);
    container.count += 1;
    if (!container.isRepeat) this.beginPart(value, container);
    return value;
  }

  beginRoot(kind, scalar) {
    const value = new OpenValue(kind, scalar, null, null);
    this.enter(value, this.shape, this.report);
    return value;
  }

  beginPart(value, container) {
    for (const { shape, findings } of container.tasks) {
      const part = shape.kind === 'array' ? shape.item : shape.members.get(value.step)?.shape;
      if (part && !findings.closed) this.enter(value, part, findings);
    }
  }

  /** What is reported is compared at once; alternatives, and what is in them, are settled in the end. */
  enter(value, shape, findings) {
    const target = resolve(shape);
    if (findings === this.report && target.kind !== 'choice') value.compare(target, findings);
    else value.demand(target, findings);
  }
}

module.exports = { StreamChecker };
