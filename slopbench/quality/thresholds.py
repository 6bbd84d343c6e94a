"""Limits that a score must keep, for CI jobs."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

LIMITED = ("erosion", "excess", "verbosity", "clone_share", "max_cc", "parse_errors")
"""What can be limited: numbers of the headline, and signals."""


@dataclass(frozen=True)
class Breach:
    """A limit that isn't kept; `value` is None where it couldn't be measured."""

    name: str
    value: float | None
    limit: float

    def __str__(self) -> str:
        if self.value is None:
            return f"{self.name} can't be measured, so its limit {self.limit:g} isn't kept"
        return f"{self.name} is {self.value:.4g}, more than {self.limit:g}"


def breaches(numbers: Mapping[str, object], limits: Mapping[str, float | None]) -> list[Breach]:
    """The limits that aren't kept; a limit of None is none. What couldn't be measured keeps no limit."""
    return list(_breaches(numbers, limits))


def _breaches(
    numbers: Mapping[str, object], limits: Mapping[str, float | None]
) -> Iterator[Breach]:
    for name, limit in limits.items():
        value = numbers[name]
        measured = float(value) if isinstance(value, int | float) else None
        if limit is not None and (measured is None or measured > limit):
            yield Breach(name, measured, limit)
