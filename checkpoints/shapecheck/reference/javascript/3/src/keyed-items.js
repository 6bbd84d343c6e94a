'use strict';

const { Node } = require('./node');
const { choosePositions } = require('./staying');

/**
 * The items of an array by their keys: a map from ids, which are the same for items that agree, to
 * `node` and keyed `step`. Null if an item lacks a key, or two agree.
 */
function keyedItems(array, keys, identity) {
  const items = new Map();
  for (const node of array.value) {
    if (node.kind !== 'object' || !keys.every((key) => node.value.has(key))) return null;
    const values = keys.map((key) => [key, node.value.get(key)]);
    items.set(values.map(([, value]) => identity.idOf(value)).join(), { node, step: Node.object(values) });
  }
  return items.size === array.value.length ? items : null;
}

const stepOf = (items, id) => (id === undefined ? Node.null() : items.get(id).step);

function deletions(before, after) {
  const operations = [];
  let kept;
  for (const [id, { node, step }] of before) {
    if (after.has(id)) kept = id;
    else operations.push({ op: 'delete', step, old: node, after: stepOf(before, kept) });
  }
  return operations;
}

/** The ids of the items that stay where they are while others are moved. */
function stayingIds(before, after) {
  const ids = [...before.keys()];
  const positions = new Map(ids.map((id, position) => [id, position]));
  const common = [...after.keys()].filter((id) => before.has(id));
  return new Set([...choosePositions(common.map((id) => positions.get(id)))].map((position) => ids[position]));
}

function placements(before, after) {
  const operations = [];
  const staying = stayingIds(before, after);
  const order = [...before.keys()].filter((id) => after.has(id));
  const known = new Map([...before, ...after]);
  let previous;
  for (const [id, { node, step }] of after) {
    if (!before.has(id)) operations.push({ op: 'insert', step, new: node, after: stepOf(after, previous) });
    else if (!staying.has(id)) operations.push({ op: 'move', step, from: takeOut(order, id, known), after: stepOf(after, previous) });
    if (!staying.has(id)) order.splice(order.indexOf(previous) + 1, 0, id);
    previous = id;
  }
  return operations;
}

/** Takes an id out of the order; returns the step to the item that was before it. */
function takeOut(order, id, items) {
  const index = order.indexOf(id);
  order.splice(index, 1);
  return stepOf(items, order[index - 1]);
}

/** Operations, with the last `step` instead of a path, that bring all items to their places. */
function arrange(before, after) {
  return [...deletions(before, after), ...placements(before, after)];
}

module.exports = { keyedItems, arrange };
