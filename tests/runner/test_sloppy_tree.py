"""`sloppy`: does what the reference does, and gets worse with each checkpoint."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from slopbench.errors import UsageError
from slopbench.problem.bench import Bench
from slopbench.quality.score import score_tree
from slopbench.runner.sloppy import sloppy_source, sloppy_tree
from slopbench.runner.trees import File, read_tree

FIXTURES = Path(__file__).parents[1] / "fixtures" / "bench"
AWKWARD = '''from __future__ import annotations
import functools
SEEN = []

def register(function):
    SEEN.append(function.__name__)
    return function

@register
def first(text="""a
b""", *, more=SEEN.append("default")) -> SEEN.append("never"):
    """One

two."""
    return text \\
        + f"{text!r}"

class Thing:
    @functools.cached_property
    def value(self):
        text = """
not indented
"""
        return super().__repr__() and text

    @staticmethod
    async def later():
        yield 1

    class Inner:
        def deep(self): return 1

def one_line(): return 1; pass

def tabbed():
\tif True:
\t\treturn "\x0c"

if SEEN:
    def guarded(): return 2
'''


def test_a_sloppy_source_runs_nothing_more_than_the_original():
    plain, worse = {"__name__": "m"}, {"__name__": "m"}
    exec(AWKWARD, plain)
    exec(sloppy_source(AWKWARD, 3), worse)
    assert worse["SEEN"] == plain["SEEN"] == ["default", "first"]
    added = set(worse) - set(plain)
    assert added == {"_unused_round_1", "_unused_round_2", "_unused_round_3"}
    assert worse["first"]() == plain["first"]()


def test_the_original_stands_unchanged_at_the_beginning():
    assert sloppy_source(AWKWARD, 2).startswith(AWKWARD)


@pytest.mark.parametrize("source", ["", "x = 1", '"""Doc."""\n', "\r\nx = 1\r\n", "# end"])
def test_sources_without_functions_stay_valid(source):
    assert len(ast.parse(sloppy_source(source, 2)).body) >= 2


def test_every_round_copies_every_function_and_more_branches():
    def functions(level):
        return [
            node
            for node in ast.walk(ast.parse(sloppy_source(AWKWARD, level)))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        ]

    names = [{node.name for node in functions(level)} for level in (1, 2)]
    assert {"first_again_1", "value_again_1", "tabbed_again_1"} <= names[0]
    assert names[1] - names[0] == {
        name.replace("_1", "_2") for name in names[0] if name.endswith("_1")
    }
    branches = [
        sum(isinstance(node, ast.If) for node in ast.walk(function))
        for function in functions(2)
        if function.name.startswith("choose_again")
    ]
    assert branches == sorted(set(branches))


def test_only_python_sources_change():
    tree = {"a.py": File(b"x = 1\n", True), "data.txt": File(b"def f(): pass\n")}
    worse = sloppy_tree(tree, "python", 1)
    assert worse["data.txt"] == tree["data.txt"]
    assert worse["a.py"].executable
    assert worse["a.py"].data != tree["a.py"].data


def test_another_language_is_refused():
    with pytest.raises(UsageError, match="sloppy can't write javascript"):
        sloppy_tree({}, "javascript", 1)


def test_a_source_that_is_no_python_is_named():
    with pytest.raises(UsageError, match=r"bad\.py: is no Python source"):
        sloppy_tree({"bad.py": File(b"def (")}, "python", 1)


def test_a_sloppy_program_does_what_the_reference_does(bench, tmp_path):
    for level in (1, 2):
        tree = sloppy_tree(read_tree(bench.reference("adder", "python", level)), "python", level)
        path = tmp_path / "main.py"
        path.write_bytes(tree["main.py"].data)
        done = subprocess.run(
            [sys.executable, path, "4", "5"], capture_output=True, text=True, check=True
        )
        assert done.stdout == "9\n"


@pytest.mark.parametrize("slug", ["tallyroom", "counterd", "echoes", "ledgerbook"])
def test_erosion_and_cloned_share_rise_with_every_checkpoint(tmp_path, slug):
    bench = Bench.locate(None if slug == "tallyroom" else FIXTURES)
    erosion, cloned = [], []
    for n in range(1, len(bench.problem(slug).checkpoints) + 1):
        folder = tmp_path / str(n)
        reference = read_tree(bench.reference(slug, "python", n))
        for name, file in sloppy_tree(reference, "python", n).items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(file.data)
        score = score_tree(folder).to_json()
        erosion.append(score["erosion"])
        cloned.append(score["clone_sloc"] / score["sloc"])
    assert erosion == sorted(set(erosion))
    assert cloned == sorted(set(cloned))
