"""Template texts, and places in them."""

from dataclasses import dataclass


@dataclass(frozen=True, eq=False)
class Source:
    text: str
    name: str | None = None


@dataclass(frozen=True)
class Place:
    """A character of a source, written as LINE:COLUMN, or NAME:LINE:COLUMN if that has a name."""

    source: Source
    offset: int

    def coordinates(self) -> tuple[int, int]:
        text, offset = self.source.text, self.offset
        line = text.count("\n", 0, offset) + 1
        return line, offset - text.rfind("\n", 0, offset)

    def __str__(self) -> str:
        line, column = self.coordinates()
        name = "" if self.source.name is None else f"{self.source.name}:"
        return f"{name}{line}:{column}"
