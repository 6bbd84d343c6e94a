'use strict';

/** What is asked about shapes themselves. */

/** The shape that a name stands for in the end. */
function resolve(shape) {
  let target = shape;
  while (target.kind === 'name') target = target.definition.shape;
  return target;
}

/** The shapes that are no names and no choices and of which a value has to fit one, each once. */
function singlesOf(shape) {
  const singles = [];
  const seen = new Set();
  const pending = [shape];
  while (pending.length > 0) {
    const next = resolve(pending.pop());
    if (seen.has(next)) continue;
    seen.add(next);
    if (next.kind === 'choice') pending.push(...next.alternatives);
    else singles.push(next);
  }
  return singles;
}

const PARTS = {
  choice: ({ alternatives }) => alternatives,
  array: ({ item }) => [item],
  object: ({ members }) => [...members.values()].map(({ shape }) => shape),
};

/** The shape and all shapes written in it. */
function* shapesIn(shape) {
  yield shape;
  const parts = PARTS[shape.kind];
  if (!parts) return;
  for (const part of parts(shape)) yield* shapesIn(part);
}

module.exports = { resolve, singlesOf, shapesIn };
