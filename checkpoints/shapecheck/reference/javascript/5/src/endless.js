'use strict';

const isOptional = (range) => !range || !range.min || range.min.isZero();

/** Whether a value can fit the shape if values can fit the definitions in `filled`. */
function canBeFilled(shape, filled) {
  const fill = (part) => canBeFilled(part, filled);
  switch (shape.kind) {
    case 'name':
      return filled.has(shape.definition);
    case 'choice':
      return shape.alternatives.some(fill);
    case 'array':
      return isOptional(shape.range) || fill(shape.item);
    case 'object':
      return [...shape.members.values()].every((member) => member.optional || fill(member.shape));
    default:
      return true;
  }
}

/** For each definition those that mention it. */
function findUsers(definitions) {
  const users = new Map(definitions.map((definition) => [definition, []]));
  for (const user of definitions) {
    for (const reference of user.references) users.get(reference.definition).push(user);
  }
  return users;
}

/** The definitions that a document of limited size fits. */
function findFilled(definitions) {
  const users = findUsers(definitions);
  const filled = new Set();
  const pending = [...definitions];
  while (pending.length > 0) {
    const definition = pending.pop();
    if (filled.has(definition) || !canBeFilled(definition.shape, filled)) continue;
    filled.add(definition);
    for (const user of users.get(definition)) pending.push(user);
  }
  return filled;
}

/** The definitions that a shape leads to without an array or object between. */
function directTargets(shape) {
  const singles = shape.kind === 'choice' ? shape.alternatives : [shape];
  return singles.filter((single) => single.kind === 'name').map((single) => single.definition);
}

function leadsToItself(definition) {
  const reached = new Set();
  const pending = directTargets(definition.shape);
  while (pending.length > 0) {
    const target = pending.pop();
    if (reached.has(target)) continue;
    reached.add(target);
    pending.push(...directTargets(target.shape));
  }
  return reached.has(definition);
}

/** The first endless definition, undefined if there is none. */
function findEndless(definitions) {
  const filled = findFilled(definitions);
  return definitions.find((definition) => !filled.has(definition) || leadsToItself(definition));
}

module.exports = { findEndless };
