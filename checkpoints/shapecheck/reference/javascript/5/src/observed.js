'use strict';

const { countCharacters } = require('./text');

const MOST_STRINGS = 8;

/** The least and the greatest of numbers. */
class Bounds {
  constructor(compare, min = null, max = null) {
    this.compare = compare;
    this.min = min;
    this.max = max;
  }

  add(value) {
    if (this.min === null || this.compare(value, this.min) < 0) this.min = value;
    if (this.max === null || this.compare(value, this.max) > 0) this.max = value;
  }
}

const compareCounts = (a, b) => a - b;
const compareNumbers = (a, b) => a.compare(b);

class Numbers {
  constructor() {
    this.whole = true;
    this.bounds = new Bounds(compareNumbers);
  }

  add(number) {
    this.whole = this.whole && number.isWhole();
    this.bounds.add(number);
  }
}

/** The strings seen; `values` is null if they are too many. */
class Strings {
  constructor() {
    this.values = new Set();
    this.lengths = new Bounds(compareCounts);
  }

  add(string) {
    this.lengths.add(countCharacters(string));
    if (this.values) this.values.add(string);
    if (this.values && this.values.size > MOST_STRINGS) this.values = null;
  }
}

class Arrays {
  constructor() {
    this.lengths = new Bounds(compareCounts);
    this.items = new Observed();
  }
}

/** The objects seen: their number, and for each key the number of those that have it. */
class Objects {
  constructor() {
    this.count = 0;
    this.members = new Map();
  }

  member(key) {
    if (!this.members.has(key)) this.members.set(key, { count: 0, values: new Observed() });
    return this.members.get(key);
  }
}

/** What was seen at one place, null for kinds that were not. */
class Observed {
  constructor() {
    this.null = false;
    this.boolean = false;
    this.numbers = null;
    this.strings = null;
    this.arrays = null;
    this.objects = null;
  }

  addScalar({ type, value }) {
    if (type === 'number') this.addNumber(value);
    else if (type === 'string') this.addString(value);
    else this[type] = true;
  }

  addNumber(number) {
    this.numbers = this.numbers || new Numbers();
    this.numbers.add(number);
  }

  addString(string) {
    this.needStrings().add(string);
  }

  needStrings() {
    this.strings = this.strings || new Strings();
    return this.strings;
  }

  needArrays() {
    this.arrays = this.arrays || new Arrays();
    return this.arrays;
  }

  needObjects() {
    this.objects = this.objects || new Objects();
    return this.objects;
  }

  isEmpty() {
    return !(this.null || this.boolean || this.numbers || this.strings || this.arrays || this.objects);
  }
}

module.exports = { Observed };
