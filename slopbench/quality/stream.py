"""The token streams of many files as one, with no window across the end of a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from slopbench.quality.facts import FileFacts
from slopbench.quality.tokens import CLOSE, NAME, OPEN, Ints

Places = npt.NDArray[np.int32]
"""Numbers of tokens, of lines or of classes of windows."""
Flags = npt.NDArray[np.bool_]
Number = TypeVar("Number", bound=np.integer)


@dataclass(frozen=True)
class Stream:
    """Parallel arrays over the tokens of all files, in their order.

    Lines are numbered over the lines of code of all files: the difference of two numbers is the
    number of such lines between two tokens, so that blank lines and comments make nothing longer.
    A mark has no line of its own, and what these columns say of one means nothing.
    """

    shape: Ints
    exact: Ints
    first_line: Places
    last_line: Places
    is_mark: Flags
    token_bounds: Ints
    """Where the tokens of each file begin, and where those of the last one end."""
    line_bounds: Ints
    """The same of lines."""

    def __len__(self) -> int:
        return len(self.shape)

    @property
    def lines(self) -> int:
        """The number of lines of code."""
        return int(self.line_bounds[-1])

    def previous_same_name(self, reach: int) -> npt.NDArray[np.unsignedinteger]:
        """How many tokens ago the same identifier stood; 0 for all that is no identifier, and where
        it is `reach` or more."""
        names = np.flatnonzero(self.shape == NAME)
        order = names[np.argsort(self.exact[names], kind="stable")]
        near = self.exact[order[1:]] == self.exact[order[:-1]]
        gaps = order[1:] - order[:-1]
        near &= gaps < reach
        distance = np.zeros(len(self), dtype=np.min_scalar_type(reach))
        distance[order[1:][near]] = gaps[near]
        return distance

    def window_begins(self, k: int, min_lines: int) -> Flags:
        """For each window of k tokens, by its first token, whether it lies in one file and on
        `min_lines` lines of code: those from its first token that is no mark to its last one."""
        windows = max(0, len(self) - k + 1)
        real = np.flatnonzero(~self.is_mark)
        before = np.cumsum(~self.is_mark, dtype=np.int32)
        last = before[k - 1 :] - 1
        first = before[:windows] - ~self.is_mark[:windows]
        wide = first <= last
        lines = self.first_line[real]
        height = lines[last[wide]] - lines[first[wide]] + 1
        wide[wide] = height >= min_lines
        for end in self.token_bounds[1:].tolist():
            wide[max(0, end - k + 1) : end] = False
        return wide


def join(files: Sequence[FileFacts]) -> Stream:
    """One stream of the files, which are numbered in their order."""
    shape = _concatenated([facts.tokens.shape for facts in files], np.int64)
    line_bounds = _bounds([facts.sloc for facts in files])
    lines = list(zip(files, line_bounds.tolist(), strict=False))
    return Stream(
        shape=shape,
        exact=_concatenated([facts.tokens.exact for facts in files], np.int64),
        first_line=_concatenated(
            [_numbers(facts, facts.tokens.first_row, base) for facts, base in lines], np.int32
        ),
        last_line=_concatenated(
            [_numbers(facts, facts.tokens.last_row, base) for facts, base in lines], np.int32
        ),
        is_mark=(shape == OPEN) | (shape == CLOSE),
        token_bounds=_bounds([len(facts.tokens.shape) for facts in files]),
        line_bounds=line_bounds,
    )


def _numbers(facts: FileFacts, rows: npt.NDArray[np.integer], base: int) -> Places:
    """Rows of a file as numbers of lines, of which its first is `base`."""
    numbers: Places = (np.searchsorted(facts.sloc_rows, rows) + base).astype(np.int32)
    return numbers


def _bounds(sizes: Sequence[int]) -> Ints:
    return np.cumsum([0, *sizes], dtype=np.int64)


def _concatenated(columns: list[npt.NDArray[Number]], kind: type[Number]) -> npt.NDArray[Number]:
    return np.concatenate([np.empty(0, dtype=kind), *columns])
