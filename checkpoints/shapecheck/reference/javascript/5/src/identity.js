'use strict';

const { trampoline } = require('./trampoline');

const SCALAR_KEYS = {
  null: () => 'null',
  boolean: (value) => String(value),
  string: (value) => `"${value}`,
  number: ({ negative, digits, exponent }) => `${negative ? '-' : ''}${digits}e${exponent}`,
};

/** Gives values numbers, equal ones for equal values. Values have a `kind` and a `value`. */
class Identity {
  constructor() {
    this.ids = new Map();
    this.containers = new Map();
  }

  idOf(node) {
    const known = this.known(node);
    return known === null ? trampoline(this.identify(node)) : known;
  }

  /** Forgets the number of a container that changes. */
  forget(node) {
    this.containers.delete(node);
  }

  known(node) {
    const scalarKey = SCALAR_KEYS[node.kind];
    if (scalarKey) return this.intern(scalarKey(node.value));
    return this.containers.has(node) ? this.containers.get(node) : null;
  }

  intern(key) {
    if (!this.ids.has(key)) this.ids.set(key, this.ids.size);
    return this.ids.get(key);
  }

  *identify(node) {
    const isArray = node.kind === 'array';
    const parts = isArray ? ['['] : ['{'];
    const entries = isArray ? node.value.entries() : [...node.value].sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [key, child] of entries) {
      const known = this.known(child);
      const id = known === null ? yield this.identify(child) : known;
      parts.push(isArray ? id : `${JSON.stringify(key)}:${id}`);
    }
    const id = this.intern(parts.join());
    this.containers.set(node, id);
    return id;
  }
}

module.exports = { Identity };
