'use strict';

const fs = require('node:fs');

const { Fault } = require('./fault');

const STANDARD_INPUT = 0;

function readBytes(file) {
  return fs.readFileSync(file === '-' ? STANDARD_INPUT : file);
}

function decode(bytes) {
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
}

function readText(file) {
  try {
    return decode(readBytes(file));
  } catch (error) {
    throw new Fault('unreadable', error.message);
  }
}

module.exports = { readText };
