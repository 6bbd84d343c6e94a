'use strict';

/** Notes only whether there are violations. */
class Finding {
  constructor() {
    this.count = 0;
  }

  get closed() {
    return this.count > 0;
  }

  add() {
    this.count += 1;
  }
}

module.exports = { Finding };
