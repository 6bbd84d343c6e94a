"""Conditions between the parts of a value.

`failure` is None if a clause holds, and otherwise the places that it has to do with.
"""

import operator
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from shapecheck.equality import Equality
from shapecheck.paths import Items, Operand, Path, Place
from shapecheck.values import Numeral, Value

Failure = list[Place] | None


@dataclass(frozen=True, slots=True)
class Unique:
    items: Items

    def failure(self, value: Value, equality: Equality) -> Failure:
        found = _numbered(self.items, value, equality)
        often = Counter(numbers for _, numbers in found)
        return [place for place, numbers in found if often[numbers] > 1] or None


@dataclass(frozen=True, slots=True)
class Contained:
    items: Items
    within: Items

    def failure(self, value: Value, equality: Equality) -> Failure:
        there = {numbers for _, numbers in _numbered(self.within, value, equality)}
        found = _numbered(self.items, value, equality)
        return [place for place, numbers in found if numbers not in there] or None


def _numbered(
    items: Items, value: Value, equality: Equality
) -> list[tuple[Place, tuple[int, ...]]]:
    return [(place, tuple(map(equality.number, parts))) for place, parts in items.select(value)]


@dataclass(frozen=True, slots=True)
class Needs:
    path: Path
    needed: Path

    def failure(self, value: Value, equality: Equality) -> Failure:
        found = [] if self.needed.select(value) else self.path.select(value)
        return [selected.place for selected in found] or None


@dataclass(frozen=True, slots=True)
class Comparison:
    left: Operand
    sign: str
    right: Operand

    def failure(self, value: Value, equality: Equality) -> Failure:
        lefts, rights = self.left.values(value), self.right.values(value)
        if all(self._holds(left, right, equality) for left in lefts for right in rights):
            return None
        return self.left.places(value) + self.right.places(value)

    def _holds(self, left: Value, right: Value, equality: Equality) -> bool:
        if self.sign in ("=", "!="):
            return (equality.number(left) == equality.number(right)) == (self.sign == "=")
        comparable = any(isinstance(left, kind) and isinstance(right, kind) for kind in _ORDERED)
        return comparable and _ORDERS[self.sign](left, right)


_ORDERED = (Numeral, str)
_ORDERS: dict[str, Callable[..., bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

Clause = Unique | Contained | Needs | Comparison
