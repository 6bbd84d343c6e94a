"""Equality of values, found once for each array and object."""

from collections.abc import Hashable

from shapecheck import deep
from shapecheck.values import Array, Object, Value, same_scalar


class Equality:
    """Numbers values, so that the same number means equal values."""

    def __init__(self) -> None:
        self._numbers: dict[Hashable, int] = {}
        self._known: dict[int, tuple[Value, int]] = {}

    def number(self, value: Value) -> int:
        if isinstance(value, Array | Object):
            return deep.run(self._container(value))
        return self._numbered((type(value), value))

    def _container(self, value: Array | Object) -> deep.Steps:
        if id(value) not in self._known:
            form = yield self._array(value) if isinstance(value, Array) else self._object(value)
            self._known[id(value)] = value, self._numbered(form)
        return self._known[id(value)][1]

    def _array(self, value: Array) -> deep.Steps:
        numbers = []
        for part in value.items:
            numbers.append((yield self._part(part)))
        return (Array, *numbers)

    def _object(self, value: Object) -> deep.Steps:
        numbers = []
        for key, part in value.first.items():
            numbers.append((key, (yield self._part(part))))
        return (Object, frozenset(numbers))

    def _part(self, value: Value) -> deep.Steps:
        if isinstance(value, Array | Object):
            return (yield self._container(value))
        return self._numbered((type(value), value))

    def _numbered(self, form: Hashable) -> int:
        return self._numbers.setdefault(form, len(self._numbers))


def equal(left: Value, right: Value) -> bool:
    if isinstance(left, Array | Object) and isinstance(right, Array | Object):
        equality = Equality()
        return equality.number(left) == equality.number(right)
    return same_scalar(left, right)
