'use strict';

const { parseDefinitions } = require('./shape-parser');
const { faulty } = require('./token-stream');
const { findEndless } = require('./endless');

/** Lets each name lead to its definition. */
function link(definitions) {
  for (const { references } of definitions.values()) {
    for (const reference of references) {
      if (!definitions.has(reference.name)) throw faulty(reference.line, `${reference.name} has no definition`);
      reference.definition = definitions.get(reference.name);
    }
  }
}

/** What a shape file describes: `root`, the shape of documents, and all `definitions`. */
function parseShapeFile(text) {
  const byName = parseDefinitions(text);
  link(byName);
  const definitions = [...byName.values()];
  const endless = findEndless(definitions);
  if (endless) throw faulty(endless.line, `${endless.name} is endless`);
  return { root: { kind: 'name', definition: definitions[0] }, definitions };
}

module.exports = { parseShapeFile };
