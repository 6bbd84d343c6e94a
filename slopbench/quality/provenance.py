"""Where the numbers come from: every flagged line with what flagged it, and the heaviest places."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from itertools import chain

from slopbench.quality.clone_lines import CloneGroup, Clones
from slopbench.quality.facts import Function
from slopbench.quality.part import Part


def clone_groups(part: Part) -> list[CloneGroup]:
    """All groups of clones, those with the most lines first within a language."""
    return list(chain.from_iterable(clones.groups() for clones in part.clones.values()))


def flagged_lines(part: Part) -> dict[tuple[str, int], list[str]]:
    """Each flagged line, by file and number, and what flagged it: `clone N` is the N-th group."""
    found: dict[tuple[str, int], list[str]] = {
        place: [] for clones in part.clones.values() for place in _cloned_lines(clones)
    }
    for number, group in enumerate(clone_groups(part), 1):
        for place in found.keys() & _lines_of(group):
            found[place].append(f"clone {number}")
    return dict(sorted(found.items()))


def flagged(part: Part) -> dict[str, object]:
    """The flagged lines, and the clone groups that they name."""
    return {
        "lines": [
            {"file": file, "line": line, "by": by}
            for (file, line), by in flagged_lines(part).items()
        ],
        "clone_groups": [_shown(*numbered) for numbered in enumerate(clone_groups(part), 1)],
    }


def hotspots(part: Part, count: int) -> dict[str, object]:
    """The heaviest functions and the largest clone groups."""
    return {
        "functions": [
            {**_without_digest(function), "mass": function.mass}
            for function in heaviest(part.functions, count)
        ],
        "clones": [_shown(*numbered) for numbered in largest_clones(part, count)],
    }


def heaviest(functions: Sequence[Function], count: int) -> list[Function]:
    """The functions of the largest mass."""
    return sorted(functions, key=lambda each: (-each.mass, each.file, each.line))[:count]


def largest_clones(part: Part, count: int) -> list[tuple[int, CloneGroup]]:
    """The largest clone groups with their numbers, without those that lie wholly in larger ones."""
    chosen: list[tuple[int, CloneGroup]] = []
    seen: set[tuple[str, int]] = set()
    for number, group in enumerate(clone_groups(part), 1):
        if len(chosen) == count:
            break
        lines = _lines_of(group)
        if not lines <= seen:
            chosen.append((number, group))
        seen |= lines
    return chosen


def _without_digest(function: Function) -> dict[str, object]:
    return {name: value for name, value in asdict(function).items() if name != "digest"}


def _lines_of(group: CloneGroup) -> set[tuple[str, int]]:
    return {
        (place.file, line)
        for place in group.places
        for line in range(place.first_line, place.last_line + 1)
    }


def _shown(number: int, group: CloneGroup) -> dict[str, object]:
    return {"group": number, **asdict(group)}


def _cloned_lines(clones: Clones) -> Iterator[tuple[str, int]]:
    for facts, rows in zip(clones.files, clones.rows, strict=True):
        yield from ((facts.file, row + 1) for row in rows.tolist())
