"""The token streams of many files as one, with no window across the end of a file."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from slopbench.quality.facts import FileFacts
from slopbench.quality.tokens import CLOSE, NAME, OPEN, Ints


@dataclass(frozen=True)
class Stream:
    """Parallel arrays over the tokens of all files, in their order.

    `rank` counts the lines with code of a file: the difference of two ranks is the number of such
    lines between two tokens, so that blank lines and comments make nothing longer.
    """

    shape: Ints
    exact: Ints
    file: Ints
    first_row: Ints
    last_row: Ints
    rank: Ints
    is_mark: np.typing.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.shape)

    def previous_same_name(self) -> Ints:
        """How many tokens ago the same identifier stood; 0 for all that is no identifier, and for
        an identifier's first place."""
        names = np.flatnonzero(self.shape == NAME)
        order = names[np.argsort(self.exact[names], kind="stable")]
        same = self.exact[order[1:]] == self.exact[order[:-1]]
        distance = np.zeros(len(self), dtype=np.int64)
        distance[order[1:][same]] = (order[1:] - order[:-1])[same]
        return distance

    def window_starts(self, k: int, min_lines: int) -> Ints:
        """Where windows of k tokens begin that lie in one file and on `min_lines` lines of code.

        A mark has no line of its own, so the lines are those of the first and last real token.
        """
        starts = np.arange(max(0, len(self) - k + 1))
        starts = starts[self.file[starts] == self.file[starts + k - 1]]
        real = np.flatnonzero(~self.is_mark)
        first = np.searchsorted(real, starts)
        last = np.searchsorted(real, starts + k - 1, side="right") - 1
        starts, first, last = (column[first <= last] for column in (starts, first, last))
        lines = self.rank[real[last]] - self.rank[real[first]] + 1
        chosen: Ints = starts[lines >= min_lines]
        return chosen


def join(files: Sequence[FileFacts]) -> Stream:
    """One stream of the files, which are numbered in their order."""
    streams = [facts.tokens for facts in files]
    shape = _concatenated([tokens.shape for tokens in streams])
    ranks = [
        np.searchsorted(facts.sloc_rows, facts.tokens.first_row, side="right") for facts in files
    ]
    return Stream(
        shape=shape,
        exact=_concatenated([tokens.exact for tokens in streams]),
        file=np.repeat(np.arange(len(files)), [len(tokens.shape) for tokens in streams]),
        first_row=_concatenated([tokens.first_row for tokens in streams]),
        last_row=_concatenated([tokens.last_row for tokens in streams]),
        rank=_concatenated(ranks),
        is_mark=(shape == OPEN) | (shape == CLOSE),
    )


def _concatenated(columns: list[Ints]) -> Ints:
    return np.concatenate([np.empty(0, dtype=np.int64), *columns])
