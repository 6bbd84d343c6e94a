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

function runCheck([shapePath, documentPath], options) {
  const shape = loadShape(shapePath);
  const document = loadDocument(documentPath);
  const checker = new Checker(new Identity());
  const violations = listViolations(checker, document, shape);
  print(formatAll(options.has('--nearest') ? explainAlternatives(checker, violations) : violations));
  return violations.length === 0 ? CLEAN : FOUND;
}

function runDiff([shapePath, ...documentPaths]) {
  const shape = loadShape(shapePath);
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

/** What each command runs, the number of its operands, and its options. */
const COMMANDS = new Map([
  ['check', { run: runCheck, operandCount: 2, options: ['--nearest'] }],
  ['diff', { run: runDiff, operandCount: 3, options: [] }],
  ['apply', { run: runApply, operandCount: 2, options: [] }],
  ['invert', { run: runInvert, operandCount: 1, options: [] }],
  ['merge', { run: runMerge, operandCount: 3, options: [] }],
]);

module.exports = { COMMANDS };
