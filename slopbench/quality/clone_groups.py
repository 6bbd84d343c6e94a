"""Groups of places that repeat each other: what a person looks at, made only when it is wanted."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from slopbench.quality.clones import WindowClasses, class_begins
from slopbench.quality.facts import FileFacts
from slopbench.quality.repeats import Repeats, repeats
from slopbench.quality.stream import Flags, Places, Stream
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
class Pieces:
    """Places in columns: from the line `first` to `last` of all files' lines of code."""

    first: Places
    last: Places


@dataclass(frozen=True)
class CloneGroups:
    """All groups in columns, the most lines first: every cloned window is in a place of some group.

    The places of the group N are from `bounds[N]` to before `bounds[N + 1]`.
    """

    files: Sequence[FileFacts]
    line_bounds: Ints
    is_cloned: Flags
    tokens: Places
    occurrences: Places
    sloc: Ints
    bounds: Ints
    pieces: Pieces

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, number: int) -> CloneGroup:
        number = range(len(self))[number]
        places = slice(self.bounds[number], self.bounds[number + 1])
        columns = (column[places].tolist() for column in self._places)
        return CloneGroup(
            int(self.tokens[number]),
            int(self.occurrences[number]),
            tuple(
                Place(self.files[file].file, first + 1, last + 1)
                for file, first, last in zip(*columns, strict=True)
            ),
            int(self.sloc[number]),
        )

    def __iter__(self) -> Iterator[CloneGroup]:
        return map(self.__getitem__, range(len(self)))

    def largest(self, count: int) -> list[int]:
        """The numbers of the first groups, without those that lie wholly in groups before them."""
        line, group = self._pairs()
        largest: list[int] = np.unique(group[class_begins(line)])[:count].tolist()
        return largest

    def by_line(self) -> Iterator[tuple[str, int, list[int]]]:
        """Each cloned line by file and number, counting from 1, and the groups that hold it."""
        line, group = self._pairs()
        ends = np.searchsorted(line, np.arange(1, len(self.is_cloned) + 1))
        begin = 0
        for facts, (base, end) in zip(self.files, pairwise(self.line_bounds.tolist()), strict=True):
            lines = np.flatnonzero(self.is_cloned[base:end])
            rows = facts.sloc_rows[lines].tolist()
            for row, last in zip(rows, ends[lines + base].tolist(), strict=True):
                yield facts.file, row + 1, group[begin:last].tolist()
                begin = last

    def _pairs(self) -> tuple[Ints, Ints]:
        """Each pair of a cloned line and a group that holds it once, sorted by line, then group."""
        of = np.repeat(np.arange(len(self)), np.diff(self.bounds))
        heights = self.pieces.last - self.pieces.first + 1
        line = ranges(self.pieces.first, heights)
        keys = (line * len(self) + np.repeat(of, heights))[self.is_cloned[line]]
        keys.sort()
        return np.divmod(keys[np.diff(keys, prepend=-1) > 0], max(1, len(self)))

    @cached_property
    def _places(self) -> tuple[Ints, Ints, Ints]:
        """The number of the file, the first and the last row of each place."""
        rows = np.concatenate([np.empty(0, np.int64), *(facts.sloc_rows for facts in self.files)])
        file = np.searchsorted(self.line_bounds, self.pieces.first, side="right") - 1
        return file, rows[self.pieces.first], rows[self.pieces.last]


def group_clones(
    files: Sequence[FileFacts],
    stream: Stream,
    classes: WindowClasses,
    end_line: Places,
    is_cloned: Flags,
) -> CloneGroups:
    """The groups that window classes make, from the last cloned line of each token and, for each
    line, whether it is cloned."""
    found = repeats(classes, len(stream))
    of, first, last = _lines_of_places(found, stream, end_line)
    cloned = np.concatenate([[0], np.cumsum(is_cloned)])
    sloc = np.bincount(of, cloned[last + 1] - cloned[first], len(found.length)).astype(np.int64)
    begins = np.append(class_begins(of), len(of))
    order = np.lexsort((first[begins[:-1]], -found.length, -sloc))
    sizes = np.diff(begins)[order]
    places = ranges(begins[order], sizes)
    return CloneGroups(
        files=files,
        line_bounds=stream.line_bounds,
        is_cloned=is_cloned,
        tokens=found.length[order],
        occurrences=found.count[order],
        sloc=sloc[order],
        bounds=np.cumsum([0, *sizes]),
        pieces=Pieces(first[places], last[places]),
    )


def _lines_of_places(
    found: Repeats, stream: Stream, end_line: Places
) -> tuple[Places, Places, Places]:
    """The places of the repeats: the number of the repeat, the first and the last line of each.

    Marks at the ends of a place have no lines.
    """
    length = found.length[found.of]
    goes_on = np.diff(found.start, prepend=-1) < length
    goes_on &= np.diff(found.of, prepend=-1) == 0
    begins = np.flatnonzero(~goes_on)
    last_starts = found.start[np.append(begins, len(goes_on))[1:] - 1]
    real = np.flatnonzero(~stream.is_mark)
    first = real[np.searchsorted(real, found.start[begins])]
    last = real[np.searchsorted(real, last_starts + length[begins], side="left") - 1]
    return found.of[begins], stream.first_line[first], end_line[last]


def ranges(first: npt.NDArray[np.integer], sizes: npt.NDArray[np.integer]) -> Ints:
    """`first`, `first` + 1, … of each range, one range after the other."""
    ends = np.cumsum(sizes, dtype=np.int64)
    total = int(ends[-1]) if len(ends) else 0
    numbers: Ints = np.arange(total) + np.repeat(first - ends + sizes, sizes)
    return numbers
