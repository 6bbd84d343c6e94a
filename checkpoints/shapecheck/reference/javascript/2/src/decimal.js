'use strict';

/**
 * An exact decimal: digits * 10 ** exponent, negated if `negative`. The digits have no zeros at
 * either end, and zero has none at all, so that equal numbers have equal parts.
 */
class Decimal {
  constructor(negative, digits, exponent) {
    this.negative = negative;
    this.digits = digits;
    this.exponent = exponent;
  }

  static normal(negative, digits, exponent) {
    const first = digits.search(/[1-9]/);
    if (first < 0) return ZERO;
    let end = digits.length;
    while (digits[end - 1] === '0') end -= 1;
    return new Decimal(negative, digits.slice(first, end), exponent + digits.length - end);
  }

  /** Reads the text of a JSON number. */
  static parse(text) {
    const [mantissa, exponent = '0'] = text.split(/[eE]/);
    const negative = mantissa.startsWith('-');
    const [whole, fraction = ''] = mantissa.slice(negative ? 1 : 0).split('.');
    return Decimal.normal(negative, whole + fraction, Number(exponent) - fraction.length);
  }

  /** The exact sum; numbers with equal exponents are added first. */
  static sum(numbers) {
    const sums = new Map();
    for (const number of numbers) {
      sums.set(number.exponent, (sums.get(number.exponent) || 0n) + number.scaled());
    }
    const least = Math.min(0, ...sums.keys());
    let total = 0n;
    for (const [exponent, sum] of sums) total += sum * 10n ** BigInt(exponent - least);
    return Decimal.normal(total < 0n, String(total).replace('-', ''), least);
  }

  /** The number without its exponent. */
  scaled() {
    return BigInt(this.digits) * (this.negative ? -1n : 1n);
  }

  isZero() {
    return this.digits === '';
  }

  isWhole() {
    return this.exponent >= 0;
  }

  equals(other) {
    return this.negative === other.negative && this.exponent === other.exponent && this.digits === other.digits;
  }

  sign() {
    if (this.isZero()) return 0;
    return this.negative ? -1 : 1;
  }

  /** Less than 0, 0 or greater than 0, as this number is less than, equal to or greater than the other. */
  compare(other) {
    const sign = this.sign();
    if (sign !== other.sign()) return sign - other.sign();
    return sign * this.compareSize(other);
  }

  compareSize(other) {
    const difference = this.digits.length + this.exponent - other.digits.length - other.exponent;
    if (difference !== 0 || this.digits === other.digits) return difference;
    return this.digits < other.digits ? -1 : 1;
  }
}

const ZERO = new Decimal(false, '', 0);

module.exports = { Decimal };
