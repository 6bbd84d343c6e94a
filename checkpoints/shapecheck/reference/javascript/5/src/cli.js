'use strict';

const { Failure } = require('./failure');
const files = require('./files');
const { parseArguments, usage } = require('./arguments');
const { COMMANDS } = require('./commands');

const FAILED = 2;

function run(args) {
  const [name, ...rest] = args;
  const command = COMMANDS.get(name);
  if (!command) throw usage('unknown or missing command');
  const { operands, options } = parseArguments(rest, command);
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
