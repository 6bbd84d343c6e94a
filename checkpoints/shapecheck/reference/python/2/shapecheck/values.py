"""The values of JSON documents. Null, booleans and strings are Python's own."""

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Self


@functools.total_ordering
@dataclass(frozen=True, slots=True)
class Numeral:
    """An exact decimal: `sign` times 0.`digits` times ten to the power of `point`.

    The digits begin and end with another one than 0; zero has none.
    """

    sign: int
    point: int
    digits: str

    @classmethod
    def parse(cls, text: str) -> Self:
        mantissa, _, exponent = text.lower().partition("e")
        before, _, after = mantissa.lstrip("-").partition(".")
        digits = (before + after).lstrip("0")
        if not digits:
            return cls(0, 0, "")
        point = len(digits) - len(after) + int(exponent or "0")
        return cls(-1 if text.startswith("-") else 1, point, digits.rstrip("0"))

    @classmethod
    def total(cls, numbers: Iterable["Numeral"]) -> Self:
        numbers = list(numbers)
        lowest = min((number._exponent for number in numbers), default=0)
        total = sum(number._scaled(lowest) for number in numbers)
        return cls.parse(f"{total}e{lowest}")

    @property
    def _exponent(self) -> int:
        return self.point - len(self.digits)

    def _scaled(self, exponent: int) -> int:
        """The number as a multiple of a power of ten."""
        return self.sign * int(self.digits or "0") * 10 ** (self._exponent - exponent)

    @property
    def is_whole(self) -> bool:
        return len(self.digits) <= self.point or not self.sign

    def __lt__(self, other: "Numeral") -> bool:
        if self.sign != other.sign:
            return self.sign < other.sign
        mine, others = (self.point, self.digits), (other.point, other.digits)
        return mine < others if self.sign > 0 else others < mine


@dataclass(eq=False, slots=True)
class Array:
    items: list["Value"] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class Object:
    """All members in their order, repeats included, and the first one of each key."""

    members: list[tuple[str, "Value"]] = field(default_factory=list)
    first: dict[str, "Value"] = field(default_factory=dict)

    def add(self, key: str, value: "Value") -> None:
        self.members.append((key, value))
        self.first.setdefault(key, value)


Value = None | bool | str | Numeral | Array | Object


def same_scalar(left: Value, right: Value) -> bool:
    """Whether two values, one of them neither array nor object, are equal."""
    return type(left) is type(right) and left == right
