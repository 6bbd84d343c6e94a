"""Paths that select values, and operands that make one value of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from shapecheck.values import Array, Numeral, Object, Value

Place = tuple[str, ...]
"""The steps from a value to one within it."""


class Selected(NamedTuple):
    place: Place
    value: Value


@dataclass(frozen=True, slots=True)
class Path:
    """Steps into a value: a key, or None for all items."""

    steps: tuple[str | None, ...]

    def select(self, value: Value) -> list[Selected]:
        found = [Selected((), value)]
        for step in self.steps:
            found = [inner for outer in found for inner in _follow(outer, step)]
        return found


def _follow(outer: Selected, step: str | None) -> Iterable[Selected]:
    place, value = outer
    if step is None and isinstance(value, Array):
        return (Selected((*place, str(at)), item) for at, item in enumerate(value.items))
    if step is not None and isinstance(value, Object) and step in value.first:
        return (Selected((*place, step), value.first[step]),)
    return ()


@dataclass(frozen=True, slots=True)
class Items:
    """What a path selects, as tuples: of the value alone or of some of its members."""

    path: Path
    keys: tuple[str, ...] | None

    def select(self, value: Value) -> list[tuple[Place, tuple[Value, ...]]]:
        selected = self.path.select(value)
        if self.keys is None:
            return [(place, (part,)) for place, part in selected]
        return [
            (place, tuple(part.first[key] for key in self.keys))
            for place, part in selected
            if isinstance(part, Object) and all(key in part.first for key in self.keys)
        ]


@dataclass(frozen=True, slots=True)
class Constant:
    number: Numeral

    def places(self, value: Value) -> list[Place]:
        return []

    def values(self, value: Value) -> list[Value]:
        return [self.number]


@dataclass(frozen=True, slots=True)
class Plain:
    """The value that a path selects; none if it selects nothing."""

    path: Path

    def places(self, value: Value) -> list[Place]:
        return [selected.place for selected in self.path.select(value)]

    def values(self, value: Value) -> list[Value]:
        return [selected.value for selected in self.path.select(value)]


class Count(Plain):
    def values(self, value: Value) -> list[Value]:
        return [Numeral.of(len(self.path.select(value)))]


class Sum(Plain):
    def values(self, value: Value) -> list[Value]:
        selected = (one.value for one in self.path.select(value))
        return [Numeral.total(one for one in selected if isinstance(one, Numeral))]


Operand = Constant | Plain
