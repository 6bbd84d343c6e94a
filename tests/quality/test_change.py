"""The signals of a change from one state of a tree to the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slopbench.quality.change import change, survival

BEFORE = {"a.py": "def f():\n    return 1\n\ndef g():\n    return 2\n", "b.py": "x = 1\n"}


@pytest.fixture
def state(facts_of):
    return lambda files: [facts_of(code, file) for file, code in files.items()]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (BEFORE, (0, 0, 0, 0)),
        (BEFORE | {"b.py": "x = 2\n"}, (1, 1, 1, 0)),
        (BEFORE | {"b.py": "# why\n\nx = 1\n"}, (0, 0, 0, 0)),
        (BEFORE | {"c.py": "y = 1\nz = 2\n"}, (2, 0, 1, 0)),
        ({"a.py": BEFORE["a.py"]}, (0, 1, 1, 0)),
        (BEFORE | {"a.py": "def f():\n    return 1\n\ndef g():\n    return 3\n"}, (1, 1, 1, 1)),
        (BEFORE | {"a.py": "def f():\n    return 1\n"}, (0, 2, 1, 1)),
        (BEFORE | {"a.py": "def g():\n    return 2\n\ndef f():\n    return 1\n"}, (0, 0, 1, 0)),
        ({"moved.py": BEFORE["a.py"], "b.py": "x = 1\n"}, (0, 0, 2, 4)),
    ],
    ids=[
        "nothing",
        "a line",
        "a comment",
        "a new file",
        "a file removed",
        "a function",
        "a function removed",
        "another order",
        "a file renamed",
    ],
)
def test_what_changed(state, after, expected):
    found = change(state(BEFORE), state(after))
    assert (
        found.lines_added,
        found.lines_removed,
        found.files_touched,
        found.functions_touched,
    ) == expected


def test_churn_is_what_was_added_and_removed_to_what_was_there(state):
    assert change(state(BEFORE), state(BEFORE | {"b.py": "x = 2\n"})).churn == 2 / 5
    assert change(state({}), state(BEFORE)).churn is None


def test_survival_counts_lines_wherever_they_went(state):
    assert survival(state(BEFORE), state({"z.py": "if x:\n    x = 1\n    return 2\n"})) == 2 / 5
    assert survival(state({}), state(BEFORE)) is None


@given(st.lists(st.sampled_from(["x = 1", "y = 2", "z = 3"])), st.randoms())
def test_order_is_no_change_of_lines(lines, random):
    from slopbench.quality.languages.python import PYTHON
    from slopbench.quality.reader import read
    from slopbench.quality.source import decode
    from slopbench.quality.tokens import Interner

    def state(some):
        source = decode("\n".join(some).encode(), PYTHON)
        return [read(source, PYTHON, "a.py", Interner())]

    shuffled = random.sample(lines, len(lines))
    found = change(state(lines), state(shuffled))
    assert (found.lines_added, found.lines_removed) == (0, 0)
