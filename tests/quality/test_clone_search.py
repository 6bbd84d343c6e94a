"""The clone search against one written from the definition, which compares all windows with all.

Random files are put together from a few pieces that may be renamed, so that there are repeats.
"""

from dataclasses import dataclass, field
from itertools import combinations
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopbench.quality import clones
from slopbench.quality.clone_lines import clones_of
from slopbench.quality.clones import cloned_tokens, find_clones, renamed, verbatim
from slopbench.quality.facts import FileFacts, Function
from slopbench.quality.repeats import repeats
from slopbench.quality.stream import join
from slopbench.quality.tokens import CLOSE, NAME, OPEN, Tokens

LITERAL = -11
UNTIMED = settings(deadline=None)


@dataclass(frozen=True)
class Token:
    """One token, the lines to go on before it and those that it goes on for after its first."""

    shape: int
    exact: int
    step: int = 1
    height: int = 0

    @property
    def is_mark(self):
        return self.shape in (OPEN, CLOSE)


@dataclass(frozen=True)
class Occurrence:
    """A token in a file; rows count from 0."""

    token: Token
    file: int
    first: int
    last: int


@dataclass
class Oracle:
    """What is cloned among files, each a list of tokens, by comparing every pair of windows."""

    files: list[list[Token]]
    k: int
    min_lines: int
    equal: callable
    tokens: list[Occurrence] = field(default_factory=list)

    def __post_init__(self):
        for file, tokens in enumerate(self.files):
            row = 0
            for token in tokens:
                row += 0 if token.is_mark else token.step
                last = row if token.is_mark else row + token.height
                self.tokens.append(Occurrence(token, file, row, last))
                row = last
        self.sloc_rows = [
            sorted({row for each in self.real(file) for row in range(each.first, each.last + 1)})
            for file in range(len(self.files))
        ]
        starts = range(len(self.tokens) - self.k + 1)
        self.windows = [start for start in starts if self.is_window(start)]
        self.cloned_windows = set()
        for one, other in combinations(self.windows, 2):
            if other - one >= self.k and self.same(one, other):
                self.cloned_windows |= {each for each in self.windows if self.same(one, each)}
        self.cloned = sorted({i for start in self.cloned_windows for i in self.inside(start)})

    def real(self, file):
        return [each for each in self.tokens if each.file == file and not each.token.is_mark]

    def inside(self, start):
        return range(start, start + self.k)

    def is_window(self, start):
        """A window lies in one file and on so many lines with code."""
        tokens = [self.tokens[i] for i in self.inside(start)]
        real = [each for each in tokens if not each.token.is_mark]
        if tokens[0].file != tokens[-1].file or not real:
            return False
        lines = range(real[0].first, real[-1].first + 1)
        return sum(row in lines for row in self.sloc_rows[tokens[0].file]) >= self.min_lines

    def same(self, one, other):
        return self.equal(
            [self.tokens[i].token for i in self.inside(one)],
            [self.tokens[i].token for i in self.inside(other)],
        )

    def rows(self):
        """The cloned rows of each file. A token of several lines counts whole if the same text is
        cloned elsewhere too."""
        cloned = [self.tokens[i] for i in self.cloned if not self.tokens[i].token.is_mark]
        rows = [set() for _ in self.files]
        for each in cloned:
            twin = any(each.token.exact == o.token.exact for o in cloned if o is not each)
            rows[each.file].update(range(each.first, (each.last if twin else each.first) + 1))
        return [sorted(found) for found in rows]

    def facts(self):
        """The same files as the engine gets them."""
        facts = []
        for number, rows in enumerate(self.sloc_rows):
            here = [each for each in self.tokens if each.file == number]
            columns = (
                np.array([value(each) for each in here], dtype=kind)
                for value, kind in (
                    (lambda each: each.token.shape, np.int64),
                    (lambda each: each.token.exact, np.int64),
                    (lambda each: each.first, np.int32),
                    (lambda each: each.last, np.int32),
                )
            )
            facts.append(file_facts(f"{number}.py", rows, Tokens(*columns)))
        return facts


def file_facts(name, rows, tokens):
    """Facts of a file that has nothing but tokens."""
    sloc_rows = np.array(rows, dtype=np.int64)
    module = Function(name, "<module>", 1, 1, 1, 0, len(rows), 0)
    given = {"sloc_rows": sloc_rows, "tokens": tokens, "file": name, "module": module}
    return FileFacts(**{**dict.fromkeys(FileFacts.__dataclass_fields__), **given})


