"""Laws of clones, on functions of the standard library that are planted into files.

Before each planted function stands a statement whose first and last token no other one has, so that
no window that reaches across the border of a function is found again: there alone the order of
functions can matter.
"""

import ast
import io
import keyword
import os
import re
import tokenize
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slopbench.quality.clone_lines import clones_of
from slopbench.quality.clones import WINDOW
from slopbench.quality.languages.python import PYTHON
from slopbench.quality.reader import read
from slopbench.quality.source import decode
from slopbench.quality.tokens import Interner

MODULES = ("textwrap.py", "shlex.py", "fnmatch.py", "bisect.py", "heapq.py", "gettext.py", "cmd.py")
SEPARATORS = (
    "pass",
    "raise",
    "break",
    "continue",
    "return",
    "global q",
    "lambda: 0",
    "del q[0]",
    "assert q()",
    "not {*q}",
)
UNTOUCHED = {*keyword.kwlist, *keyword.softkwlist, "print", "exec"}
INTERNER = Interner()
UNTIMED = settings(deadline=None)


def facts_of(text, file="a.py"):
    return read(decode(text.encode(), PYTHON), PYTHON, file, INTERNER)


def clones_among(*texts):
    return clones_of([facts_of(text, f"{number}.py") for number, text in enumerate(texts)])


def functions_of(module):
    """The texts of a module's functions that are long enough, without f-strings, whose names Python
    3.11 doesn't tell apart from text."""
    text = Path(os.__file__).with_name(module).read_text()
    for node in ast.parse(text).body:
        source = ast.get_source_segment(text, node) or ""
        if isinstance(node, ast.FunctionDef) and not re.search(r"\b[fF][rR]?[\"']", source):
            facts = facts_of(source)
            if len(facts.tokens.shape) >= WINDOW and facts.sloc >= 3:
                yield source + "\n"


def unlike_each_other(texts):
    """Those texts that have no clone inside and none among them."""
    chosen = []
    for text in texts:
        if clones_among(*chosen, text).sloc == 0:
            chosen.append(text)
    return chosen


FUNCTIONS = unlike_each_other(chain.from_iterable(map(functions_of, MODULES)))


def renamed(text):
    """The text with each identifier renamed, the same one always alike."""
    tokens = [
        (kind, f"x_{word}_{len(word)}" if kind == tokenize.NAME and word not in UNTOUCHED else word)
        for kind, word, *_ in tokenize.generate_tokens(io.StringIO(text).readline)
    ]
    return tokenize.untokenize(tokens)


def sloc(text):
    return facts_of(text).sloc


def planted(order, files):
    """Texts of files, from the functions by number in their order and the file of each."""
    texts = [""] * (max(files) + 1)
    for separator, number, file in zip(SEPARATORS, order, files, strict=False):
        texts[file] += f"{separator}\n{FUNCTIONS[number]}"
    return texts


ONE = st.sampled_from(FUNCTIONS)
TWO = st.lists(ONE, min_size=2, max_size=2, unique=True)
ORDERS = st.lists(st.integers(0, len(FUNCTIONS) - 1), min_size=2, max_size=len(SEPARATORS))
PLACES = st.lists(st.integers(0, 4), min_size=len(SEPARATORS), max_size=len(SEPARATORS))


def test_there_are_functions_to_plant():
    assert len(FUNCTIONS) >= 10
    assert clones_among(*FUNCTIONS).sloc == 0


@pytest.mark.parametrize(
    ("change", "to_the_letter"), [(str, True), (renamed, False)], ids=["copied", "renamed"]
)
@pytest.mark.parametrize("same_file", [True, False])
@UNTIMED
@given(texts=TWO)
def test_a_planted_copy_is_found(change, to_the_letter, same_file, texts):
    text, other = texts
    copy = f"pass\n{change(text)}"
    files = [f"{text}raise\n{other}{copy}"] if same_file else [f"{text}raise\n{other}", copy]
    found = clones_among(*files)
    assert found.sloc == sloc(text) + sloc(copy) - 1
    if to_the_letter:
        assert found.verbatim_sloc == found.sloc
    largest = found.groups[0]
    assert largest.occurrences == len(largest.places) == 2
    assert [place.file for place in largest.places] == ["0.py", "0.py" if same_file else "1.py"]
    assert largest.places[0].first_line == 1
    assert largest.sloc == found.sloc


