"""Shapes as data, each with the rules for a value of its own.

`opening` is the violation at the beginning of a value and `closing` are those at its end, each
as a code and the key that is missing, if one is. What lies between is told by `item` and
`member`, the shapes of the parts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shapecheck.values import Array, Numeral, Object, Value, same_scalar

Closing = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class Range:
    least: Numeral | None = None
    most: Numeral | None = None

    def holds(self, number: Numeral) -> bool:
        above = self.least is None or self.least <= number
        return above and (self.most is None or number <= self.most)

    def holds_length(self, length: int) -> bool:
        return self == UNLIMITED or self.holds(Numeral.parse(str(length)))


UNLIMITED = Range()


@dataclass(eq=False)
class Shape:
    """Fits everything, if its rules are not replaced."""

    @property
    def item(self) -> "Shape":
        return ANY

    def opening(self, value: Value) -> str | None:
        return None

    def knows(self, key: str) -> bool:
        return True

    def member(self, key: str) -> "Shape":
        return ANY

    def closing(self, value: Value) -> Iterator[Closing]:
        return iter(())


ANY = Shape()


@dataclass(eq=False)
class LiteralShape(Shape):
    wanted: None | bool | str | Numeral

    def opening(self, value: Value) -> str | None:
        return None if same_scalar(value, self.wanted) else "value"


@dataclass(eq=False)
class BooleanShape(Shape):
    def opening(self, value: Value) -> str | None:
        return None if isinstance(value, bool) else "type"


@dataclass(eq=False)
class StringShape(Shape):
    length: Range

    def opening(self, value: Value) -> str | None:
        if not isinstance(value, str):
            return "type"
        return None if self.length.holds_length(len(value)) else "length"


@dataclass(eq=False)
class NumberShape(Shape):
    bounds: Range
    whole: bool

    def opening(self, value: Value) -> str | None:
        if not isinstance(value, Numeral):
            return "type"
        if self.whole and not value.is_whole:
            return "whole"
        return None if self.bounds.holds(value) else "range"


@dataclass(eq=False)
class ArrayShape(Shape):
    items: Shape
    length: Range

    @property
    def item(self) -> Shape:
        return self.items

    def opening(self, value: Value) -> str | None:
        return None if isinstance(value, Array) else "type"

    def closing(self, value: Value) -> Iterator[Closing]:
        if isinstance(value, Array) and not self.length.holds_length(len(value.items)):
            yield "length", None


@dataclass(frozen=True, slots=True)
class Member:
    shape: Shape
    optional: bool


@dataclass(eq=False)
class ObjectShape(Shape):
    members: dict[str, Member]
    is_open: bool

    def opening(self, value: Value) -> str | None:
        return None if isinstance(value, Object) else "type"

    def knows(self, key: str) -> bool:
        return self.is_open or key in self.members

    def member(self, key: str) -> Shape:
        return self.members[key].shape if key in self.members else ANY

    def closing(self, value: Value) -> Iterator[Closing]:
        present = value.first if isinstance(value, Object) else {}
        for key, member in self.members.items():
            if not member.optional and key not in present:
                yield "missing", key


@dataclass(eq=False)
class Alternatives(Shape):
    branches: list[Shape]


@dataclass(eq=False)
class Definition:
    name: str
    line: int
    shape: Shape


@dataclass(eq=False)
class Reference(Shape):
    """A name in a shape, and the definition that it stands for once it is known."""

    name: str
    line: int
    definition: Definition | None = field(default=None, repr=False)


def resolve(shape: Shape) -> Shape:
    """What a chain of names stands for."""
    while isinstance(shape, Reference) and shape.definition:
        shape = shape.definition.shape
    return shape
