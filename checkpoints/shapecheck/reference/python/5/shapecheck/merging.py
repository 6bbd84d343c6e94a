"""Merges two patches of the same document."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from shapecheck.equality import Equality
from shapecheck.patches import Operation, Patch
from shapecheck.values import Array, Object, Value


class Conflict(NamedTuple):
    first: Operation
    second: Operation

    def as_value(self) -> Value:
        return Object.of({"first": self.first.as_value(), "second": self.second.as_value()})


class Merge:
    """The operations of either patch that the other one does not share, and their conflicts."""

    def __init__(self, first: Patch, second: Patch) -> None:
        equality = Equality()
        firsts = [_Compared.of(operation, equality) for operation in first]
        seconds = [_Compared.of(operation, equality) for operation in second]
        left, right = _without(firsts, seconds), _without(seconds, firsts)
        self.rest = [one.operation for one in right]
        self.conflicts = [
            Conflict(one.operation, other.operation)
            for one in left
            for other in right
            if _clash(one, other)
        ]


@dataclass(frozen=True, slots=True)
class _Compared:
    """An operation with numbers instead of values, so that they can be compared."""

    operation: Operation
    identity: Hashable
    path: tuple[int, ...]
    after: int | None

    @classmethod
    def of(cls, operation: Operation, equality: Equality) -> "_Compared":
        path = tuple(map(equality.number, operation.path))
        after = equality.number(operation.fields.get("after"))
        identity: dict[str, Hashable] = {"delete": path, "move": (path, after)}
        own = identity.get(operation.kind)
        if own is None:
            own = equality.number(operation.as_value())
        return cls(operation, (operation.kind, own), path, after)

    @property
    def kind(self) -> str:
        return self.operation.kind

    @property
    def places_item(self) -> bool:
        return self.kind in ("insert", "move") and self.operation.is_keyed

    @property
    def changes_length(self) -> bool:
        return self.kind in ("insert", "delete") and self.operation.is_indexed

    @property
    def deletes_item(self) -> bool:
        return self.kind == "delete" and self.operation.is_keyed


def _without(mine: list[_Compared], others: list[_Compared]) -> list[_Compared]:
    shared = {one.identity for one in others}
    return [one for one in mine if one.identity not in shared]


def _clash(one: _Compared, other: _Compared) -> bool:
    if _lies_on(one, other) or _lies_on(other, one):
        return True
    return one.path[:-1] == other.path[:-1] and _clash_in_array(one, other)


def _lies_on(one: _Compared, other: _Compared) -> bool:
    """Whether the path of one is that of the other, or a beginning of it that matters."""
    if one.path == other.path:
        return True
    return one.kind != "move" and one.path == other.path[: len(one.path)]


def _clash_in_array(one: _Compared, other: _Compared) -> bool:
    if one.changes_length and other.changes_length:
        return True
    if one.places_item and other.places_item and one.after == other.after:
        return True
    return _loses_neighbour(one, other) or _loses_neighbour(other, one)


def _loses_neighbour(one: _Compared, other: _Compared) -> bool:
    return one.places_item and other.deletes_item and one.after == other.path[-1]


def conflicts_as_value(conflicts: list[Conflict]) -> Value:
    return Array([conflict.as_value() for conflict in conflicts])
