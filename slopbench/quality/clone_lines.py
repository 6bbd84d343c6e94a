"""From cloned windows to lines of code."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from slopbench.quality.clone_groups import CloneGroups, group_clones
from slopbench.quality.clones import (
    MIN_LINES,
    WINDOW,
    WindowClasses,
    cloned_tokens,
    find_clones,
    renamed,
    verbatim,
)
from slopbench.quality.facts import FileFacts
from slopbench.quality.stream import Flags, Places, Stream, join
from slopbench.quality.tokens import Ints


@dataclass(frozen=True)
class Clones:
    """The clones among files of one language."""

    files: Sequence[FileFacts]
    stream: Stream
    classes: WindowClasses
    end_line: Places
    """The last line of each token that counts as cloned with it."""
    is_cloned: Flags
    """For each line of code of all files whether it is in a clone up to renaming."""
    verbatim_sloc: int
    """Lines of code in clones that are equal to the letter."""

    @property
    def sloc(self) -> int:
        """Lines of code in clones up to renaming."""
        return int(np.count_nonzero(self.is_cloned))

    @cached_property
    def rows(self) -> tuple[Ints, ...]:
        """The cloned rows of each file."""
        bounds = pairwise(self.stream.line_bounds.tolist())
        return tuple(
            facts.sloc_rows[self.is_cloned[begin:end]]
            for facts, (begin, end) in zip(self.files, bounds, strict=True)
        )

    @cached_property
    def groups(self) -> CloneGroups:
        """The groups of places that repeat each other, the most lines first."""
        return group_clones(self.files, self.stream, self.classes, self.end_line, self.is_cloned)


def clones_of(files: Sequence[FileFacts], k: int = WINDOW, min_lines: int = MIN_LINES) -> Clones:
    """The clones among files of one language."""
    stream = join(files)
    begins = stream.window_begins(k, min_lines)
    to_the_letter = find_clones(verbatim(stream, k), begins)
    _, is_verbatim = cloned_lines(stream, to_the_letter)
    verbatim_sloc = int(np.count_nonzero(is_verbatim))
    del to_the_letter, is_verbatim
    classes = find_clones(renamed(stream, k), begins)
    end_line, is_cloned = cloned_lines(stream, classes)
    return Clones(files, stream, classes, end_line, is_cloned, verbatim_sloc)


def cloned_lines(stream: Stream, classes: WindowClasses) -> tuple[Places, Flags]:
    """The last cloned line of each token, and for each line of code whether it is cloned.

    A literal of several lines, such as a table of data, is equal to any other of its class, so it
    counts whole only if the same one stands in another cloned place, else with its first line.
    """
    cloned = np.flatnonzero(cloned_tokens(classes, len(stream)) & ~stream.is_mark)
    tall = cloned[stream.last_line[cloned] > stream.first_line[cloned]]
    repeated = tall[_occurs_again(stream.exact[tall], stream.exact[cloned])]
    end_line = stream.first_line.copy()
    end_line[repeated] = stream.last_line[repeated]
    depth = np.bincount(stream.first_line[cloned], minlength=stream.lines + 1)
    depth -= np.bincount(end_line[cloned] + 1, minlength=stream.lines + 1)
    return end_line, np.cumsum(depth[:-1]) > 0


def _occurs_again(codes: Ints, among: Ints) -> Flags:
    """Which of the codes stand more than once among all, to which they belong."""
    kinds = np.unique(codes)
    place = np.searchsorted(kinds, among)
    place[place == len(kinds)] = 0
    count = np.bincount(place[kinds[place] == among], minlength=len(kinds)) if len(kinds) else kinds
    again: Flags = count[np.searchsorted(kinds, codes)] > 1
    return again
