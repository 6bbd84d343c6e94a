'use strict';

const { Coverage } = require('./coverage');
const { isSmaller } = require('./long-text');
const { countsOf, subtract, contains } = require('./intervals');
const { SmallestTexts, arrayText, arrayTextWithOne } = require('./smallest');
const { resolve, singlesOf } = require('./shapes');

/**
 * Looks for the smallest text that fits an old shape but not a new one. Each such pair of shapes has
 * the smallest `text` that is known, and `users`: pairs whose texts may have this one as a part, with
 * a function `wrap` that makes the whole text.
 */
class DifferenceSearch {
  constructor(oldFile) {
    this.smallest = new SmallestTexts(oldFile.definitions);
    this.pairs = new Map();
    this.coverages = new Map();
    this.unexplored = [];
    this.improved = [];
  }

  find(oldShape, newShape) {
    const pair = this.pairOf(oldShape, newShape);
    while (this.unexplored.length > 0) this.explore(this.unexplored.pop());
    for (const improved of this.improved) this.passOn(improved);
    return pair.text;
  }

  pairOf(oldShape, newShape) {
    const [oldTarget, newTarget] = [oldShape, newShape].map(resolve);
    if (!this.pairs.has(oldTarget)) this.pairs.set(oldTarget, new Map());
    const pairs = this.pairs.get(oldTarget);
    if (!pairs.has(newTarget)) pairs.set(newTarget, this.newPair(oldTarget, newTarget));
    return pairs.get(newTarget);
  }

  newPair(oldShape, newShape) {
    const pair = { oldShape, newShape, text: null, users: [], waiting: false };
    this.unexplored.push(pair);
    return pair;
  }

  coverageOf(shape) {
    if (!this.coverages.has(shape)) this.coverages.set(shape, new Coverage(shape));
    return this.coverages.get(shape);
  }

  offer(pair, text) {
    if (!text || (pair.text && !isSmaller(text, pair.text))) return;
    pair.text = text;
    if (!pair.waiting) this.improved.push(pair);
    pair.waiting = true;
  }

  passOn(pair) {
    pair.waiting = false;
    for (const { user, wrap } of pair.users) this.offer(user, wrap(pair.text));
  }

  explore(pair) {
    const coverage = this.coverageOf(pair.newShape);
    if (coverage.any) return;
    for (const single of singlesOf(pair.oldShape)) {
      if (single.kind === 'array') this.exploreArray(pair, single, coverage.array);
      else if (single.kind === 'object') this.exploreObject(pair, single, coverage.object);
      else this.offer(pair, coverage.uncovered(single));
    }
  }

  exploreArray(pair, oldArray, newArray) {
    const item = this.smallest.of(oldArray.item);
    const counts = countsOf(oldArray.range);
    for (const { min } of subtract(counts, newArray ? [countsOf(newArray.range)] : [])) {
      this.offer(pair, arrayText(item, min));
    }
    const count = counts.min === 0n ? 1n : counts.min;
    if (!newArray || !contains(counts, count)) return;
    const wrap = (text) => arrayTextWithOne(text, item, count);
    this.pairOf(oldArray.item, newArray.item).users.push({ user: pair, wrap });
  }

  exploreObject(pair, oldObject, newObject) {
    if (!newObject || lacksMembers(oldObject, newObject)) this.offer(pair, this.smallest.of(oldObject));
    if (!newObject) return;
    for (const member of oldObject.members.values()) {
      const counterpart = newObject.members.get(member.key);
      if (counterpart) this.exploreMember(pair, oldObject, member, counterpart);
      else if (!newObject.open) {
        this.offer(pair, this.smallest.ofMembers(oldObject, [[member.key, this.smallest.of(member.shape)]]));
      }
    }
  }

  exploreMember(pair, oldObject, member, counterpart) {
    const wrap = (text) => this.smallest.ofMembers(oldObject, [[member.key, text]]);
    this.pairOf(member.shape, counterpart.shape).users.push({ user: pair, wrap });
  }
}

/** Whether the smallest object of the old shape lacks a member that the new one wants. */
function lacksMembers(oldObject, newObject) {
  const isSure = (key) => oldObject.members.has(key) && !oldObject.members.get(key).optional;
  return [...newObject.members.values()].some(({ key, optional }) => !optional && !isSure(key));
}

/** The smallest text that fits the old file, but not the new one; null if there is none. */
function findDifference(oldFile, newFile) {
  return new DifferenceSearch(oldFile).find(oldFile.root, newFile.root);
}

module.exports = { findDifference };
