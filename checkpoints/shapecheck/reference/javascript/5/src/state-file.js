'use strict';

const fs = require('fs');
const { createHash } = require('crypto');
const { Failure } = require('./failure');
const { Decimal } = require('./decimal');
const { canonicalNumber } = require('./canonical');
const { Observed } = require('./observed');

const ABSENT = new Set(['ENOENT', 'ENOTDIR']);

/** A state file holds a line with a title and the hash of the rest, and the state as JSON. */
const TITLE = 'shapecheck infer';

const headOf = (body) => `${TITLE} ${createHash('sha256').update(body).digest('hex')}\n`;

const packBounds = ({ min, max }) => [min, max];
const packNumbers = ({ whole, bounds }) => ({ whole, bounds: packBounds(bounds).map(canonicalNumber) });
const packStrings = ({ values, lengths }) => ({ values: values && [...values], lengths: packBounds(lengths) });
const packArrays = ({ items, lengths }) => ({ items: pack(items), lengths: packBounds(lengths) });

/** Of the numbers of objects only those are kept apart that are less than the number of all. */
function packObjects({ count, members }) {
  return [...members].map(([key, member]) => [key, member.count === count, pack(member.values)]);
}

function pack(observed) {
  return {
    null: observed.null,
    boolean: observed.boolean,
    numbers: observed.numbers && packNumbers(observed.numbers),
    strings: observed.strings && packStrings(observed.strings),
    arrays: observed.arrays && packArrays(observed.arrays),
    objects: observed.objects && packObjects(observed.objects),
  };
}

function restoreBounds(bounds, packed) {
  packed.forEach((value) => bounds.add(value));
}

/** How each kind of value is put back into what was observed. */
const RESTORE = {
  null(observed) {
    observed.null = true;
  },
  boolean(observed) {
    observed.boolean = true;
  },
  numbers(observed, { whole, bounds }) {
    bounds.forEach((text) => observed.addNumber(Decimal.parse(text)));
    observed.numbers.whole = whole;
  },
  strings(observed, { values, lengths }) {
    const strings = observed.needStrings();
    strings.values = values && new Set(values);
    restoreBounds(strings.lengths, lengths);
  },
  arrays(observed, { items, lengths }) {
    const arrays = observed.needArrays();
    restore(arrays.items, items);
    restoreBounds(arrays.lengths, lengths);
  },
  objects(observed, members) {
    const objects = observed.needObjects();
    objects.count = 1;
    for (const [key, always, values] of members) {
      const member = objects.member(key);
      member.count = always ? 1 : 0;
      restore(member.values, values);
    }
  },
};

function restore(observed, packed) {
  for (const [kind, part] of Object.entries(packed)) {
    if (part) RESTORE[kind](observed, part);
  }
  return observed;
}

function readState(path) {
  try {
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (ABSENT.has(error.code)) return null;
    throw new Failure('bad-state', `: ${error.message}`);
  }
}

/** What was observed in earlier runs, nothing if the file does not exist. */
function loadState(path) {
  const text = readState(path);
  if (text === null) return new Observed();
  const body = text.slice(text.indexOf('\n') + 1);
  if (text !== headOf(body) + body) throw new Failure('bad-state', ': not written by infer');
  return restore(new Observed(), JSON.parse(body));
}

/** Writes the state, all or nothing. */
function saveState(path, observed) {
  const body = JSON.stringify(pack(observed));
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    fs.writeFileSync(temporary, headOf(body) + body);
    fs.renameSync(temporary, path);
  } catch (error) {
    fs.rmSync(temporary, { force: true });
    throw new Failure('unreadable', `: ${error.message}`);
  }
}

module.exports = { loadState, saveState };
