'use strict';

/**
 * Runs a generator that yields other generators where it would call them, and gets their results.
 * So the depth of calls is bounded by the memory, not by the stack.
 */
function trampoline(start) {
  const running = [start];
  let result;
  while (running.length > 0) {
    const step = running[running.length - 1].next(result);
    result = undefined;
    if (step.done) {
      running.pop();
      result = step.value;
    } else {
      running.push(step.value);
    }
  }
  return result;
}

module.exports = { trampoline };
