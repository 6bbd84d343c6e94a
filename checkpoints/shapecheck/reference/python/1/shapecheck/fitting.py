"""Decides whether values fit shapes."""

from shapecheck import deep
from shapecheck.shapes import Alternatives, Shape, resolve
from shapecheck.values import Array, Object, Value


class Fitting:
    """Answers for one document; an answer on an array or object is found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], bool] = {}

    def fits(self, value: Value, shape: Shape) -> bool:
        return deep.run(self._fits(value, shape))

    def _fits(self, value: Value, shape: Shape) -> deep.Steps:
        key = (id(value), id(shape))
        if key in self._known:
            return self._known[key]
        answer = yield self._judge(value, resolve(shape))
        if isinstance(value, Array | Object):
            self._known[key] = answer
        return answer

    def _judge(self, value: Value, shape: Shape) -> deep.Steps:
        if isinstance(shape, Alternatives):
            for branch in shape.branches:
                if (yield self._fits(value, branch)):
                    return True
            return False
        if shape.opening(value) or any(shape.closing(value)):
            return False
        if isinstance(value, Object):
            return (yield self._members(value, shape))
        if isinstance(value, Array):
            return (yield self._items(value, shape))
        return True

    def _members(self, value: Object, shape: Shape) -> deep.Steps:
        for key, part in value.first.items():
            if not shape.knows(key) or not (yield self._fits(part, shape.member(key))):
                return False
        return True

    def _items(self, value: Array, shape: Shape) -> deep.Steps:
        for part in value.items:
            if not (yield self._fits(part, shape.item)):
                return False
        return True
