"""Clones: windows of k tokens that occur at least twice without overlap.

The union of such windows is what maximal repeats of at least k tokens cover. The steps: hash every
window, sort the hashes, compare the members of a group token by token, keep the classes of which
two members don't overlap. All steps are linear but the sort, and none trusts a hash.

Two windows are equal of type 1 when their texts are, and of type 2 when one becomes the other by
renaming identifiers consistently, literals being equal by class. Consistent renaming is equality of
distances: an identifier counts as the distance to its previous place inside the window, 0 for none.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from slopbench.quality.stream import Stream
from slopbench.quality.tokens import Ints

WINDOW = 50
"""Tokens; with 30, half of Python's standard library would be clones."""
MIN_LINES = 3

Hashes = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Pattern:
    """What must be equal for windows to be equal: a code for each token and, for an identifier, the
    distance to its previous place, which counts only inside the window."""

    code: Ints
    distance: Ints


@dataclass(frozen=True)
class WindowClasses:
    """The windows that have a clone, sorted by class and then by place: `start` is a window's first
    token, `of` its class, numbered from 0."""

    k: int
    start: Ints
    of: Ints


def renamed(stream: Stream) -> Pattern:
    """The pattern of type 2."""
    return Pattern(stream.shape, stream.previous_same_name())


def verbatim(stream: Stream) -> Pattern:
    """The pattern of type 1."""
    return Pattern(stream.exact, np.zeros(len(stream), dtype=np.int64))


def find_clones(pattern: Pattern, starts: Ints, k: int) -> WindowClasses:
    """The classes of equal windows among those that begin at `starts`, which ascend."""
    if not len(starts):
        return WindowClasses(k, starts, starts)
    hashes = _window_hashes(pattern, k)[starts]
    order = np.argsort(hashes, kind="stable")
    start, of = _verified(pattern, k, starts[order], _numbered(hashes[order]))
    return _without_overlap(k, start, of)


def cloned_tokens(classes: WindowClasses, length: int) -> npt.NDArray[np.bool_]:
    """For each token of the stream whether it lies in a cloned window."""
    change = np.zeros(length + 1, dtype=np.int64)
    np.add.at(change, classes.start, 1)
    np.add.at(change, classes.start + classes.k, -1)
    return np.cumsum(change[:-1]) > 0


def class_begins(of: Ints) -> Ints:
    """Where each class begins in an ascending column of class numbers."""
    return np.flatnonzero(np.diff(of, prepend=-1))


def _window_hashes(pattern: Pattern, k: int) -> Hashes:
    """A polynomial hash modulo 2**64 of every window, by one pass of differences.

    The sum over a window of value * base**position is a difference of prefix sums. The value of an
    identifier is its distance while its previous place lies inside, that is for the windows that
    begin in a range: added at the range's begin, taken back at its end. At last each sum is divided
    by base**start, which is possible as the base is odd.
    """
    count = len(pattern.code)
    powers = _powers(np.uint64(0x9E3779B97F4A7C15), count)
    inverse = _powers(np.uint64(pow(0x9E3779B97F4A7C15, -1, 1 << 64)), count)
    fixed = np.concatenate([[np.uint64(0)], np.cumsum(_mixed(pattern.code) * powers)])
    sums = fixed[k:] - fixed[:-k]

    linked = np.flatnonzero((pattern.distance > 0) & (pattern.distance < k))
    distance = pattern.distance[linked]
    weight = _mixed(distance + (1 << 40)) * powers[linked]
    change = np.zeros(count + 1, dtype=np.uint64)
    np.add.at(change, np.maximum(linked - k + 1, 0), weight)
    np.subtract.at(change, linked - distance + 1, weight)
    hashes: Hashes = (sums + np.cumsum(change)[: len(sums)]) * inverse[: len(sums)]
    return hashes


def _powers(base: np.uint64, count: int) -> Hashes:
    """base**0 … base**(count - 1) modulo 2**64."""
    factors = np.full(count, base, dtype=np.uint64)
    factors[:1] = 1
    return np.cumprod(factors)


def _mixed(values: Ints) -> Hashes:
    """Well spread hashes of small numbers: the finalizer of SplitMix64."""
    bits = values.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return bits ^ (bits >> np.uint64(31))


def _numbered(keys: npt.NDArray[np.generic]) -> Ints:
    """For sorted keys the number of the run of equal ones that each is in."""
    if not len(keys):
        return np.empty(0, dtype=np.int64)
    return np.cumsum(np.concatenate([[0], (keys[1:] != keys[:-1]).astype(np.int64)]))


def _verified(pattern: Pattern, k: int, start: Ints, of: Ints) -> tuple[Ints, Ints]:
    """The classes of truly equal windows, out of groups of equal hashes; lone windows are left out.

    Every window is compared with the first of its group. Those that differ make a new group among
    themselves, until none differs.
    """
    done_start, done_of, base = [start[:0]], [of[:0]], 0
    while True:
        sizes = np.bincount(of, minlength=1)
        start, of = start[sizes[of] > 1], of[sizes[of] > 1]
        if not len(start):
            return np.concatenate(done_start), np.concatenate(done_of)
        of = _numbered(of)
        firsts = start[class_begins(of)]
        equal = _equal_windows(pattern, k, start, firsts[of])
        done_start.append(start[equal])
        done_of.append(of[equal] + base)
        base += len(firsts)
        start, of = start[~equal], of[~equal]


def _equal_windows(pattern: Pattern, k: int, left: Ints, right: Ints) -> npt.NDArray[np.bool_]:
    """Token by token, whether the windows that begin at `left` and at `right` are equal."""
    equal = np.ones(len(left), dtype=np.bool_)
    for offset in range(k):
        a, b = left + offset, right + offset
        near_a, near_b = pattern.distance[a], pattern.distance[b]
        equal &= pattern.code[a] == pattern.code[b]
        equal &= np.where(near_a <= offset, near_a, 0) == np.where(near_b <= offset, near_b, 0)
    return equal


def _without_overlap(k: int, start: Ints, of: Ints) -> WindowClasses:
    """Keeps the classes of which the first and the last window don't overlap.

    Windows of different files can't, as no window crosses the end of a file.
    """
    if not len(start):
        return WindowClasses(k, start, of)
    order = np.lexsort((start, of))
    start, of = start[order], _numbered(of[order])
    begins = class_begins(of)
    ends = np.append(begins[1:], len(start)) - 1
    apart = (start[ends] - start[begins] >= k)[of]
    return WindowClasses(k, start[apart], _numbered(of[apart]))
