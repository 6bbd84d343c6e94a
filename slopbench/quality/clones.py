"""Clones: windows of k tokens that occur at least twice without overlap.

The union of such windows is what maximal repeats of at least k tokens cover. The steps: hash every
window, sort hashes and places together, compare the windows of equal hash token by token, keep the
classes of which two members don't overlap. All steps are linear but the sort, and none trusts a hash.

Two windows are equal of type 1 when their texts are, and of type 2 when one becomes the other by
renaming identifiers consistently, literals being equal by class. Consistent renaming is equality of
distances: an identifier counts as the distance to its previous place inside the window, 0 for none.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from numpy.lib.stride_tricks import sliding_window_view

from slopbench.quality.stream import Flags, Places, Stream
from slopbench.quality.tokens import Ints

WINDOW = 50
"""Tokens; with 30, half of Python's standard library would be clones."""
MIN_LINES = 3

Hashes = npt.NDArray[np.uint64]

_BLOCK, _PAIRS = 1 << 15, 1 << 11
"""Windows hashed and windows compared at once, so that the arrays stay in the processor's cache."""
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_DISTANCES = 1 << 40
"""Distances are hashed from here on, apart from the codes of the grammar's kinds."""


@dataclass(frozen=True)
class Pattern:
    """What must be equal for windows of k tokens to be equal: a code for each token and, for an
    identifier, the distance to its previous place, which counts only inside the window. A distance
    of k or more is 0."""

    k: int
    code: Ints
    distance: npt.NDArray[np.unsignedinteger]


@dataclass(frozen=True)
class WindowClasses:
    """The windows of k tokens that have a clone, sorted by class and then by place: `start` is a
    window's first token, `of` its class, numbered from 0."""

    k: int
    start: Places
    of: Places


def renamed(stream: Stream, k: int) -> Pattern:
    """The pattern of type 2."""
    return Pattern(k, stream.shape, stream.previous_same_name(k))


def verbatim(stream: Stream, k: int) -> Pattern:
    """The pattern of type 1."""
    return Pattern(k, stream.exact, np.zeros(len(stream), dtype=np.min_scalar_type(k)))


def find_clones(pattern: Pattern, begins: Flags) -> WindowClasses:
    """The classes of equal windows among those that `begins` flags by their first token."""
    start, of = _of_equal_hash(pattern, begins)
    return _without_overlap(pattern.k, *_verified(pattern, start, of))


def cloned_tokens(classes: WindowClasses, length: int) -> Flags:
    """For each token of the stream whether it lies in a cloned window."""
    begins = np.zeros(length, dtype=np.int32)
    begins[classes.start] = 1
    begun = np.cumsum(begins, dtype=np.int32)
    begins[: classes.k] = 0
    begins[classes.k :] = begun[: -classes.k]
    return begun > begins


def class_begins(of: npt.NDArray[np.integer]) -> Ints:
    """Where each class begins in an ascending column of class numbers."""
    return np.flatnonzero(np.diff(of, prepend=-1))


def _of_equal_hash(pattern: Pattern, begins: Flags) -> tuple[Places, Places]:
    """The windows whose hash another one shares, and the number of the group of each.

    Hash and place are sorted as one number. What is cut off of the hash for the place makes some
    groups of unequal windows more.
    """
    places = np.uint64((1 << len(begins).bit_length()) - 1)
    keys = np.empty(np.count_nonzero(begins), dtype=np.uint64)
    filled = 0
    for first, hashes in _hashes_in_blocks(pattern, len(begins)):
        chosen = np.flatnonzero(begins[first : first + len(hashes)])
        found = (hashes[chosen] & ~places) | (chosen + first).astype(np.uint64)
        keys[filled : filled + len(found)] = found
        filled += len(found)
    keys.sort()
    same = np.zeros(len(keys) + 1, dtype=np.bool_)
    np.less_equal(keys[1:] ^ keys[:-1], places, out=same[1:-1])
    shared = same[1:] | same[:-1]
    start = (keys[shared] & places).astype(np.int32)
    return start, np.cumsum(~same[:-1][shared], dtype=np.int32) - 1


def _hashes_in_blocks(pattern: Pattern, windows: int) -> Iterator[tuple[int, Hashes]]:
    for first in range(0, windows, _BLOCK):
        yield first, _window_hashes(pattern, first, min(_BLOCK, windows - first))


