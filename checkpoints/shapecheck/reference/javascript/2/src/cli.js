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

function check([shapePath, documentPath], options) {
  const shape = loadShape(shapePath);
  const document = loadDocument(documentPath);
  const violations = listViolations(document, shape, { nearest: options.has('--nearest') });
  const lineCount = files.writeLines(files.STANDARD_OUTPUT, formatAll(violations));
  return lineCount === 0 ? CLEAN : FOUND;
}

/** What each command runs, the number of its operands, and its options. */
const COMMANDS = new Map([['check', { run: check, operandCount: 2, options: ['--nearest'] }]]);

function run(args) {
  const [name, ...rest] = args;
  const command = COMMANDS.get(name);
  if (!command) throw new Failure('usage', ': unknown or missing command');
  const options = new Set(rest.filter((arg) => arg.startsWith('--')));
  const operands = rest.filter((arg) => !options.has(arg));
  const unknown = [...options].find((option) => !command.options.includes(option));
  if (unknown) throw new Failure('usage', `: ${name} has no option ${unknown}`);
  if (operands.length !== command.operandCount) throw new Failure('usage', `: ${name} takes ${command.operandCount} files`);
  return command.run(operands, options);
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
