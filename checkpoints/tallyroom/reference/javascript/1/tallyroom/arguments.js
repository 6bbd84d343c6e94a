'use strict';

const { Fault } = require('./fault');
const { METHODS } = require('./methods');
const { REPORTS } = require('./report');

const COMMAND = 'count';
const OPTIONS = new Map([
  ['--method', METHODS],
  ['--format', REPORTS],
]);

function usage(text) {
  return new Fault('usage', text);
}

function isOption(argument) {
  return argument.startsWith('-') && argument !== '-';
}

function checkOption(name, value) {
  if (!OPTIONS.has(name)) throw usage(`unknown option ${name}`);
  if (value === undefined) throw usage(`${name} lacks its value`);
  if (!OPTIONS.get(name).has(value)) throw usage(`${name} cannot be ${value}`);
}

function splitArguments(args) {
  const files = [];
  const options = new Map();
  const rest = args.values();
  for (const argument of rest) {
    if (isOption(argument)) {
      const { value } = rest.next();
      checkOption(argument, value);
      options.set(argument, value);
    } else {
      files.push(argument);
    }
  }
  return { files, options };
}

function parseArguments([command, ...args]) {
  if (command !== COMMAND) throw usage(`the command is ${COMMAND}`);
  const { files, options } = splitArguments(args);
  if (files.length !== 1) throw usage(`one FILE is needed, ${files.length} given`);
  return {
    file: files[0],
    method: options.get('--method') ?? null,
    format: options.get('--format') ?? 'json',
  };
}

module.exports = { parseArguments };
