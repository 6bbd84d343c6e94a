"""Which rows of a match are flagged: never more than the rewrite would save."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

FIRST, LAST, ALL, REST = "first", "last", "all", "-first"
FEW = {f"last{count}": count for count in range(2, 10)}
"""The last rows of a match, never its first."""

Rows = tuple[int, int]
"""First and last row, counted from 0."""


@dataclass(frozen=True)
class Match:
    """The rows of a match, and of what its metavariables stand for."""

    rows: Rows
    variables: Mapping[str, Rows]


def rows_between(start: Mapping[str, int], end: Mapping[str, int]) -> Rows:
    """The rows of a place from its `line` and `column`; one that ends before a line's first
    character doesn't reach it."""
    first, last = start["line"], end["line"]
    return first, last - 1 if end["column"] == 0 and last > first else last


def flagged_rows(match: Match, flags: Sequence[str]) -> tuple[int, ...]:
    """The rows that the flags name, sorted. A metavariable that the match lacks names none."""
    found: set[int] = set()
    for flag in flags:
        found.update(_rows_of(match, flag))
    return tuple(sorted(found))


def _rows_of(match: Match, flag: str) -> Iterable[int]:
    name, _, part = flag.partition(".")
    if name in match.variables:
        return _part(match.variables[name], part or ALL)
    return _part(match.rows, flag)


def _part(rows: Rows, part: str) -> Iterable[int]:
    first, last = rows
    if part in FEW:
        return range(max(first + 1, last + 1 - FEW[part]), last + 1)
    ranges = {
        FIRST: range(first, first + 1),
        LAST: range(last, last + 1),
        ALL: range(first, last + 1),
        REST: range(first + 1, last + 1),
    }
    return ranges.get(part, range(0))


def words_for(flags: Sequence[str]) -> str:
    """What the flags name, for people."""
    return " and ".join(map(_words, flags))


def _words(flag: str) -> str:
    name, _, part = flag.partition(".")
    if name[0].isupper():
        place = f"the {part} line" if part else "the lines"
        return f"{place} of `${name}`"
    if flag in FEW:
        return f"its last {FEW[flag]} lines"
    return {FIRST: "its first line", LAST: "its last line", ALL: "all its lines"}.get(
        flag, "its lines but the first"
    )
