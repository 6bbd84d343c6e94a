"""Sources that were written to break what reads them."""

import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from slopbench.quality.display import flagged_table, summary, visible
from slopbench.quality.languages.python import PYTHON
from slopbench.quality.provenance import flagged, flagged_lines
from slopbench.quality.reader import read
from slopbench.quality.score import score_tree
from slopbench.quality.source import decode
from slopbench.quality.tokens import Interner

DEPTH = 20_000
DEEP = {
    "parentheses": "(" * DEPTH + "x" + ")" * DEPTH,
    "lists that hold nothing": "[" * DEPTH + "]" * DEPTH,
    "lists of a literal": "[" * DEPTH + "1" + "]" * DEPTH,
    "open brackets": "{[(" * DEPTH,
    "operators": "x = " + "not -" * DEPTH + "x",
    "a chain of sums": "x = " + "x + " * DEPTH + "x",
    "calls of calls": "x" + "()" * DEPTH,
    "lambdas": "x = " + "lambda: " * DEPTH + "x",
    "conditional expressions": "x = " + "a if b else " * DEPTH + "c",
    "blocks": "".join(" " * n + "if x:\n" for n in range(2_000)) + " " * 2_000 + "pass",
    "functions": "".join(" " * n + f"def f{n}():\n" for n in range(1_000)) + " " * 1_000 + "pass",
    "strings in strings": "x = " + "f'{" * DEPTH + "x" + "}'" * DEPTH,
}


@pytest.mark.parametrize("code", DEEP.values(), ids=DEEP)
def test_a_deep_tree_is_measured(facts_of, code):
    assert facts_of(code.encode()).sloc >= 1


@pytest.mark.parametrize(
    "code",
    ["x = 1; " * 50_000, "x = '" + "a" * 2_000_000 + "'", "# " + "a" * 2_000_000, "(" * 300_000],
    ids=["statements", "literal", "comment", "brackets"],
)
def test_one_endless_line_is_measured(facts_of, code):
    assert facts_of(code.encode()).sloc <= 1


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8")))
def test_any_bytes_are_measured(data):
    source = decode(data, PYTHON)
    facts = read(source, PYTHON, "x.py", Interner())
    assert facts.sloc + facts.comment_lines <= facts.lines
    assert facts.lines == len(source.text.split(b"\n")) - (source.text[-1:] in (b"", b"\n"))


NAMES = [
    b"\xff\xfe.py",
    b"a\nb.py",
    b"\x1b[31mred.py",
    "‮left.py".encode(),
    b"[bold]x.py",
    b"-rf.py",
]


def test_hostile_names_are_shown_and_not_obeyed(tmp_path):
    copied = "".join(f"    value_{n} = compute(data, {n}) + offset\n" for n in range(8))
    code = f"def f(data, offset):\n{copied}" + "    if data: pass\n" * 11 + "x = = 1\n"
    for name in NAMES:
        (tmp_path / os.fsdecode(name)).write_text(code)
    score = score_tree(tmp_path)
    assert json.loads(json.dumps(score.to_json() | flagged(score.production)))["files"] == len(
        NAMES
    )

    console = Console(file=io.StringIO(), width=200, markup=False, emoji=False, highlight=False)
    console.print(summary(score, 10), flagged_table(flagged_lines(score.production)))
    shown = console.file.getvalue()
    assert "\x1b" not in shown
    assert "‮" not in shown
    for name in (r"\udcff\udcfe.py", r"a\nb.py", r"\x1b[31mred.py", r"\u202eleft.py", "[bold]x.py"):
        assert name in shown


@given(st.text())
def test_visible_text_is_printable_and_on_one_line(text):
    assert visible(text).isprintable()