def equal_when_renamed(one, other):
    """Whether a one-to-one renaming of identifiers makes the windows equal in shape."""
    there, back = {}, {}
    for a, b in zip(one, other, strict=True):
        if a.shape != b.shape:
            return False
        if a.shape == NAME and not (
            there.setdefault(a.exact, b.exact) == b.exact
            and back.setdefault(b.exact, a.exact) == a.exact
        ):
            return False
    return True


def equal_texts(one, other):
    return [token.exact for token in one] == [token.exact for token in other]


KINDS = pytest.mark.parametrize(
    ("pattern", "equal"), [(renamed, equal_when_renamed), (verbatim, equal_texts)]
)
"""The two types of clones, as the engine and as the definition tells them."""
BLOCKS = pytest.mark.parametrize("block", [1 << 15, 3])
"""Windows that are worked on at once: all of them, or so few that there are many joints."""
STEPS = st.integers(0, 2)
NAMES = st.builds(Token, st.just(NAME), st.integers(70_000, 70_003), STEPS)
KEYWORDS = st.sampled_from([1, 2]).flatmap(
    lambda kind: st.builds(Token, *[st.just(kind)] * 2, STEPS)
)
MARKS = st.sampled_from([Token(OPEN, OPEN), Token(CLOSE, CLOSE)])
LITERALS = st.builds(Token, st.just(LITERAL), st.integers(80_000, 80_001), STEPS, STEPS)
PIECES = st.lists(
    st.lists(NAMES | KEYWORDS | MARKS | LITERALS, min_size=1, max_size=9), min_size=1, max_size=4
)
PICKS = st.lists(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2)), max_size=4), min_size=1, max_size=3
)


def put_together(pieces, picks):
    """Files of pieces; a pick is the number of a piece and how far its names are shifted."""
    return [
        [shifted(token, by) for piece, by in file for token in pieces[piece % len(pieces)]]
        for file in picks
    ]


def shifted(token, by):
    """The token with another name, if it is one."""
    exact = 70_000 + (token.exact + by) % 4 if token.shape == NAME else token.exact
    return Token(token.shape, exact, token.step, token.height)


FILES = st.builds(put_together, PIECES, PICKS)


def search(files, pattern, k, min_lines):
    """The stream and the classes of windows that the engine finds."""
    stream = join(files)
    return stream, find_clones(pattern(stream, k), stream.window_begins(k, min_lines))


@BLOCKS
@KINDS
@UNTIMED
@given(files=FILES, k=st.integers(1, 7), min_lines=st.integers(1, 4))
def test_the_search_finds_what_comparing_all_windows_finds(
    pattern, equal, block, files, k, min_lines
):
    oracle = Oracle(files, k, min_lines, equal)
    with patch.multiple(clones, _BLOCK=block, _PAIRS=block):
        stream, classes = search(oracle.facts(), pattern, k, min_lines)
    assert set(classes.start.tolist()) == oracle.cloned_windows
    assert np.flatnonzero(cloned_tokens(classes, len(stream))).tolist() == oracle.cloned


@UNTIMED
@given(files=FILES, k=st.integers(1, 7), min_lines=st.integers(1, 4))
def test_the_lines_are_those_of_the_cloned_tokens(files, k, min_lines):
    oracle = Oracle(files, k, min_lines, equal_when_renamed)
    found = clones_of(oracle.facts(), k, min_lines)
    assert [rows.tolist() for rows in found.rows] == oracle.rows()
    assert found.sloc == sum(map(len, oracle.rows()))
    to_the_letter = Oracle(files, k, min_lines, equal_texts).rows()
    assert found.verbatim_sloc == sum(map(len, to_the_letter))


@UNTIMED
@given(files=FILES, k=st.integers(2, 7), min_lines=st.integers(1, 4))
def test_each_cloned_window_is_in_a_repeat_and_all_windows_of_a_repeat_are_equal(
    files, k, min_lines
):
    oracle = Oracle(files, k, min_lines, equal_when_renamed)
    stream, classes = search(oracle.facts(), renamed, k, min_lines)
    found = repeats(classes, len(stream))
    seen = set()
    for number, length in enumerate(found.length.tolist()):
        starts = found.start[found.of == number].tolist()
        assert len(starts) == found.count[number]
        assert starts[-1] - starts[0] >= k
        for offset in range(length - k + 1):
            windows = [start + offset for start in starts]
            assert all(oracle.same(windows[0], window) for window in windows)
            seen.update(windows)
    assert seen == oracle.cloned_windows


