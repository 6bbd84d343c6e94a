'use strict';

const { parseArguments } = require('./tallyroom/arguments');
const { count } = require('./tallyroom/count');
const { countback } = require('./tallyroom/countback');
const { readElection } = require('./tallyroom/election');
const { Fault } = require('./tallyroom/fault');
const { FORMATS, countRows, countbackRows } = require('./tallyroom/report');
const { readText } = require('./tallyroom/source');

const COMMANDS = new Map([
  ['count', { execute: count, rows: countRows }],
  ['countback', { execute: countback, rows: countbackRows }],
]);

function run(argv) {
  const request = parseArguments(argv);
  const { execute, rows } = COMMANDS.get(request.command);
  const election = readElection(readText(request.file), request.method);
  return FORMATS.get(request.format)(execute(election, request), rows);
}

function main(argv) {
  try {
    process.stdout.write(run(argv));
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    process.stderr.write(`${error.headline}\n`);
    process.exitCode = error.exitStatus;
  }
}

main(process.argv.slice(2));
