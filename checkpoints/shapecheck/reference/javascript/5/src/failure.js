'use strict';

/** An error that the user is told about: `error: CODE` and perhaps a detail. */
class Failure extends Error {
  constructor(code, detail = '') {
    super(code + detail);
    this.code = code;
  }
}

module.exports = { Failure };