@UNTIMED
@given(files=FILES, k=st.integers(2, 7), min_lines=st.integers(1, 4))
def test_the_places_of_the_groups_hold_each_cloned_line_and_each_cloned_window(files, k, min_lines):
    oracle = Oracle(files, k, min_lines, equal_when_renamed)
    groups = clones_of(oracle.facts(), k, min_lines).groups
    held = {
        (f"{file}.py", row + 1): set() for file, rows in enumerate(oracle.rows()) for row in rows
    }
    for number, group in enumerate(groups):
        for place in group.places:
            for line in range(place.first_line, place.last_line + 1):
                held.get((place.file, line), set()).add(number)
    assert {(file, line): set(numbers) for file, line, numbers in groups.by_line()} == held
    assert all(held.values())
    for start in oracle.cloned_windows:
        inside = [oracle.tokens[i] for i in oracle.inside(start)]
        lines = [(f"{each.file}.py", each.first + 1) for each in inside if not each.token.is_mark]
        assert set.intersection(*(held[line] for line in lines))


@UNTIMED
@given(files=FILES, k=st.integers(2, 5))
def test_the_largest_groups_hold_a_line_that_no_larger_one_holds(files, k):
    groups = clones_of(Oracle(files, k, 1, equal_texts).facts(), k, 1).groups
    assert [(-group.sloc, -group.tokens) for group in groups] == sorted(
        (-group.sloc, -group.tokens) for group in groups
    )
    firsts = {min(numbers) for _, _, numbers in groups.by_line()}
    assert groups.largest(len(groups)) == sorted(firsts)
    assert groups.largest(2) == sorted(firsts)[:2]


WORD = [Token(1, 1), Token(2, 2), Token(NAME, 70_000), Token(NAME, 70_001), Token(1, 1)]


def test_a_longer_repeat_is_one_group():
    files = [[*WORD, Token(3, 3)], [*WORD, Token(4, 4)]]
    (group,) = clones_of(Oracle(files, 3, 1, equal_texts).facts(), 3, 1).groups
    places = [(place.file, place.first_line, place.last_line) for place in group.places]
    assert (group.tokens, group.occurrences, group.sloc) == (5, 2, 10)
    assert places == [("0.py", 2, 6), ("1.py", 2, 6)]


def test_a_piece_that_occurs_elsewhere_too_does_not_divide_a_repeat():
    copied, idiom = [[Token(kind, kind) for kind in kinds] for kinds in ((1, 2, 3, 4), (5, 6, 7))]
    files = [[*copied, *idiom, *copied[::-1]]] * 2 + [[*idiom, Token(8, 8)]]
    largest, smaller = clones_of(Oracle(files, 3, 1, equal_texts).facts(), 3, 1).groups
    assert (largest.tokens, largest.occurrences, len(largest.places)) == (11, 2, 2)
    assert (smaller.tokens, smaller.occurrences, len(smaller.places)) == (3, 3, 3)


def test_repeats_with_different_text_between_are_not_joined():
    begin, one, other, end = ([Token(n, n)] + [Token(n + 1, n + 1)] * 3 for n in (1, 3, 5, 7))
    files = [[*begin, *one, *end]] * 2 + [[*begin, *other, *end]] * 2
    groups = clones_of(Oracle(files, 3, 1, equal_texts).facts(), 3, 1).groups
    found = sorted((group.occurrences, group.tokens) for group in groups)
    assert found == [(2, 8), (2, 8), (4, 4), (4, 4)]


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_windows_that_only_overlap_themselves_are_no_clone(count):
    oracle = Oracle([[Token(1, 1)] * count], 3, 1, equal_texts)
    assert not len(search(oracle.facts(), renamed, 3, 1)[1].start)


@pytest.mark.parametrize(("other", "cloned"), [(0, 600), (1, 0)])
def test_a_name_far_back_in_a_long_window_counts(other, cloned):
    """In windows of 300 tokens the name at the end was first used 270 tokens before."""
    filling = [Token(1, 1)] * 269

    def text(name):
        return [
            *[Token(NAME, 70_000), Token(NAME, 70_001), *filling],
            *[Token(NAME, name), *[Token(2, 2)] * 28],
        ]

    oracle = Oracle([text(70_000), text(70_000 + other)], 300, 3, equal_when_renamed)
    found = clones_of(oracle.facts(), 300, 3)
    assert found.sloc == cloned == len(oracle.cloned)


def all_alike(pattern, first, count):
    return np.zeros(count, dtype=np.uint64)


@KINDS
@UNTIMED
@given(files=FILES, k=st.integers(1, 7))
def test_equal_hashes_are_not_trusted(pattern, equal, files, k):
    """Even if all windows hash alike, only equal ones are clones."""
    oracle = Oracle(files, k, 1, equal)
    with patch.object(clones, "_window_hashes", all_alike):
        _, classes = search(oracle.facts(), pattern, k, 1)
    assert set(classes.start.tolist()) == oracle.cloned_windows
    for number in np.unique(classes.of):
        first, *others = classes.start[classes.of == number].tolist()
        assert all(oracle.same(first, other) for other in others)
