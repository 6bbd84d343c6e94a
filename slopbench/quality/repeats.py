"""From classes of equal windows to longer sequences of tokens that occur again and again."""

from dataclasses import dataclass

import numpy as np

from slopbench.quality.clones import WindowClasses, class_begins
from slopbench.quality.stream import Flags, Places
from slopbench.quality.tokens import Ints


@dataclass(frozen=True)
class Repeats:
    """Sequences of tokens that occur again and again: how long each is, and how often it occurs.

    `start` holds the first tokens of the occurrences, those of one sequence after those of another
    and ascending; `of` the number of the sequence that each is of.
    """

    length: Places
    count: Places
    start: Places
    of: Places


def repeats(classes: WindowClasses, tokens: int) -> Repeats:
    """The window classes of a stream of so many tokens joined to longer repeats.

    Two occurrences are equal in each window of k tokens, while identifiers may be renamed
    differently in windows that don't overlap.
    """
    if not len(classes.start):
        return Repeats(*[classes.start] * 4)
    class_at = np.full(tokens + 1, -1, dtype=np.int32)
    class_at[classes.start] = classes.of
    return _bridged(_chained(classes, class_at), classes.k, class_at)


def _chained(classes: WindowClasses, class_at: Places) -> Repeats:
    """A class goes on from the one before it when its windows are that one's, moved by one token."""
    begins = class_begins(classes.of)
    sizes = np.diff(np.append(begins, len(classes.start))).astype(np.int32)
    before = _class_before(classes, begins, sizes, class_at)
    chain = np.where(before < 0, np.arange(len(begins)), before)
    while not np.array_equal(chain, chain[chain]):
        chain = chain[chain]
    lengths = np.bincount(chain, minlength=len(begins)) + classes.k - 1
    roots = before < 0
    chosen = roots[classes.of]
    numbers = np.cumsum(roots, dtype=np.int32) - 1
    return Repeats(
        lengths[roots].astype(np.int32),
        sizes[roots],
        classes.start[chosen],
        numbers[classes.of[chosen]],
    )


def _class_before(classes: WindowClasses, begins: Ints, sizes: Places, class_at: Places) -> Places:
    """For each class the class whose windows all begin one token earlier, -1 if there is none."""
    previous = class_at[classes.start - 1]
    lowest = np.minimum.reduceat(previous, begins)
    highest = np.maximum.reduceat(previous, begins)
    moved = (lowest == highest) & (lowest >= 0) & (sizes[lowest] == sizes)
    return np.where(moved, lowest, np.int32(-1))


def _bridged(found: Repeats, k: int, class_at: Places) -> Repeats:
    """Joins two repeats when each occurrence of one is followed by one of the other, always as far,
    and what is between is equal too. It is no repeat of its own as it occurs elsewhere as well: a
    copied function stays one repeat, whatever idioms are in it.
    """
    occurrences = np.split(found.start, class_begins(found.of)[1:])
    firsts = np.array([starts[0] for starts in occurrences])
    length = found.length.copy()
    is_kept = np.ones(len(occurrences), dtype=np.bool_)
    open_end: dict[bytes, int] = {}
    for number in np.argsort(firsts).tolist():
        shifts = occurrences[number] - firsts[number]
        before = open_end.setdefault(shifts.tobytes(), number)
        gap = class_at[firsts[before] + length[before] - k + 1 : firsts[number]]
        if before != number and _is_everywhere(
            gap, occurrences[before] + length[before] - k + 1, class_at
        ):
            length[before] = firsts[number] - firsts[before] + length[number]
            is_kept[number] = False
        else:
            open_end[shifts.tobytes()] = number
    return _only(found, length, is_kept)


def _is_everywhere(gap: Places, starts: Places, class_at: Places) -> bool:
    """Whether windows of these classes, which must be some, begin one after the other at each start."""
    return bool((gap >= 0).all()) and all(
        np.array_equal(gap, class_at[start : start + len(gap)]) for start in starts.tolist()
    )


def _only(found: Repeats, length: Places, is_kept: Flags) -> Repeats:
    numbers = np.cumsum(is_kept, dtype=np.int32) - 1
    chosen = is_kept[found.of]
    return Repeats(
        length[is_kept], found.count[is_kept], found.start[chosen], numbers[found.of[chosen]]
    )
