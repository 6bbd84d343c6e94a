'use strict';

const { Failure } = require('./failure');

function usage(reason) {
  return new Failure('usage', `: ${reason}`);
}

const isOption = (arg) => arg !== undefined && arg.startsWith('--');

function readOption(name, takesValue, rest) {
  if (takesValue === undefined) throw usage(`unknown option ${name}`);
  if (!takesValue) return true;
  const value = rest.shift();
  if (value === undefined || isOption(value)) throw usage(`${name} has no value`);
  return value;
}

/**
 * Divides arguments into `operands`, whose number has the given limits, and `options`, a map to true
 * or a value. `allowed` has for each option of the command whether it takes a value.
 */
function parseArguments(args, { minOperands, maxOperands, allowed }) {
  const operands = [];
  const options = new Map();
  const rest = [...args];
  while (rest.length > 0) {
    const arg = rest.shift();
    if (isOption(arg)) options.set(arg, readOption(arg, allowed[arg], rest));
    else operands.push(arg);
  }
  if (operands.length < minOperands || operands.length > maxOperands) throw usage('wrong number of files');
  return { operands, options };
}

module.exports = { parseArguments, usage };
