"""From places in a text to lines of it, for many at once. Rows are lines that count from 0."""

from collections.abc import Sequence

import numpy as np

from slopbench.quality.tokens import Ints


def line_ends(text: bytes) -> Ints:
    """The offsets of the line ends."""
    return np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))


class Spans:
    """Pieces of a text, each the property of an owner."""

    def __init__(self) -> None:
        self._start: list[int] = []
        self._end: list[int] = []
        self._owner: list[int] = []

    def add(self, start: int, end: int, owner: int = 0) -> None:
        """A piece from the byte `start` to before the byte `end`."""
        self._start.append(start)
        self._end.append(end)
        self._owner.append(owner)

    def rows(self, ends: Ints) -> tuple[Ints, Ints]:
        """Each pair of owner and row that some piece touches, once; sorted by owner, then row."""
        first = np.searchsorted(ends, _array(self._start))
        last = np.searchsorted(ends, _array(self._end) - 1)
        heights = last - first + 1
        begins = np.repeat(np.cumsum(heights) - heights, heights)
        rows = np.repeat(first, heights) + np.arange(int(heights.sum())) - begins
        stride = len(ends) + 1
        pairs = np.unique(np.repeat(_array(self._owner), heights) * stride + rows)
        return pairs // stride, pairs % stride


def _array(numbers: Sequence[int]) -> Ints:
    return np.array(numbers, dtype=np.int64)
