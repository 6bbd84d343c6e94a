"""What a change adds: the flagged lines among the new ones, and the functions that it made complex."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from difflib import SequenceMatcher
from functools import cached_property

import numpy as np

from slopbench.quality.erosion import CUT
from slopbench.quality.facts import FileFacts, Function
from slopbench.quality.part import Part
from slopbench.quality.provenance import flagged_lines
from slopbench.quality.signals import share
from slopbench.quality.tokens import Ints


@dataclass(frozen=True)
class Complexified:
    """A function above the cut of erosion that is new, or was less complex before."""

    file: str
    function: str
    line: int
    cc_before: int | None
    """None for a function that is new."""
    cc: int


@dataclass(frozen=True)
class Difference:
    """From one state of a tree to another; only lines of code count."""

    before: Part
    after: Part

    @cached_property
    def added(self) -> dict[str, Ints]:
        """The rows of each file that the change added."""
        old = {facts.file: facts for facts in self.before.files}
        return {facts.file: added_rows(old.get(facts.file), facts) for facts in self.after.files}

    @cached_property
    def complexified(self) -> list[Complexified]:
        """The functions that the change made complex or more complex, the most complex first."""
        found = _complexified(_by_name(self.before), self.after.functions)
        return sorted(found, key=lambda each: (-each.cc, each.file, each.line))

    @cached_property
    def flagged(self) -> dict[tuple[str, int], list[str]]:
        """The flagged lines among those that were added, and what flagged each."""
        new = {(file, row + 1) for file, rows in self.added.items() for row in rows.tolist()}
        return {place: by for place, by in flagged_lines(self.after).items() if place in new}

    def numbers(self) -> dict[str, object]:
        """The numbers of the added lines, and those of the whole before and after."""
        added = sum(map(len, self.added.values()))
        clone_sloc = self._added_by(self.after.clone_rows)
        flagged = len(self.flagged) if self.after.verbosity_reason is None else None
        return {
            "added_sloc": added,
            "flagged_sloc": flagged,
            "rule_sloc": self._added_by(self.after.rule_rows) if flagged is not None else None,
            "clone_sloc": clone_sloc,
            "clone_share": share(clone_sloc, added),
            "verbosity": share(flagged, added),
            "verbosity_reason": self.after.verbosity_reason,
            "max_cc": max((each.cc for each in self.complexified), default=None),
            "complexified": [asdict(each) for each in self.complexified],
            "erosion_change": self._change("erosion"),
            "excess_change": self._change("excess"),
            "verbosity_change": self._change("verbosity"),
            "clone_share_change": self._change("clone_share"),
        }

    def _added_by(self, rows: dict[str, Ints]) -> int:
        return sum(len(np.intersect1d(new, rows[file])) for file, new in self.added.items())

    def _change(self, name: str) -> float | None:
        before, after = self.before.headline[name], self.after.headline[name]
        if isinstance(before, float) and isinstance(after, float):
            return after - before
        return None


def added_rows(before: FileFacts | None, after: FileFacts) -> Ints:
    """The rows with code that `after` has and `before` hasn't, by comparing lines in their order."""
    if before is None:
        return after.sloc_rows
    old, new = before.line_codes.tolist(), after.line_codes.tolist()
    same = _common_begin(old, new)
    rest = _common_begin(old[same:][::-1], new[same:][::-1])
    middle_old, middle_new = old[same : len(old) - rest], new[same : len(new) - rest]
    kept = np.zeros(len(new), dtype=np.bool_)
    kept[:same], kept[len(new) - rest :] = True, True
    for block in SequenceMatcher(None, middle_old, middle_new).get_matching_blocks():
        kept[same + block.b : same + block.b + block.size] = True
    return after.sloc_rows[~kept]


def _common_begin(one: Sequence[int], other: Sequence[int]) -> int:
    pairs = enumerate(zip(one, other, strict=False))
    return next((n for n, (a, b) in pairs if a != b), min(len(one), len(other)))


def _by_name(part: Part) -> dict[tuple[str, str], int]:
    """The complexity of each function; of several with one name in a file, that of the most complex."""
    ordered = sorted(part.functions, key=lambda each: each.cc)
    return {(each.file, each.name): each.cc for each in ordered}


def _complexified(
    before: dict[tuple[str, str], int], functions: Sequence[Function]
) -> Iterator[Complexified]:
    for each in functions:
        cc_before = before.get((each.file, each.name))
        if each.cc > CUT and (cc_before is None or each.cc > cc_before):
            yield Complexified(each.file, each.name, each.line, cc_before, each.cc)
