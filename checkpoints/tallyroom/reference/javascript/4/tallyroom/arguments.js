'use strict';

const { Fault } = require('./fault');
const { METHODS } = require('./methods');
const { FORMATS } = require('./report');
const { parseIdList } = require('./syntax');

function oneOf(choices) {
  return (text) => (choices.has(text) ? text : null);
}

/** For each option of a command, what turns its text into a value, or into null if it is wrong. */
const COMMANDS = new Map([
  ['count', new Map([
    ['--method', oneOf(METHODS)],
    ['--format', oneOf(FORMATS)],
  ])],
  ['countback', new Map([
    ['--vacate', (text) => text],
    ['--consent', parseIdList],
    ['--format', oneOf(FORMATS)],
  ])],
]);

function usage(text) {
  return new Fault('usage', text);
}

function isOption(argument) {
  return argument.startsWith('-') && argument !== '-';
}

function parseOption(name, text, parsers) {
  if (!parsers.has(name)) throw usage(`unknown option ${name}`);
  if (text === undefined) throw usage(`${name} lacks its value`);
  const value = parsers.get(name)(text);
  if (value === null) throw usage(`${name} cannot be ${text}`);
  return value;
}

/** The arguments that are no options, and all values of each option. */
function splitArguments(args, parsers) {
  const files = [];
  const options = new Map([...parsers.keys()].map((name) => [name, []]));
  const rest = args.values();
  for (const argument of rest) {
    if (isOption(argument)) {
      const value = parseOption(argument, rest.next().value, parsers);
      options.get(argument).push(value);
    } else {
      files.push(argument);
    }
  }
  return { files, options };
}

function parseArguments([command, ...args]) {
  if (!COMMANDS.has(command)) throw usage(`the commands are ${[...COMMANDS.keys()]}`);
  const { files, options } = splitArguments(args, COMMANDS.get(command));
  if (files.length !== 1) throw usage(`one FILE is needed, ${files.length} given`);
  if (options.get('--vacate')?.length === 0) throw usage('--vacate is needed');
  const last = (name) => options.get(name)?.at(-1) ?? null;
  return {
    command,
    file: files[0],
    method: last('--method'),
    format: last('--format') ?? 'json',
    vacated: options.get('--vacate') ?? [],
    consent: last('--consent'),
  };
}

module.exports = { parseArguments };
