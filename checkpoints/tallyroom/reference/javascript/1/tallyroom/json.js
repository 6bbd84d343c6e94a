'use strict';

function objectToJson(entries) {
  const members = entries.map(([key, value]) => `${JSON.stringify(key)}: ${toJson(value)}`);
  return `{${members.join(', ')}}`;
}

/** JSON with all digits of big integers, and maps as objects. */
function toJson(value) {
  if (typeof value === 'bigint') return value.toString();
  if (Array.isArray(value)) return `[${value.map(toJson).join(', ')}]`;
  if (value instanceof Map) return objectToJson([...value]);
  if (value instanceof Object) return objectToJson(Object.entries(value));
  return JSON.stringify(value);
}

module.exports = { toJson };
