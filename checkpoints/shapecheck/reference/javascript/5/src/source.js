'use strict';

const fs = require('fs');
const { Failure } = require('./failure');
const { STANDARD_INPUT, decode, patiently } = require('./files');

const CHUNK = 1 << 16;

/** The number of bytes that a character takes, by its first byte; 0 for other bytes of characters. */
function sizeByFirst(byte) {
  if (byte < 0x80) return 1;
  if (byte < 0xc0) return 0;
  if (byte < 0xe0) return 2;
  return byte < 0xf0 ? 3 : 4;
}

/** The number of bytes before a character at the end that is not complete. */
function completeLength(bytes) {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const size = sizeByFirst(bytes[bytes.length - back]);
    if (size > 0) return size > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

/** The longest text at the beginning of bytes that are not UTF-8. */
function decodeBeginning(bytes) {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decode(bytes.subarray(0, middle), { stream: true }) === null) bad = middle;
    else good = middle;
  }
  return decode(bytes.subarray(0, good), { stream: true });
}

/** Reads a file in pieces of text. */
class FileSource {
  /** `beforeReading` is called each time before more is read. */
  constructor(path, beforeReading = () => {}) {
    this.beforeReading = beforeReading;
    this.buffer = Buffer.alloc(CHUNK);
    this.rest = Buffer.alloc(0);
    this.isBroken = false;
    this.descriptor = path === '-' ? STANDARD_INPUT : this.attempt(() => fs.openSync(path));
  }

  attempt(action) {
    try {
      return action();
    } catch (error) {
      throw new Failure('unreadable', `: ${error.message}`);
    }
  }

  /** The next piece, which may be empty; null at the end. */
  read() {
    this.beforeReading();
    if (this.isBroken) throw new Failure('bad-json', ': not UTF-8');
    const count = this.attempt(() => patiently(() => fs.readSync(this.descriptor, this.buffer)));
    return count === 0 ? this.finish() : this.take(Buffer.concat([this.rest, this.buffer.subarray(0, count)]));
  }

  take(bytes) {
    const length = completeLength(bytes);
    this.rest = bytes.subarray(length);
    const text = decode(bytes.subarray(0, length));
    if (text !== null) return text;
    this.isBroken = true;
    return decodeBeginning(bytes.subarray(0, length));
  }

  finish() {
    if (this.rest.length === 0) return null;
    throw new Failure('bad-json', ': not UTF-8');
  }

  close() {
    if (this.descriptor !== STANDARD_INPUT) fs.closeSync(this.descriptor);
  }
}

module.exports = { FileSource };
