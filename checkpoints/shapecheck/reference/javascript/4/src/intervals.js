'use strict';

/** Sets of integers as lists of intervals with `min` and `max`, null where there is no limit. */

const EVERYTHING = { min: null, max: null };

function intervalOf(range) {
  if (!range) return EVERYTHING;
  return { min: range.min && range.min.toBigInt(), max: range.max && range.max.toBigInt() };
}

/** A count has at least the limit 0. */
function countsOf(range) {
  const { min, max } = intervalOf(range);
  return { min: min === null ? 0n : min, max };
}

const isEmpty = ({ min, max }) => min !== null && max !== null && min > max;
const leastOf = (a, b) => (a === null || (b !== null && b < a) ? b : a);
const greatestOf = (a, b) => (a === null || (b !== null && b > a) ? b : a);

function subtractOne(interval, { min, max }) {
  const rest = [];
  if (min !== null) rest.push({ min: interval.min, max: leastOf(interval.max, min - 1n) });
  if (max !== null) rest.push({ min: greatestOf(interval.min, max + 1n), max: interval.max });
  return rest.filter((part) => !isEmpty(part));
}

/** What is left of an interval without the others. */
function subtract(interval, others) {
  return others.reduce((parts, other) => parts.flatMap((part) => subtractOne(part, other)), [interval]);
}

function contains({ min, max }, value) {
  return (min === null || min <= value) && (max === null || value <= max);
}

/** The integer of an interval that has the smallest text. */
function smallestInteger({ min, max }) {
  if (min !== null && min > 0n) return min;
  return max !== null && max < 0n ? max : 0n;
}

module.exports = { EVERYTHING, intervalOf, countsOf, subtract, contains, smallestInteger };
