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

/** The shape of documents that a shape file describes. */
function parseShapeFile(text) {
  const byName = parseDefinitions(text);
  link(byName);
  const definitions = [...byName.values()];
  const endless = findEndless(definitions);
  if (endless) throw faulty(endless.line, `${endless.name} is endless`);
  return definitions[0].shape;
}

module.exports = { parseShapeFile };
