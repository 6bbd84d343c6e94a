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

/** The text of UTF-8 bytes, null if they are not UTF-8; with `stream` the last character may be cut. */
function decode(bytes, { stream = false } = {}) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream });
  } catch {
    return null;
  }
}

function waitShortly() {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
}

/** Repeats an action on a stream as long as the stream is not ready. */
function patiently(action) {
  for (;;) {
    try {
      return action();
    } catch (error) {
      if (error.code !== 'EAGAIN') throw error;
      waitShortly();
    }
  }
}

function writeText(descriptor, text) {
  const bytes = Buffer.from(text);
  let written = 0;
  while (written < bytes.length) {
    const start = written;
    written += patiently(() => fs.writeSync(descriptor, bytes, start));
  }
}

/** Writes texts in blocks. */
class Writer {
  constructor(descriptor) {
    this.descriptor = descriptor;
    this.block = '';
  }

  write(text) {
    this.block += text;
    if (this.block.length > BLOCK) this.flush();
  }

  flush() {
    writeText(this.descriptor, this.block);
    this.block = '';
  }
}

/** Writes a text given in pieces, so that it need not be in memory as a whole. */
function writePieces(descriptor, pieces) {
  const writer = new Writer(descriptor);
  for (const piece of pieces) writer.write(piece);
  writer.flush();
}

function* withLineFeeds(lines) {
  for (const line of lines) yield `${line}\n`;
}

function writeLines(descriptor, lines) {
  writePieces(descriptor, withLineFeeds(lines));
}

module.exports = {
  STANDARD_INPUT,
  STANDARD_OUTPUT,
  STANDARD_ERROR,
  readBytes,
  decode,
  patiently,
  Writer,
  writePieces,
  writeLines,
};
