"""The smallest scalars of one shape that fit none of other shapes."""

import math
from collections.abc import Iterable, Iterator
from itertools import count, product

from shapecheck import canonical
from shapecheck.shapes import BooleanShape, LiteralShape, NumberShape, Range, Shape, StringShape
from shapecheck.values import Numeral, Value

Span = tuple[float, float]
"""Whole numbers from one to another; either may be infinite."""


def smallest_scalar(shape: Shape, others: list[Shape]) -> str | None:
    """Canonical text of the smallest value that fits the shape and none of the others."""
    match shape:
        case LiteralShape():
            return _first_outside([shape.wanted], others)
        case BooleanShape():
            return _first_outside([True, False], others)
        case StringShape():
            return _smallest_string(_span(shape.length, 0), others)
        case NumberShape():
            return _smallest_number(shape, others)
    return None


def _first_outside(values: Iterable[Value], others: list[Shape]) -> str | None:
    outside = (value for value in values if all(other.opening(value) for other in others))
    return next(map(canonical.scalar, outside), None)


def _span(bounds: Range, least: float = -math.inf) -> Span:
    low = least if bounds.least is None else bounds.least.integer
    return low, math.inf if bounds.most is None else bounds.most.integer


# --- strings


def _smallest_string(lengths: Span, others: list[Shape]) -> str | None:
    taken = [_span(other.length, 0) for other in others if isinstance(other, StringShape)]
    for low, high in _without([lengths], taken):
        for length in (low, min(low + 1, high)):
            found = _first_outside(_strings(int(length)), others)
            if found is not None:
                return found
    return None


def _strings(length: int) -> Iterator[str]:
    """The strings of a length whose text is shortest, the smallest first, as far as needed."""
    if not length:
        yield ""
        return
    for code in count(ord(" ")):
        if chr(code) not in '"\\':
            yield " " * (length - 1) + chr(code)


# --- numbers


def _smallest_number(shape: NumberShape, others: list[Shape]) -> str | None:
    found = [_smallest_whole(_span(shape.bounds), others)]
    if not shape.whole:
        found.append(_smallest_fraction(others))
    return min(filter(None, found), key=canonical.order, default=None)


def _smallest_whole(bounds: Span, others: list[Shape]) -> str | None:
    left = _without([bounds], [span for other in others for span in _whole_numbers(other)])
    nearest = (str(int(max(low, min(high, 0)))) for low, high in left)
    return min(nearest, key=canonical.order, default=None)


def _whole_numbers(shape: Shape) -> list[Span]:
    """The whole numbers that fit a shape."""
    if isinstance(shape, NumberShape):
        return [_span(shape.bounds)]
    wanted = shape.wanted if isinstance(shape, LiteralShape) else None
    if isinstance(wanted, Numeral) and wanted.is_whole:
        return [(wanted.integer, wanted.integer)]
    return []


def _smallest_fraction(others: list[Shape]) -> str | None:
    if any(isinstance(other, NumberShape) and not other.whole for other in others):
        return None
    return _first_outside(map(Numeral.parse, _fractions()), others)


def _fractions() -> Iterator[str]:
    """Texts of numbers that are not whole, the smallest first."""
    for length in count(3):
        yield from sorted(
            text
            for sign in ("", "-")
            for point in range(1, length - len(sign) - 1)
            for text in _fractions_of_form(sign, point, length - len(sign) - 1 - point)
        )


def _fractions_of_form(sign: str, before: int, after: int) -> Iterator[str]:
    for digits in product("0123456789", repeat=before + after):
        starts_well = before == 1 or digits[0] != "0"
        if starts_well and digits[-1] != "0":
            yield f"{sign}{''.join(digits[:before])}.{''.join(digits[before:])}"


def _without(spans: list[Span], taken: Iterable[Span]) -> list[Span]:
    """What is left of spans, in ascending order."""
    for low, high in taken:
        parts = [
            part
            for begin, end in spans
            for part in ((begin, min(end, low - 1)), (max(begin, high + 1), end))
        ]
        spans = [(begin, end) for begin, end in parts if begin <= end and _is_finite(begin, end)]
    return spans


def _is_finite(begin: float, end: float) -> bool:
    """Whether there are numbers between two ends, which are not both the same infinity."""
    return begin < math.inf and end > -math.inf
