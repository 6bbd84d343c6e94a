"""New clones: how much of the code that a change adds is a copy."""

import numpy as np
import pytest

from slopbench.quality.clone_lines import clones_of
from slopbench.quality.new_clones import NewClones, new_clones, new_lines
from slopbench.quality.tokens import CLOSE, OPEN

FUNCTION = """
def total(orders, rate):
    result = 0
    for order in orders:
        if order.paid and order.amount > 10:
            result += order.amount * rate
        elif order.open:
            result -= order.fee
    if result < 0:
        result = 0
    return round(result, 2)
"""
RENAMED = FUNCTION.replace("total", "sum_up").replace("order", "bill").replace("result", "value")
OTHER = """
import sys

class Stack:
    def __init__(self):
        self.items = []

    def push(self, item):
        self.items.append(item)
        return self
"""


@pytest.fixture
def added(facts_of):
    """added({file: text} before, {file: text} after) gives the new clones."""

    def compare(before, after):
        old, new = (
            [facts_of(text, file) for file, text in tree.items()] for tree in (before, after)
        )
        return new_clones(old, clones_of(new))

    return compare


@pytest.fixture
def size(facts_of):
    """size(text) is the number of its tokens without marks."""
    return lambda text: int((~np.isin(facts_of(text).tokens.shape, [OPEN, CLOSE])).sum())


def test_a_copy_of_old_code_is_new_and_cloned_and_the_old_code_is_not(added, size):
    found = added({"a.py": FUNCTION}, {"a.py": FUNCTION, "b.py": OTHER + FUNCTION})
    assert found == NewClones(size(OTHER + FUNCTION), size(FUNCTION))
    assert found.share == pytest.approx(size(FUNCTION) / size(OTHER + FUNCTION))


def test_a_renamed_copy_counts_where_its_lines_are_new(added, size):
    """`else`-like lines that only the old code has are taken by the old code."""
    found = added({"a.py": FUNCTION}, {"a.py": FUNCTION, "b.py": RENAMED})
    assert found == NewClones(size(RENAMED), size(RENAMED))


@pytest.mark.parametrize(
    "after",
    [
        {"a.py": FUNCTION + OTHER},
        {"b.py": FUNCTION, "c.py": OTHER},
        {"a.py": OTHER + FUNCTION},
        {"a.py": "# why\n\n" + FUNCTION.replace("    ", "\t") + OTHER},
        {"a.py": FUNCTION},
        {},
    ],
    ids=["same", "moved to other files", "reordered", "laid out anew", "less", "nothing"],
)
def test_what_was_there_before_is_not_new(added, after):
    found = added({"a.py": FUNCTION + OTHER}, after)
    assert found == NewClones(0, 0)
    assert found.share is None


def test_everything_is_new_in_the_first_tree(added, size):
    found = added({}, {"a.py": FUNCTION, "b.py": FUNCTION})
    assert found == NewClones(2 * size(FUNCTION), 2 * size(FUNCTION))


def test_old_copies_do_not_make_new_code_cloned(added, size):
    old = {"a.py": FUNCTION, "b.py": FUNCTION}
    assert added(old, old | {"c.py": OTHER}) == NewClones(size(OTHER), 0)


def test_a_line_has_no_more_partners_than_it_was_there_before(facts_of):
    before = [facts_of("a = 1\nb = 2\n", "x.py")]
    after = [facts_of("a = 1\na = 1\n", "w.py"), facts_of("a = 1\nb = 2\na = 1\n", "x.py")]
    assert new_lines(before, after).tolist() == [True, True, False, False, True]


def test_lines_of_the_same_file_are_partners_first(facts_of):
    before = [facts_of("a = 1\n", "x.py"), facts_of("a = 1\n", "gone.py")]
    after = [facts_of("a = 1\na = 1\n", "w.py"), facts_of("a = 1\n", "x.py")]
    assert new_lines(before, after).tolist() == [False, True, False]


def test_languages_are_added_up():
    assert NewClones(30, 10) + NewClones(10, 10) == NewClones(40, 20)
    assert (NewClones(30, 10) + NewClones(10, 10)).share == 0.5
