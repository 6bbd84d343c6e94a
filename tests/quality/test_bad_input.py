"""Input that nobody should write: a score with the fact recorded or a clear error, never a better one."""

import os

import pytest

from slopbench.errors import LimitError
from slopbench.quality.files import Scope
from slopbench.quality.score import score_tree

COMPLEX = b"def f(x):\n" + b"    if x:\n        g()\n" * 11

BAD = {
    "a syntax error": ("a.py", COMPLEX + b"def g(:\n", {"parse_errors": 1}),
    "nul bytes": ("a.py", COMPLEX + b"x = 1\0\n", {"parse_errors": 1}),
    "utf-16": ("a.py", COMPLEX.decode().encode("utf-16"), {"parse_errors": 1}),
    "latin-1": ("a.py", COMPLEX + b"x = '\xe9\xff'\n", {"encodings": {"iso8859-1": 1}}),
    "an unknown encoding": ("a.py", b"# coding: nonsense\n" + COMPLEX, {"encodings": {"utf-8": 1}}),
    "10,000 brackets": ("a.py", COMPLEX + b"x = " + b"(" * 10_000 + b"1" + b")" * 10_000, {}),
    "10,000 brackets in JavaScript": ("a.js", b"x = " + b"[" * 10_000 + b"]" * 10_000, {}),
    "10,000 calls": ("a.py", COMPLEX + b"x = a" + b".b()" * 10_000 + b"\n", {}),
    "10,000 operators": ("a.py", COMPLEX + b"x = " + b"-" * 10_000 + b"1\n", {}),
    "a literal of 4,000 lines": (
        "a.py",
        b"x = [\n" + b"    {'a': 1},\n" * 4000 + b"]\n",
        {"clone_sloc": 0},
    ),
    "a string of two megabytes": ("a.py", COMPLEX + b"x = '" + b"a" * 2_000_000 + b"'\n", {}),
    "an endless line": ("a.py", COMPLEX + b"x = 1;" * 5_000 + b"\n", {}),
    "carriage returns alone": ("a.py", COMPLEX.replace(b"\n", b"\r"), {"sloc": 23}),
    "an empty file": ("a.py", b"", {"sloc": 0, "erosion": None}),
    "only a byte order mark": ("a.py", b"\xef\xbb\xbf", {"sloc": 0}),
}


@pytest.mark.parametrize(("file", "data", "expected"), BAD.values(), ids=BAD)
def test_it_is_scored_and_the_fact_is_recorded(score_of, file, data, expected):
    score = score_of({file: data}, Scope.RUN)
    assert {key: score[key] for key in expected} == expected
    assert score["cause"] is None
    assert (score["verbosity"] is None) == (score["verbosity_reason"] is not None)
    if COMPLEX in data:
        assert score["erosion"] > 0.95


def test_a_file_of_100_megabytes_ends_the_score_of_an_agent_and_is_listed_in_ones_own(make_tree):
    tree = make_tree({"main.py": COMPLEX, "huge.py": b""})
    os.truncate(tree / "huge.py", 100_000_000)
    with pytest.raises(LimitError, match=r"huge\.py"):
        score_tree(tree, Scope.RUN)
    listed = score_tree(tree, Scope.REPOSITORY).to_json()["excluded"]
    assert [(entry["path"], entry["files"]) for entry in listed] == [("huge.py", 1)]


def test_links_in_a_circle_are_measured_once(make_tree):
    tree = make_tree({"a.py": COMPLEX})
    (tree / "again").symlink_to(".")
    (tree / "b.py").symlink_to("a.py")
    (tree / "c.py").symlink_to("c.py")
    assert score_tree(tree, Scope.RUN).to_json()["files"] == 1


def test_a_syntax_error_makes_no_score_better(score_of):
    verbose = b"def f(x):\n    if x:\n        return True\n    else:\n        return False\n"
    whole = score_of({"a.py": COMPLEX + verbose + b"def g(x):\n    pass\n"}, Scope.RUN)
    broken = score_of({"a.py": COMPLEX + verbose + b"def g(:\n    pass\n"}, Scope.RUN)
    assert whole["verbosity"] > 0
    assert broken["verbosity"] is None
    assert broken["erosion"] >= whole["erosion"]