@UNTIMED
@given(text=ONE)
def test_a_copy_is_found_up_to_its_length_and_no_further(text):
    files = [
        facts_of(f"import q\n{text}import q\n", "a.py"),
        facts_of(f"pass\n{text}raise\n", "b.py"),
    ]
    length = len(facts_of(text).tokens.shape)
    assert clones_of(files, length).sloc == 2 * sloc(text)
    assert clones_of(files, length + 1).sloc == 0


@UNTIMED
@given(order=ORDERS, places=PLACES, others=PLACES, shuffle=st.randoms())
def test_the_order_of_functions_and_the_file_of_each_change_nothing(order, places, others, shuffle):
    """All lines of the functions that are planted twice or more are cloned, wherever they are."""
    expected = sum(sloc(FUNCTIONS[n]) for n in order if order.count(n) > 1)
    assert clones_among(*planted(order, places)).sloc == expected
    shuffle.shuffle(order)
    moved = clones_among(*planted(order, others))
    assert (moved.sloc, moved.verbatim_sloc) == (expected, expected)


@UNTIMED
@given(order=ORDERS, places=PLACES, shuffle=st.randoms())
def test_the_order_of_files_changes_nothing(order, places, shuffle):
    files = [facts_of(text, f"{n}.py") for n, text in enumerate(planted(order, places))]
    mixed = files.copy()
    shuffle.shuffle(mixed)
    one, other = (
        {facts.file: rows.tolist() for facts, rows in zip(found.files, found.rows, strict=True)}
        for found in (clones_of(files), clones_of(mixed))
    )
    assert one == other


def rows_that_end_statements(text):
    """The rows after which a line can be put without changing what the text means."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    return [token.end[0] for token in tokens if token.type == tokenize.NEWLINE]


@UNTIMED
@given(text=ONE, copy=st.sampled_from([str, renamed]), data=st.data())
def test_comments_and_blank_lines_change_nothing(text, copy, data):
    copied = copy(text)
    rows = data.draw(st.sets(st.sampled_from(rows_that_end_statements(copied)), min_size=1))
    padding = data.draw(st.sampled_from(["", "# a note", "\n\n", "    # one\n\n  # two"]))
    lines = copied.splitlines()
    padded = "".join(
        f"{line}\n{padding}\n" if row in rows else f"{line}\n" for row, line in enumerate(lines, 1)
    )
    plain, with_padding = clones_among(text, copied), clones_among(text, padded)
    assert with_padding.sloc == plain.sloc == sloc(text) + sloc(copied)
    assert with_padding.verbatim_sloc == plain.verbatim_sloc
    shown = padded.splitlines()
    found = [shown[row].strip() for row in with_padding.rows[1].tolist()]
    assert found == [lines[row].strip() for row in plain.rows[1].tolist()]


SCALARS = st.integers(0, 99) | st.sampled_from(["", "a", "b'"]) | st.booleans() | st.floats(0, 1)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, min_size=1, max_size=4)
        | st.tuples(inner, inner)
        | st.dictionaries(st.sampled_from("abcd"), inner, min_size=1)
    ),
    max_leaves=6,
)
TABLES = st.lists(VALUES, min_size=1, max_size=4).map(lambda rows: rows * 30)


@settings(deadline=None, max_examples=40)
@given(tables=st.lists(TABLES, min_size=2, max_size=3))
def test_tables_of_data_are_no_clones(tables):
    texts = [
        "TABLE = [\n" + "".join(f"    {row!r},\n" for row in table) + "]\n" for table in tables
    ]
    assert clones_among(*texts).sloc == 0
    assert clones_among(texts[0], texts[0]).sloc == 0
