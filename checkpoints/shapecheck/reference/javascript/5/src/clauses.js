'use strict';

const { Decimal } = require('./decimal');
const { compareCharacters } = require('./text');

const number = (value) => ({ kind: 'number', value });

const ORDERS = {
  number: (a, b) => a.compare(b),
  string: compareCharacters,
};

/** What each operator asks of the order of two values. */
const ORDER_TESTS = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
};

function takeStep(node, key) {
  if (key === null) return node.kind === 'array' ? node.value : [];
  return node.kind === 'object' && node.value.has(key) ? [node.value.get(key)] : [];
}

/** The values that a path selects, in the order of the document. */
function select(path, root) {
  return path.steps.reduce((nodes, { key }) => nodes.flatMap((node) => takeStep(node, key)), [root]);
}

/** The value of an operand, null if it selects nothing, and the nodes that were selected for it. */
const OPERANDS = {
  number: ({ value }) => ({ value: number(value), nodes: [] }),
  path({ path }, root) {
    const nodes = select(path, root);
    return { value: nodes.length > 0 ? nodes[0] : null, nodes };
  },
  count({ path }, root) {
    const nodes = select(path, root);
    return { value: number(Decimal.parse(String(nodes.length))), nodes };
  },
  sum({ path }, root) {
    const nodes = select(path, root);
    const numbers = nodes.filter((node) => node.kind === 'number').map((node) => node.value);
    return { value: number(Decimal.sum(numbers)), nodes };
  },
};

const evaluate = (operand, root) => OPERANDS[operand.kind](operand, root);

/** Judges clauses on values that fit the shapes of their definitions. */
class Judge {
  constructor(identity) {
    this.identity = identity;
    this.rules = { unique: this.unique, in: this.inclusion, needs: this.need, comparison: this.comparison };
  }

  /** The failed clauses: the `number` of each, counted from 1, and the `nodes` that show it. */
  failures(clauses, root) {
    return clauses
      .map((clause, index) => ({ number: index + 1, nodes: this.rules[clause.kind].call(this, clause, root) }))
      .filter(({ nodes }) => nodes !== null);
  }

  /** The selected nodes, each with an id that is the same for equal ones. */
  items({ path, keys }, root) {
    const nodes = select(path, root);
    if (!keys) return nodes.map((node) => ({ node, id: this.identity.idOf(node) }));
    return nodes
      .filter((node) => node.kind === 'object' && keys.every((key) => node.value.has(key)))
      .map((node) => ({ node, id: this.idOfMembers(node, keys) }));
  }

  idOfMembers(node, keys) {
    return keys.map((key) => this.identity.idOf(node.value.get(key))).join();
  }

  unique(clause, root) {
    const items = this.items(clause.items, root);
    const counts = new Map();
    for (const { id } of items) counts.set(id, (counts.get(id) || 0) + 1);
    return nodesOrNull(items.filter(({ id }) => counts.get(id) > 1));
  }

  inclusion(clause, root) {
    const allowed = new Set(this.items(clause.right, root).map(({ id }) => id));
    return nodesOrNull(this.items(clause.left, root).filter(({ id }) => !allowed.has(id)));
  }

  need(clause, root) {
    const nodes = select(clause.left, root);
    return nodes.length === 0 || select(clause.right, root).length > 0 ? null : nodes;
  }

  comparison(clause, root) {
    const left = evaluate(clause.left, root);
    const right = evaluate(clause.right, root);
    if (!left.value || !right.value || this.holds(clause.operator, left.value, right.value)) return null;
    return [...left.nodes, ...right.nodes];
  }

  holds(operator, left, right) {
    if (operator === '=') return this.areEqual(left, right);
    if (operator === '!=') return !this.areEqual(left, right);
    const order = ORDERS[left.kind];
    return Boolean(order) && left.kind === right.kind && ORDER_TESTS[operator](order(left.value, right.value));
  }

  areEqual(left, right) {
    return this.identity.idOf(left) === this.identity.idOf(right);
  }
}

function nodesOrNull(items) {
  return items.length === 0 ? null : items.map(({ node }) => node);
}

module.exports = { Judge };