def _window_hashes(pattern: Pattern, first: int, count: int) -> Hashes:
    """A polynomial hash modulo 2**64 of the `count` windows from the token `first` on.

    The sum over a window of value * base**position is a difference of prefix sums. The distance of
    an identifier counts in the windows that hold it and its previous place: it is added where the
    windows come to hold it, and taken back where they lose its previous place. At last each sum is
    divided by base**start, which is possible as the base is odd.
    """
    tokens = slice(first, first + count + pattern.k - 1)
    size = count + pattern.k - 1
    powers, inverse = _powers(_BASE, _BLOCK + pattern.k), _powers(_INVERSE, _BLOCK + pattern.k)
    gained = _mixed(pattern.code[tokens])
    gained *= powers[:size]
    lost = gained.copy()

    linked = np.flatnonzero(pattern.distance[tokens])
    distance = pattern.distance[tokens][linked]
    previous = linked - distance
    inside = previous >= 0
    linked, distance, previous = linked[inside], distance[inside], previous[inside]
    weight = _mixed(np.arange(_DISTANCES, _DISTANCES + pattern.k))[distance] * powers[linked]
    gained[linked] += weight
    lost[previous] += weight  # no two identifiers share their previous place

    hashes: Hashes = np.cumsum(gained)[pattern.k - 1 :]
    hashes[1:] -= np.cumsum(lost)[: count - 1]
    hashes *= inverse[:count]
    return hashes


@lru_cache(maxsize=2)
def _powers(base: int, count: int) -> Hashes:
    """base**0 … base**(count - 1) modulo 2**64."""
    factors = np.full(count, base, dtype=np.uint64)
    factors[0] = 1
    return np.cumprod(factors)


def _mixed(values: Ints) -> Hashes:
    """Well spread hashes of small numbers: the finalizer of SplitMix64."""
    bits = values.astype(np.uint64)
    bits *= np.uint64(_BASE)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        bits ^= bits >> np.uint64(shift)
        bits *= np.uint64(factor)
    bits ^= bits >> np.uint64(31)
    return bits


def _verified(pattern: Pattern, start: Places, of: Places) -> tuple[Places, Places]:
    """The classes of truly equal windows, out of groups of equal hashes; lone windows are left out.

    Every window is compared with the first of its group. Those that differ make a new group among
    themselves, until none differs.
    """
    done_start, done_of, base = [start[:0]], [of[:0]], 0
    while True:
        shared = np.bincount(of, minlength=1)[of] > 1
        start, of = start[shared], _numbered(of[shared])
        if not len(start):
            return np.concatenate(done_start), np.concatenate(done_of)
        firsts = start[class_begins(of)]
        equal = _equal_windows(pattern, start, firsts[of])
        done_start.append(start[equal])
        done_of.append(of[equal] + np.int32(base))
        base += len(firsts)
        start, of = start[~equal], of[~equal]


def _equal_windows(pattern: Pattern, left: Places, right: Places) -> Flags:
    """Token by token, whether the windows that begin at `left` and at `right` are equal."""
    codes = sliding_window_view(pattern.code, pattern.k)
    distances = sliding_window_view(pattern.distance, pattern.k)
    offsets = np.arange(pattern.k, dtype=pattern.distance.dtype)
    equal = np.empty(len(left), dtype=np.bool_)
    for first in range(0, len(left), _PAIRS):
        block = slice(first, first + _PAIRS)
        one, other = left[block], right[block]
        near_one, near_other = distances[one], distances[other]
        near_one *= near_one <= offsets
        near_other *= near_other <= offsets
        equal[block] = (codes[one] == codes[other]).all(axis=1)
        equal[block] &= (near_one == near_other).all(axis=1)
    return equal


def _numbered(keys: Places) -> Places:
    """For ascending keys the number of the run of equal ones that each is in."""
    return np.cumsum(np.diff(keys, prepend=-1) != 0, dtype=np.int32) - 1


def _without_overlap(k: int, start: Places, of: Places) -> WindowClasses:
    """Keeps the classes of which the first and the last window don't overlap.

    Windows of different files can't, as no window crosses the end of a file.
    """
    begins = class_begins(of)
    ends = np.append(begins, len(start))[1:] - 1
    apart = (start[ends] - start[begins] >= k)[of]
    return WindowClasses(k, start[apart], _numbered(of[apart]))
