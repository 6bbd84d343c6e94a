'use strict';

/** What ends the program without a report. */
class Fault extends Error {
  constructor(code, text, line = null) {
    super(text);
    this.code = code;
    this.line = line;
  }

  get headline() {
    const place = this.line === null ? '' : ` at line ${this.line}`;
    return `error: ${this.code}${place}: ${this.message}`;
  }

  get exitStatus() {
    return this.code === 'usage' ? 2 : 1;
  }
}

module.exports = { Fault };
