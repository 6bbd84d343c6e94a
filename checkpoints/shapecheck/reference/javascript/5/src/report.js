'use strict';

const { formatViolation } = require('./format');

/** Writes violations as they are found. */
class Report {
  constructor(writer) {
    this.writer = writer;
    this.count = 0;
    this.closed = false;
  }

  add(code, node, details = {}) {
    this.count += 1;
    this.writer.write(`${formatViolation({ code, node, details })}\n`);
  }

  flush() {
    this.writer.flush();
  }
}

module.exports = { Report };
