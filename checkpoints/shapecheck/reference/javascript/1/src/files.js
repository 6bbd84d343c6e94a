'use strict';

const fs = require('fs');
const { Failure } = require('./failure');

const STANDARD_INPUT = 0;
const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
const BLOCK = 1 << 16;

function readBytes(source) {
  try {
    return fs.readFileSync(source);
  } catch (error) {
    throw new Failure('unreadable', `: ${error.message}`);
  }
}

/** The text of UTF-8 bytes, null if they are not UTF-8. */
function decode(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

function writeSome(descriptor, bytes, offset) {
  try {
    return fs.writeSync(descriptor, bytes, offset);
  } catch (error) {
    if (error.code === 'EAGAIN') return 0;
    throw error;
  }
}

function writeText(descriptor, text) {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) written += writeSome(descriptor, bytes, written);
}

/** Writes lines in blocks, so that they need not all be in memory. */
function writeLines(descriptor, lines) {
  let block = '';
  for (const line of lines) {
    block += `${line}\n`;
    if (block.length > BLOCK) {
      writeText(descriptor, block);
      block = '';
    }
  }
  writeText(descriptor, block);
}

module.exports = { STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR, readBytes, decode, writeLines };
