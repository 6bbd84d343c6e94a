"""What a change adds, and nothing of what was there before."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.quality.difference import Difference, added_rows
from slopbench.quality.part import Part

COMPLEX = "def f(x):\n" + "    if x:\n        g()\n" * 11
SIMPLE = "def f(x):\n    return x\n"


@pytest.fixture
def difference(facts_of):
    """difference({file: code}, {file: code}), from the first state to the second."""

    def between(before, after):
        states = [
            Part(tuple(facts_of(code, file) for file, code in state.items()))
            for state in (before, after)
        ]
        return Difference(*states)

    return between


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        ("a = 1\nb = 2\n", "a = 1\nb = 2\n", []),
        ("a = 1\nb = 2\n", "a = 1\nc = 3\nb = 2\n", [1]),
        ("a = 1\nb = 2\n", "a = 1\n", []),
        ("a = 1\nb = 2\n", "a = 1\n\n# why\nb = 3\n", [3]),
        ("a = 1\n", "a = 1\na = 1\n", [1]),
        ("if a:\n    b = 1\n", "b = 1\n", []),
    ],
    ids=["nothing", "between", "removed", "changed", "repeated", "indented"],
)
def test_added_rows_are_those_that_were_not_there(facts_of, before, after, rows):
    assert added_rows(facts_of(before), facts_of(after)).tolist() == rows


def test_all_rows_of_a_new_file_are_added(facts_of):
    assert added_rows(None, facts_of("a = 1\n\nb = 2\n")).tolist() == [0, 2]


lines = st.lists(st.sampled_from(["a = 1", "b = 2", "c = 3", ""]), max_size=12)


@given(lines, lines)
def test_what_is_not_added_was_there_in_this_order(before, after):
    from slopbench.quality.languages.python import PYTHON
    from slopbench.quality.reader import read
    from slopbench.quality.source import decode
    from slopbench.quality.tokens import Interner

    old, new = (
        read(decode("\n".join(some).encode(), PYTHON), PYTHON, "a.py", Interner())
        for some in (before, after)
    )
    added = set(added_rows(old, new).tolist())
    kept = [after[row] for row in new.sloc_rows.tolist() if row not in added]
    rest = iter(line for line in before if line)
    assert all(line in rest for line in kept)


def test_a_function_that_became_complex_is_named(difference):
    found = difference({"a.py": SIMPLE, "b.py": COMPLEX}, {"a.py": COMPLEX, "b.py": COMPLEX})
    assert [(each.file, each.cc_before, each.cc) for each in found.complexified] == [
        ("a.py", 1, 12)
    ]


def test_a_new_complex_function_has_no_complexity_before(difference):
    found = difference({}, {"a.py": COMPLEX})
    assert [(each.cc_before, each.cc) for each in found.complexified] == [(None, 12)]
    assert found.numbers()["max_cc"] == 12


def test_only_clones_that_were_added_count(difference):
    body = "".join(f"    v{n} = h(x, {n}) + y\n" for n in range(12))
    old = {"a.py": f"def a(x, y):\n{body}", "b.py": f"def b(x, y):\n{body}"}
    same = difference(old, old).numbers()
    assert (same["added_sloc"], same["clone_sloc"], same["verbosity"]) == (0, 0, None)
    more = difference(old, old | {"c.py": f"def c(x, y):\n{body}"}).numbers()
    assert more["added_sloc"] == 13
    assert more["clone_sloc"] >= 12


def test_changes_of_the_whole_are_told_beside_it(difference):
    found = difference({"a.py": SIMPLE}, {"a.py": COMPLEX}).numbers()
    assert found["erosion_change"] == 1.0
    assert difference({}, {"a.py": COMPLEX}).numbers()["erosion_change"] is None
