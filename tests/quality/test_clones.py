"""Clones in source code: what is one, what is none, and which lines of it are flagged."""

import pytest

from slopbench.quality.clone_lines import clones_of

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
RENAMED = """
def sum_up(bills, factor):
    value = 99
    for bill in bills:
        if bill.done and bill.price > 77:
            value += bill.price * factor
        elif bill.late:
            value -= bill.charge
    if value < 55:
        value = 11
    return floor(value, 33)
"""
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
def clones(facts_of):
    """clones(text, …) searches the files with these texts, which are called 0.py, 1.py, …"""

    def search(*texts):
        return clones_of([facts_of(text, f"{number}.py") for number, text in enumerate(texts)])

    return search


def test_a_copy_is_found_in_another_file(clones):
    found = clones(FUNCTION + OTHER, OTHER.replace("Stack", "Heap")[:60] + FUNCTION)
    assert found.verbatim_sloc == 20
    assert found.sloc == 20
    group = found.groups[0]
    assert [(p.file, p.last_line - p.first_line) for p in group.places] == [
        ("0.py", 9),
        ("1.py", 9),
    ]


def test_a_copy_is_found_in_the_same_file(clones):
    found = clones(FUNCTION + OTHER + FUNCTION)
    assert found.sloc == 20
    assert [place.first_line for place in found.groups[0].places] == [2, 23]


def test_a_renamed_copy_is_of_type_2_alone(clones):
    found = clones(FUNCTION + OTHER + RENAMED)
    assert (found.sloc, found.verbatim_sloc) == (20, 0)


def test_names_that_are_mixed_up_make_no_copy(clones):
    mixed = RENAMED.replace("value += bill.price", "bill += value.price").replace(
        "return floor(value", "return floor(bill"
    )
    assert clones(FUNCTION + OTHER + mixed).sloc == 0


def test_comments_blank_lines_and_docstrings_hide_no_copy(clones):
    lines = FUNCTION.splitlines()
    hidden = "\n\n# note\n".join([*lines[:2], '    """Says what it does."""', *lines[2:]])
    assert clones(FUNCTION + OTHER + hidden).sloc == 20


def test_a_copy_of_49_tokens_is_none(clones):
    """Each statement `a = b + c` has five tokens, a lone one `a = b` three."""
    fifty = "".join(f"n{i} = m{i} + k{i}\n" for i in range(10))
    assert clones(f"{fifty}import x\n", f"import y\nimport z\n{fifty}").sloc == 20
    nearly = "".join(f"n{i} = m{i} + k{i}\n" for i in range(9)) + "break\nreturn\n"
    ending = "pass\npass\n"
    assert clones(nearly + "n = m\nif x: raise\n", ending + nearly + "del q\n").sloc == 0


def test_a_copy_on_two_lines_is_none(clones):
    two = "; ".join(f"n{i} = m{i} + k{i}" for i in range(8))
    assert clones(f"{two}\n{two}\nimport x\n", f"{two}\n{two}\nraise\n").sloc == 0
    three = f"{two[:70]}\n" * 3
    assert clones(three + "raise\n", three + "import x\n").sloc == 6


def table(rows):
    return "TABLE = {\n" + "".join(f'    "{n}": ({n}, -{n}.5, ["x"]),\n' for n in rows) + "}\n"


def test_tables_of_data_are_no_clones(clones):
    assert clones(table(range(100)), table(range(100, 300))).sloc == 0


def test_a_table_inside_a_copy_counts_whole_only_if_it_is_the_same(clones):
    differing = clones(table(range(30)) + FUNCTION, table(range(40, 80)) + FUNCTION)
    assert differing.sloc == 2 * (1 + 10)
    same = clones(table(range(30)) + FUNCTION, table(range(30)) + FUNCTION)
    assert same.sloc == same.verbatim_sloc == 2 * (32 + 10)


def test_long_strings_inside_copies_count_whole_only_if_they_are_the_same(clones):
    def with_text(word):
        return FUNCTION + f'    note("""\n{word}\n{word}\n""", result)\n'

    assert clones(with_text("a") + OTHER, with_text("a")).sloc == 2 * 14
    assert clones(with_text("a") + OTHER, with_text("b")).sloc == 2 * 12


def test_a_statement_repeated_over_and_over_is_a_clone_of_itself(clones):
    found = clones("".join(f"field_{n} = make(field, {n})\n" for n in range(40)))
    assert found.sloc == 40
    assert len(found.groups[0].places) == 1


def test_few_tokens_or_none_are_no_clones(clones):
    for texts in [("",), ("", "# a\n"), ("a = 1\n", "a = 1\n")]:
        found = clones(*texts)
        assert (found.sloc, found.verbatim_sloc, len(found.groups)) == (0, 0, 0)
