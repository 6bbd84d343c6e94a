'use strict';

const { Failure } = require('./failure');
const { resolve, shapesIn } = require('./shapes');

function demand(condition, reason) {
  if (!condition) throw new Failure('unsupported', `: ${reason}`);
}

function allShapes({ definitions }) {
  return definitions.flatMap(({ shape }) => [...shapesIn(shape)]);
}

function demandPlain(shapeFile) {
  demand(shapeFile.definitions.every(({ clauses }) => clauses.length === 0), 'there is a clause');
  demand(!allShapes(shapeFile).some(({ kind, range }) => kind === 'number' && range), 'number has a range');
}

function demandClosed(shapeFile) {
  demand(!allShapes(shapeFile).some(({ kind, open }) => kind === 'any' || open), 'the old file has any or ...');
}

/** How many shapes of a kind are among alternatives, names counting as what they stand for. */
class KindCounter {
  constructor(kind) {
    this.kind = kind;
    this.counts = new Map();
  }

  count(shape) {
    const target = resolve(shape);
    if (target.kind !== 'choice') return target.kind === this.kind ? 1 : 0;
    if (!this.counts.has(target)) {
      this.counts.set(target, target.alternatives.reduce((sum, alternative) => sum + this.count(alternative), 0));
    }
    return this.counts.get(target);
  }
}

function demandDistinct(shapeFile) {
  for (const kind of ['array', 'object']) {
    const counter = new KindCounter(kind);
    demand(allShapes(shapeFile).every((shape) => counter.count(shape) <= 1), `there are several alternatives of kind ${kind}`);
  }
}

/** Demands what is needed to compare an old shape file with a new one. */
function demandComparable(oldFile, newFile) {
  demandPlain(oldFile);
  demandPlain(newFile);
  demandClosed(oldFile);
  demandDistinct(newFile);
}

module.exports = { demandPlain, demandComparable };
