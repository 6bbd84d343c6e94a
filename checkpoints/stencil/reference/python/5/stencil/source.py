"""Template texts, and places in them."""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, eq=False)
class Source:
    text: str
    name: str | None = None


@cache
def line_and_column(source: Source, offset: int) -> tuple[int, int]:
    line = source.text.count("\n", 0, offset) + 1
    return line, offset - source.text.rfind("\n", 0, offset)


@dataclass(frozen=True)
class Place:
    """A character of a source, written as LINE:COLUMN, or NAME:LINE:COLUMN if that has a name."""

    source: Source
    offset: int

    def coordinates(self) -> tuple[int, int]:
        return line_and_column(self.source, self.offset)

    def __str__(self) -> str:
        line, column = self.coordinates()
        name = "" if self.source.name is None else f"{self.source.name}:"
        return f"{name}{line}:{column}"


@dataclass(frozen=True)
class RowPlace:
    """A line of the rows."""

    number: int

    def __str__(self) -> str:
        return f"line {self.number}"
