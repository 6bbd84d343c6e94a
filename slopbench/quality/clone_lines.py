"""From cloned windows to what a person looks at: lines, and groups of places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slopbench.quality.clones import (
    MIN_LINES,
    WINDOW,
    WindowClasses,
    class_begins,
    cloned_tokens,
    find_clones,
    renamed,
    verbatim,
)
from slopbench.quality.facts import FileFacts
from slopbench.quality.stream import Stream, join
from slopbench.quality.tokens import Ints


@dataclass(frozen=True)
class Place:
    """A piece of a file; lines count from 1, both are part of it."""

    file: str
    first_line: int
    last_line: int


@dataclass(frozen=True)
class CloneGroup:
    """The places of one repeated sequence of tokens; occurrences that overlap share a place."""

    tokens: int
    occurrences: int
    places: tuple[Place, ...]
    sloc: int
    """Cloned lines of code in all places together."""


@dataclass(frozen=True)
class Clones:
    """The clones among files of one language. Cloned rows by the file's number count from 0."""

    files: Sequence[FileFacts]
    stream: Stream
    classes: WindowClasses
    end_row: Ints
    """The last row of each token that counts as cloned with it."""
    rows: tuple[Ints, ...]
    verbatim_sloc: int
    """Lines of code in clones that are equal to the letter."""

    @property
    def sloc(self) -> int:
        """Lines of code in clones up to renaming."""
        return sum(map(len, self.rows))

    def groups(self) -> list[CloneGroup]:
        """Every cloned window is in a place of some group; the most lines first."""
        found = [self._group(starts, length) for starts, length in repeats(self.classes)]
        return sorted(found, key=lambda group: (-group.sloc, -group.tokens, str(group.places)))

    def cloned_rows(self, number: int, first: int, last: int) -> Ints:
        """The cloned rows of a file from the row `first` to `last`, both included."""
        rows = self.rows[number]
        return rows[np.searchsorted(rows, first) : np.searchsorted(rows, last, side="right")]

    def _group(self, starts: Ints, length: int) -> CloneGroup:
        apart = np.flatnonzero(np.diff(starts) >= length)
        begins = starts[np.append(0, apart + 1)]
        ends = starts[np.append(apart, len(starts) - 1)] + length - 1
        places, sloc = [], 0
        for begin, end in zip(begins.tolist(), ends.tolist(), strict=True):
            real = np.flatnonzero(~self.stream.is_mark[begin : end + 1]) + begin
            first, last = int(self.stream.first_row[real[0]]), int(self.end_row[real[-1]])
            number = int(self.stream.file[begin])
            places.append(Place(self.files[number].file, first + 1, last + 1))
            sloc += len(self.cloned_rows(number, first, last))
        return CloneGroup(length, len(starts), tuple(places), sloc)


def clones_of(files: Sequence[FileFacts], k: int = WINDOW, min_lines: int = MIN_LINES) -> Clones:
    """The clones among files of one language."""
    stream = join(files)
    starts = stream.window_starts(k, min_lines)
    classes = find_clones(renamed(stream), starts, k)
    end_row, rows = cloned_rows(files, stream, classes)
    _, verbatim_rows = cloned_rows(files, stream, find_clones(verbatim(stream), starts, k))
    return Clones(files, stream, classes, end_row, rows, sum(map(len, verbatim_rows)))


def cloned_rows(
    files: Sequence[FileFacts], stream: Stream, classes: WindowClasses
) -> tuple[Ints, tuple[Ints, ...]]:
    """The last cloned row of each token, and for each file the rows with code that are cloned.

    A literal of several lines, such as a table of data, is equal to any other of its class, so it
    counts whole only if the same one stands in another cloned place, else with its first line.
    """
    cloned = np.flatnonzero(cloned_tokens(classes, len(stream)) & ~stream.is_mark)
    repeated = cloned[_occurs_again(stream.exact[cloned])]
    end_row = stream.first_row.copy()
    end_row[repeated] = stream.last_row[repeated]
    bounds = np.searchsorted(stream.file[cloned], np.arange(len(files) + 1))
    rows = (
        _covered(facts.sloc_rows, stream.first_row[tokens], end_row[tokens])
        for facts, tokens in zip(files, np.split(cloned, bounds[1:-1]), strict=True)
    )
    return end_row, tuple(rows)


def _occurs_again(codes: Ints) -> npt.NDArray[np.bool_]:
    _, place, count = np.unique(codes, return_inverse=True, return_counts=True)
    return np.asarray(count[place] > 1)


def _covered(rows: Ints, first: Ints, last: Ints) -> Ints:
    """Those of the sorted rows that lie in one of the ranges."""
    change = np.zeros(len(rows) + 1, dtype=np.int64)
    np.add.at(change, np.searchsorted(rows, first), 1)
    np.add.at(change, np.searchsorted(rows, last, side="right"), -1)
    return rows[np.cumsum(change[:-1]) > 0]


def repeats(classes: WindowClasses) -> Iterator[tuple[Ints, int]]:
    """The window classes joined to longer repeats: each with its starts and its length in tokens.

    A class goes on from the one before it when its windows are that one's, moved by one token.
    """
    if not len(classes.start):
        return
    begins = class_begins(classes.of)
    sizes = np.diff(np.append(begins, len(classes.start)))
    before = _class_before(classes, begins, sizes)
    chain = before.copy()
    chain[before < 0] = np.flatnonzero(before < 0)
    while not np.array_equal(chain, chain[chain]):
        chain = chain[chain]
    lengths = np.bincount(chain, minlength=len(begins)) + classes.k - 1
    for root in np.flatnonzero(before < 0).tolist():
        begin = begins[root]
        yield classes.start[begin : begin + sizes[root]], int(lengths[root])


def _class_before(classes: WindowClasses, begins: Ints, sizes: Ints) -> Ints:
    """For each class the class whose windows all begin one token earlier, -1 if there is none."""
    order = np.argsort(classes.start)
    place = np.searchsorted(classes.start[order], classes.start - 1)
    neighbour = order[np.minimum(place, len(order) - 1)]
    found = classes.start[neighbour] == classes.start - 1
    previous = np.where(found, classes.of[neighbour], -1)
    lowest = np.minimum.reduceat(previous, begins)
    highest = np.maximum.reduceat(previous, begins)
    moved = (lowest == highest) & (lowest >= 0) & (sizes[lowest] == sizes)
    return np.where(moved, lowest, -1)
