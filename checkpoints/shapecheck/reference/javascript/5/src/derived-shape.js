'use strict';

const { canonicalString, canonicalNumber } = require('./canonical');
const { compareCharacters } = require('./text');

function numberForm({ whole, bounds }) {
  return `${whole ? 'int' : 'number'}(${canonicalNumber(bounds.min)}..${canonicalNumber(bounds.max)})`;
}

function stringForm({ values, lengths }) {
  if (!values) return `string(${lengths.min}..${lengths.max})`;
  return [...values].sort(compareCharacters).map(canonicalString).join(' | ');
}

function arrayForm({ items, lengths }) {
  return `[${items.isEmpty() ? 'any' : shapeText(items)}](${lengths.min}..${lengths.max})`;
}

function objectForm({ count, members }) {
  const sorted = [...members].sort(([a], [b]) => compareCharacters(a, b));
  const texts = sorted.map(([key, member]) => {
    const mark = member.count < count ? '?' : '';
    return `${canonicalString(key)}${mark}: ${shapeText(member.values)}`;
  });
  return `{${texts.join(', ')}}`;
}

/** The shape of all that was observed at a place. */
function shapeText(observed) {
  const forms = [
    observed.null && 'null',
    observed.boolean && 'boolean',
    observed.numbers && numberForm(observed.numbers),
    observed.strings && stringForm(observed.strings),
    observed.arrays && arrayForm(observed.arrays),
    observed.objects && objectForm(observed.objects),
  ];
  return forms.filter(Boolean).join(' | ');
}

module.exports = { shapeText };
