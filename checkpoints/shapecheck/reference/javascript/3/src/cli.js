'use strict';

const { Failure } = require('./failure');
const files = require('./files');
const { COMMANDS } = require('./commands');

const FAILED = 2;

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
