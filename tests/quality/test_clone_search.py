"""The clone search against a naive one that compares all windows with all, on random tokens."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.quality.clone_lines import repeats
from slopbench.quality.clones import cloned_tokens, find_clones, renamed, verbatim
from slopbench.quality.stream import Stream
from slopbench.quality.tokens import CLOSE, NAME, OPEN

MARKS = {OPEN, CLOSE}
NAMES = st.tuples(st.just(NAME), st.integers(70_000, 70_003))
KEYWORDS = st.sampled_from([(1, 1), (2, 2)])
BLOCKS = st.sampled_from([(OPEN, OPEN), (CLOSE, CLOSE)])
TOKEN = st.tuples(NAMES | KEYWORDS | BLOCKS, st.integers(0, 1))
FILES = st.lists(st.lists(TOKEN, max_size=40), min_size=1, max_size=3)


def stream_of(files):
    """The stream of files given as lists of ((shape, exact), lines to go on before the token)."""
    rows, number = [], []
    for index, tokens in enumerate(files):
        row = 0
        for (shape, _), step in tokens:
            row += 0 if shape in MARKS else step
            rows.append(row)
            number.append(index)
    shape, exact = (
        np.array([token[column] for tokens in files for token, _ in tokens], dtype=np.int64)
        for column in (0, 1)
    )
    rows = np.array(rows, dtype=np.int64)
    marks = np.isin(shape, list(MARKS))
    return Stream(shape, exact, np.array(number, dtype=np.int64), rows, rows, rows, marks)


def canonical(stream, start, length, kind):
    """A window's tokens, with each identifier as the number of the one of its name in the window."""
    exact = stream.exact[start : start + length].tolist()
    if kind is verbatim:
        return tuple(exact)
    shapes = stream.shape[start : start + length].tolist()
    tokens = list(zip(exact, shapes, strict=True))
    names = list(dict.fromkeys(text for text, shape in tokens if shape == NAME))
    return tuple(("name", names.index(text)) if shape == NAME else shape for text, shape in tokens)


def naive_cloned(stream, k, min_lines, kind):
    """The tokens of windows that occur twice without overlap, by comparing every pair of windows."""
    windows = []
    for start in range(len(stream) - k + 1):
        inside = range(start, start + k)
        rows = [stream.rank[i] for i in inside if stream.shape[i] not in MARKS]
        together = len({stream.file[i] for i in inside}) == 1
        if together and rows and rows[-1] - rows[0] + 1 >= min_lines:
            windows.append((start, canonical(stream, start, k, kind)))
    cloned = set()
    for one, text in windows:
        for other, same in windows:
            if text == same and other - one >= k:
                cloned.update(
                    i for start, each in windows if each == text for i in range(start, start + k)
                )
    return cloned


@pytest.mark.parametrize("kind", [renamed, verbatim])
@given(files=FILES, k=st.integers(1, 6), min_lines=st.integers(1, 3))
def test_the_search_finds_what_comparing_all_windows_finds(kind, files, k, min_lines):
    stream = stream_of(files)
    classes = find_clones(kind(stream), stream.window_starts(k, min_lines), k)
    found = np.flatnonzero(cloned_tokens(classes, len(stream))).tolist()
    assert found == sorted(naive_cloned(stream, k, min_lines, kind))


@given(files=FILES, k=st.integers(2, 6))
def test_the_groups_cover_the_cloned_tokens_and_each_repeats_one_text(files, k):
    stream = stream_of(files)
    classes = find_clones(renamed(stream), stream.window_starts(k, 1), k)
    covered = set()
    for starts, length in repeats(classes):
        assert length >= k
        assert len({canonical(stream, start, k, renamed) for start in starts.tolist()}) == 1
        assert starts[-1] - starts[0] >= k
        covered.update(i for start in starts.tolist() for i in range(start, start + length))
    assert sorted(covered) == np.flatnonzero(cloned_tokens(classes, len(stream))).tolist()


def test_a_longer_repeat_is_one_group():
    text = [((1, 1), 1), ((2, 2), 1), ((NAME, 70_000), 1), ((NAME, 70_001), 1), ((1, 1), 1)]
    stream = stream_of([text * 1 + [((3, 3), 1)], text * 1 + [((4, 4), 1)]])
    classes = find_clones(renamed(stream), stream.window_starts(3, 1), 3)
    assert [(starts.tolist(), length) for starts, length in repeats(classes)] == [([0, 6], 5)]


def test_windows_that_only_overlap_themselves_are_no_clone():
    stream = stream_of([[((1, 1), 1)] * 5])
    assert not len(find_clones(renamed(stream), stream.window_starts(3, 1), 3).start)


def test_equal_hashes_are_not_trusted(monkeypatch):
    """Even if all windows hash alike, only equal ones are clones."""
    from slopbench.quality import clones

    def all_alike(pattern, k):
        return np.zeros(len(pattern.code) - k + 1, dtype=np.uint64)

    files = [[((kind, kind), 1) for kind in (1, 2, 3, 1, 2, 4, 5, 1, 2, 5, 2, 4, 5)]]
    stream = stream_of(files)
    starts = stream.window_starts(2, 1)
    honest = find_clones(renamed(stream), starts, 2)
    monkeypatch.setattr(clones, "_window_hashes", all_alike)
    blind = find_clones(renamed(stream), starts, 2)
    assert np.array_equal(cloned_tokens(honest, len(stream)), cloned_tokens(blind, len(stream)))
    assert len(np.unique(blind.of)) == 3
