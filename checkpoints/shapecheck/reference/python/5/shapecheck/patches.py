"""Patches as data."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from shapecheck.errors import Fault
from shapecheck.values import Array, Numeral, Object, Value

Step = str | Numeral | Object
"""A key, an index or the members by which an item is found."""

_FIELDS = {
    "replace": {"old", "new"},
    "insert": {"new"},
    "delete": {"old"},
    "move": {"from", "after"},
}
_OPPOSITE = {"insert": "delete", "delete": "insert"}
_EXCHANGED = {"old": "new", "new": "old"}
_EXCHANGED_BY_MOVE = {"from": "after", "after": "from"}
_ZERO = Numeral.of(0)


@dataclass(frozen=True, slots=True)
class Operation:
    kind: str
    path: tuple[Step, ...]
    fields: dict[str, Value]

    @property
    def is_keyed(self) -> bool:
        return _ends_in(self.path, Object)

    @property
    def is_indexed(self) -> bool:
        return _ends_in(self.path, Numeral)

    def inverse(self) -> "Operation":
        exchanged = _EXCHANGED_BY_MOVE if self.kind == "move" else _EXCHANGED
        fields = {exchanged.get(name, name): value for name, value in self.fields.items()}
        return Operation(_OPPOSITE.get(self.kind, self.kind), self.path, fields)

    def as_value(self) -> Value:
        return Object.of({"op": self.kind, "path": Array([*self.path]), **self.fields})

    @classmethod
    def of(cls, value: Value) -> Self:
        fields = dict(value.first) if isinstance(value, Object) else {}
        kind, path = fields.pop("op", None), fields.pop("path", None)
        if not isinstance(kind, str) or not isinstance(path, Array):
            raise _bad_patch()
        operation = cls(kind, tuple(filter(_is_step, path.items)), fields)
        if len(operation.path) < len(path.items) or not operation._is_complete():
            raise _bad_patch()
        return operation

    def _is_complete(self) -> bool:
        needed = set(_FIELDS.get(self.kind, ()))
        if self.is_keyed and self.kind in _OPPOSITE:
            needed.add("after")
        return bool(needed) and needed == set(self.fields) and self._ends_well()

    def _ends_well(self) -> bool:
        neighbours = (self.fields[name] for name in ("from", "after") if name in self.fields)
        if not all(one is None or _is_keyed_step(one) for one in neighbours):
            return False
        return self.is_keyed if self.kind == "move" else bool(self.path) or self.kind == "replace"


Patch = list[Operation]


def patch_of(value: Value) -> Patch:
    if not isinstance(value, Array):
        raise _bad_patch()
    return [Operation.of(item) for item in value.items]


def as_value(operations: Iterable[Operation]) -> Value:
    return Array([operation.as_value() for operation in operations])


def inverse(patch: Patch) -> Patch:
    return [operation.inverse() for operation in reversed(patch)]


def _bad_patch() -> Fault:
    return Fault("bad-patch", "a patch is an array of operations")


def _ends_in(path: tuple[Step, ...], kind: type) -> bool:
    return bool(path) and isinstance(path[-1], kind)


def _is_step(step: Value) -> bool:
    if isinstance(step, Numeral):
        return step.is_whole and step >= _ZERO
    return isinstance(step, str) or _is_keyed_step(step)


def _is_keyed_step(step: Value) -> bool:
    return isinstance(step, Object) and bool(step.first)
