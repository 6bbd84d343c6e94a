"""Counts the violations of values, repeats aside."""

from shapecheck import deep
from shapecheck.equality import Equality
from shapecheck.paths import Place
from shapecheck.shapes import Alternatives, Definition, Reference, Shape, resolve
from shapecheck.values import Array, Object, Value


class Judging:
    """Counts for one document; each count for an array or object is found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], int] = {}
        self._equality = Equality()

    def count(self, value: Value, shape: Shape) -> int:
        return deep.run(self._count(value, shape))

    def failures(self, value: Value, definition: Definition) -> list[tuple[int, list[Place]]]:
        """Number and places of the clauses that fail, if nothing else is wrong."""
        if not definition.clauses or self.count(value, definition.shape):
            return []
        return self._failed(value, definition)

    def nearest(self, value: Value, shape: Alternatives) -> Shape:
        def distance(branch: Shape) -> tuple[bool, int]:
            is_other = resolve(branch).opening(value) in ("type", "value")
            return is_other, self.count(value, branch)

        return min(shape.branches, key=distance)

    def _failed(self, value: Value, definition: Definition) -> list[tuple[int, list[Place]]]:
        outcomes = (clause.failure(value, self._equality) for clause in definition.clauses)
        return [(number, found) for number, found in enumerate(outcomes, 1) if found is not None]

    def _count(self, value: Value, shape: Shape) -> deep.Steps:
        key = (id(value), id(shape))
        if key in self._known:
            return self._known[key]
        count = yield self._judge(value, shape)
        if isinstance(value, Array | Object):
            self._known[key] = count
        return count

    def _judge(self, value: Value, shape: Shape) -> deep.Steps:
        if isinstance(shape, Alternatives):
            return (yield self._alternatives(value, shape))
        if isinstance(shape, Reference) and shape.definition:
            return (yield self._definition(value, shape.definition))
        if shape.opening(value):
            return 1
        return len([*shape.closing(value)]) + (yield self._parts(value, shape))

    def _alternatives(self, value: Value, shape: Alternatives) -> deep.Steps:
        for branch in shape.branches:
            if not (yield self._count(value, branch)):
                return 0
        return 1

    def _definition(self, value: Value, definition: Definition) -> deep.Steps:
        count = yield self._count(value, definition.shape)
        return count or len(self._failed(value, definition))

    def _parts(self, value: Value, shape: Shape) -> deep.Steps:
        count = 0
        if isinstance(value, Array):
            for part in value.items:
                count += yield self._count(part, shape.item)
        if isinstance(value, Object):
            for key, part in value.first.items():
                count += not shape.knows(key)
                count += yield self._count(part, shape.member(key))
        return count
