'use strict';

/** What header, ballots and command line have in common in their notation. */

const ID = /^[a-z][a-z0-9_]*$/;
const COUNT = /^[1-9][0-9]{0,8}$/;

/** Strips spaces and tabs, and no other white space. */
function trim(text) {
  return text.replace(/^[ \t]+|[ \t]+$/g, '');
}

function splitTrimmed(text, separator) {
  return text.split(separator).map(trim);
}

function hasRepeats(items) {
  return new Set(items).size < items.length;
}

/** The ids of a text, or null if one of them is badly written. */
function parseIds(text, separator) {
  const ids = splitTrimmed(text, separator);
  return ids.every((id) => ID.test(id)) ? ids : null;
}

/** The ids of a comma-separated text, or null if one is badly written or given twice. */
function parseIdList(text) {
  const ids = parseIds(text, ',');
  return ids === null || hasRepeats(ids) ? null : ids;
}

/** A whole number from 1 to 999999999, or null. */
function parseCount(text) {
  return COUNT.test(text) ? BigInt(text) : null;
}

module.exports = { hasRepeats, parseCount, parseIdList, parseIds, trim };
