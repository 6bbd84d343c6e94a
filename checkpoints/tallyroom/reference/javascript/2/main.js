'use strict';

const { parseArguments } = require('./tallyroom/arguments');
const { count } = require('./tallyroom/count');
const { readElection } = require('./tallyroom/election');
const { Fault } = require('./tallyroom/fault');
const { REPORTS } = require('./tallyroom/report');
const { readText } = require('./tallyroom/source');

function run(argv) {
  const { file, method, format } = parseArguments(argv);
  const election = readElection(readText(file), method);
  return REPORTS.get(format)(count(election));
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
