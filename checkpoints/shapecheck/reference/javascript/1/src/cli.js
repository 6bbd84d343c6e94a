'use strict';

const { Failure } = require('./failure');
const files = require('./files');
const { parseDocument } = require('./document');
const { parseShapeFile } = require('./shape-file');
const { listViolations } = require('./violations');
const { formatViolation } = require('./format');

const CLEAN = 0;
const FOUND = 1;
const FAILED = 2;

function loadShape(path) {
  const text = files.decode(files.readBytes(path));
  if (text === null) throw new Failure('bad-shape', ' at line 1: not UTF-8');
  return parseShapeFile(text);
}

function loadDocument(path) {
  const text = files.decode(files.readBytes(path === '-' ? files.STANDARD_INPUT : path));
  if (text === null) throw new Failure('bad-json', ': not UTF-8');
  return parseDocument(text);
}

function* formatAll(violations) {
  for (const violation of violations) yield formatViolation(violation);
}

function check(operands) {
  if (operands.length !== 2) throw new Failure('usage', ': check SHAPE DOC');
  const [shapePath, documentPath] = operands;
  const shape = loadShape(shapePath);
  const violations = listViolations(loadDocument(documentPath), shape);
  files.writeLines(files.STANDARD_OUTPUT, formatAll(violations));
  return violations.length === 0 ? CLEAN : FOUND;
}

const COMMANDS = new Map([['check', check]]);

function run(args) {
  const [name, ...operands] = args;
  const command = COMMANDS.get(name);
  if (!command) throw new Failure('usage', ': unknown or missing command');
  if (operands.some((operand) => operand.startsWith('--'))) throw new Failure('usage', ': there are no options');
  return command(operands);
}

function main(args) {
  try {
    return run(args);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    files.writeLines(files.STANDARD_ERROR, [`error: ${error.message}`]);
    return FAILED;
  }
}

module.exports = { main };
