"""Trees of source files and the facts of single ones, for the tests of the quality room."""

from textwrap import dedent

import pytest

from slopbench.quality.languages.python import PYTHON
from slopbench.quality.reader import read
from slopbench.quality.score import score_tree
from slopbench.quality.source import decode
from slopbench.quality.tokens import Interner


@pytest.fixture
def facts_of():
    """facts_of(code, file) gives the facts of a Python file; all files of a test can be compared."""
    interner = Interner()

    def facts(code, file="main.py"):
        data = code if isinstance(code, bytes) else dedent(code).encode()
        return read(decode(data, PYTHON), PYTHON, file, interner)

    return facts


@pytest.fixture
def complexities(facts_of):
    """complexities(code) gives the cyclomatic complexity of each function by its name."""

    def measure(code):
        return {function.name: function.cc for function in facts_of(code).functions}

    return measure


@pytest.fixture
def make_tree(tmp_path):
    """make_tree({path: text or bytes}) writes a tree and gives its folder."""

    def make(files):
        for name, content in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            data = content if isinstance(content, bytes) else dedent(content).encode()
            path.write_bytes(data)
        return tmp_path

    return make


@pytest.fixture
def score_of(make_tree):
    """score_of({path: text}, *scope) gives the JSON of the tree's score."""

    def score(files, *scope):
        return score_tree(make_tree(files), *scope).to_json()

    return score
