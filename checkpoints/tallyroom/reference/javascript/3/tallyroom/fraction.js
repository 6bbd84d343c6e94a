'use strict';

function greatestCommonDivisor(a, b) {
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

function leastCommonMultiple(a, b) {
  return (a / greatestCommonDivisor(a, b)) * b;
}

/** An exact number that is not negative, in lowest terms. */
class Fraction {
  constructor(numerator, denominator = 1n) {
    const divisor = greatestCommonDivisor(numerator, denominator);
    this.numerator = numerator / divisor;
    this.denominator = denominator / divisor;
  }

  minus(other) {
    return new Fraction(
      this.numerator * other.denominator - other.numerator * this.denominator,
      this.denominator * other.denominator,
    );
  }

  times(other) {
    return new Fraction(this.numerator * other.numerator, this.denominator * other.denominator);
  }

  over(other) {
    return new Fraction(this.numerator * other.denominator, this.denominator * other.numerator);
  }

  isMoreThan(other) {
    return this.numerator * other.denominator > other.numerator * this.denominator;
  }

  equals(other) {
    return this.numerator === other.numerator && this.denominator === other.denominator;
  }

  get isWhole() {
    return this.denominator === 1n;
  }

  toString() {
    return this.isWhole ? `${this.numerator}` : `${this.numerator}/${this.denominator}`;
  }
}

Fraction.ONE = new Fraction(1n);

/** The sum, brought to lowest terms only once. */
function sum(fractions) {
  const denominator = fractions.map((each) => each.denominator).reduce(leastCommonMultiple, 1n);
  const numerators = fractions.map((each) => each.numerator * (denominator / each.denominator));
  return new Fraction(numerators.reduce((a, b) => a + b, 0n), denominator);
}

module.exports = { Fraction, sum };
