'use strict';

const { Failure } = require('./failure');
const files = require('./files');
const { parseDocument } = require('./document');
const { parseShapeFile } = require('./shape-file');
const { Identity } = require('./identity');
const { Checker } = require('./checker');
const { listViolations } = require('./violations');
const { explainAlternatives } = require('./nearest');
const { parsePatch, invert } = require('./patch');
const { diff } = require('./diff');
const { applyPatch } = require('./editor');
const { Merge } = require('./merge');
const { demandPlain, demandComparable } = require('./support');
const { SmallestTexts } = require('./smallest');
const { findDifference } = require('./difference');
const { FileSource } = require('./source');
const { Scanner } = require('./scanner');
const { Reader } = require('./reader');
const { Report } = require('./report');
const { StreamChecker } = require('./stream-checker');
const { Observed } = require('./observed');
const { Observer } = require('./observer');
const { loadState, saveState } = require('./state-file');
const { shapeText } = require('./derived-shape');
const { usage } = require('./arguments');
const { jsonText } = require('./json-text');
const { formatViolation, formatPatch, formatConflicts } = require('./format');

const CLEAN = 0;
const FOUND = 1;

function loadShape(path) {
  const text = files.decode(files.readBytes(path));
  if (text === null) throw new Failure('bad-shape', ' at line 1: not UTF-8');
  return parseShapeFile(text);
}

function loadJson(source) {
  const text = files.decode(files.readBytes(source));
  if (text === null) throw new Failure('bad-json', ': not UTF-8');
  return parseDocument(text);
}

function loadDocument(path) {
  return loadJson(path === '-' ? files.STANDARD_INPUT : path);
}

function loadPatch(path) {
  return parsePatch(loadJson(path).root);
}

function print(lines) {
  return files.writeLines(files.STANDARD_OUTPUT, lines);
}

function* formatAll(violations) {
  for (const violation of violations) yield formatViolation(violation);
}

function runCheck(operands, options) {
  if (!options.has('--stream')) return checkWhole(operands, options.has('--nearest'));
  if (options.has('--nearest')) throw usage('--stream does not go with --nearest');
  return checkStream(operands);
}

function checkWhole([shapePath, documentPath], isNearest) {
  const { root: shape } = loadShape(shapePath);
  const document = loadDocument(documentPath);
  const checker = new Checker(new Identity());
  const violations = listViolations(checker, document, shape);
  print(formatAll(isNearest ? explainAlternatives(checker, violations) : violations));
  return violations.length === 0 ? CLEAN : FOUND;
}

function checkStream([shapePath, documentPath]) {
  const { root, definitions } = loadShape(shapePath);
  if (definitions.some(({ clauses }) => clauses.length > 0)) throw new Failure('not-streamable');
  const report = new Report(new files.Writer(files.STANDARD_OUTPUT));
  try {
    readFile(documentPath, new StreamChecker(root, report), () => report.flush());
  } finally {
    report.flush();
  }
  return report.count === 0 ? CLEAN : FOUND;
}

/** Reads a document and tells the handler what is in it. */
function readFile(path, handler, beforeReading) {
  const source = new FileSource(path, beforeReading);
  new Reader(new Scanner(source), handler).read();
  source.close();
}

function runInfer(documentPaths, options) {
  if (documentPaths.filter((path) => path === '-').length > 1) throw usage('- is given several times');
  const statePath = options.get('--state');
  const observed = statePath === undefined ? new Observed() : loadState(statePath);
  for (const path of documentPaths) readFile(path, new Observer(observed));
  if (statePath !== undefined) saveState(statePath, observed);
  print([`document = ${shapeText(observed)};`]);
  return CLEAN;
}

function runDiff([shapePath, ...documentPaths]) {
  const { root: shape } = loadShape(shapePath);
  const documents = documentPaths.map(loadDocument);
  const identity = new Identity();
  const checker = new Checker(identity);
  for (const document of documents) {
    if (listViolations(checker, document, shape).length > 0) throw new Failure('invalid');
  }
  const [before, after] = documents;
  print(formatPatch(diff(before.root, after.root, shape, checker, identity)));
  return CLEAN;
}

function runApply([documentPath, patchPath]) {
  const { root } = loadDocument(documentPath);
  const patch = loadPatch(patchPath);
  print([jsonText(applyPatch(root, patch, new Identity()))]);
  return CLEAN;
}

function runInvert([patchPath]) {
  print(formatPatch(invert(loadPatch(patchPath))));
  return CLEAN;
}

function runMerge([basePath, ...patchPaths]) {
  const { root } = loadDocument(basePath);
  const [first, second] = patchPaths.map(loadPatch);
  const merge = new Merge(root, first, second, new Identity());
  if (merge.hasConflicts()) {
    print(formatConflicts(merge.conflicts()));
    return FOUND;
  }
  print([jsonText(merge.result())]);
  return CLEAN;
}

/** A text with a line feed behind it. */
function* lineOf(text) {
  yield* text.pieces();
  yield '\n';
}

function printText(text) {
  files.writePieces(files.STANDARD_OUTPUT, lineOf(text));
}

function runSmallest([shapePath]) {
  const shapeFile = loadShape(shapePath);
  demandPlain(shapeFile);
  printText(new SmallestTexts(shapeFile.definitions).of(shapeFile.root));
  return CLEAN;
}

function runCompat(shapePaths) {
  const [oldFile, newFile] = shapePaths.map(loadShape);
  demandComparable(oldFile, newFile);
  const difference = findDifference(oldFile, newFile);
  print([difference ? 'no' : 'yes']);
  if (!difference) return CLEAN;
  printText(difference);
  return FOUND;
}

/** A command that takes so many files and has no options. */
function plain(run, operandCount) {
  return { run, minOperands: operandCount, maxOperands: operandCount, allowed: {} };
}

/** What each command runs, the limits of the number of its operands, and its options. */
const COMMANDS = new Map([
  ['check', { ...plain(runCheck, 2), allowed: { '--nearest': false, '--stream': false } }],
  ['diff', plain(runDiff, 3)],
  ['apply', plain(runApply, 2)],
  ['invert', plain(runInvert, 1)],
  ['merge', plain(runMerge, 3)],
  ['smallest', plain(runSmallest, 1)],
  ['compat', plain(runCompat, 2)],
  ['infer', { run: runInfer, minOperands: 1, maxOperands: Infinity, allowed: { '--state': true } }],
]);

module.exports = { COMMANDS };
