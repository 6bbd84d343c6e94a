"""Our complexity beside radon's and lizard's, on real code and where they are known to be blind."""

import hashlib
import sysconfig
from pathlib import Path

import pytest
from radon.visitors import ComplexityVisitor

from slopbench.quality.crosscheck import cross_check
from slopbench.quality.languages.python import PYTHON
from slopbench.quality.reader import read
from slopbench.quality.source import decode, read_bytes
from slopbench.quality.tokens import Interner

STDLIB = Path(sysconfig.get_path("stdlib"))
PACKAGES = Path(sysconfig.get_path("purelib"))
SAMPLE = 150
OUTSIDE = {"site-packages", "test", "tests", "lib2to3"}


def sample():
    """Files of the standard library and of installed packages, picked by the hash of their path."""
    found = {path.relative_to(STDLIB): path for path in STDLIB.rglob("*.py")}
    found = {name: path for name, path in found.items() if not OUTSIDE & set(name.parts)}
    for package in ("rich", "numpy", "pydantic", "_pytest"):
        for path in (PACKAGES / package).rglob("*.py"):
            found[path.relative_to(PACKAGES)] = path
    names = sorted(found, key=lambda name: hashlib.sha256(name.as_posix().encode()).digest())
    return [found[name] for name in names[:SAMPLE]]


@pytest.fixture
def real_code():
    interner = Interner()
    return [
        read(decode(read_bytes(path), PYTHON), PYTHON, str(path), interner) for path in sample()
    ]


def test_radon_and_lizard_agree_on_real_code(real_code):
    agreements = cross_check(Path("/"), real_code)
    radon, lizard = agreements["radon"], agreements["lizard"]
    assert radon.compared > 1_000
    assert not radon.unread
    assert radon.missing < 0.02 * radon.compared
    assert radon.equal >= 0.998 * radon.compared
    assert radon.across_cut == 0
    assert lizard.missing < 0.05 * lizard.compared
    assert lizard.equal >= 0.97 * lizard.compared


def radon_as_it_is(path):
    """Radon's complexity of each function, asserts left out: by line and name."""
    visitor = ComplexityVisitor.from_code(path.read_bytes(), no_assert=True)
    pending, found = [*visitor.functions, *visitor.classes], {}
    while pending:
        block = pending.pop()
        if hasattr(block, "methods"):
            pending += [*block.methods, *block.inner_classes]
        else:
            pending += block.closures
            found[block.lineno, block.name] = block.complexity
    return found


def test_radon_as_it_is_differs_only_where_it_counts_else(real_code):
    compared = equal = 0
    for facts in real_code:
        theirs = radon_as_it_is(Path(facts.file))
        for function in facts.functions:
            other = theirs.get((function.line, function.name.rpartition(".")[2]))
            compared += other is not None
            equal += other == function.cc
    assert equal >= 0.98 * compared


BLIND = """
def f(items):
    assert items and all(items), "none"
    for item in items:
        try:
            item()
        except E:
            continue
        else:
            break
    else:
        return None
    class Inner:
        def unseen(self):
            return self or None
    return Inner
"""


def test_what_other_tools_do_not_see_is_said(make_tree, facts_of):
    root = make_tree({"a.py": BLIND, "b.py": "def f(x):\n    if x: return = 1\n"})
    files = [facts_of(BLIND, "a.py"), facts_of((root / "b.py").read_bytes(), "b.py")]
    radon = cross_check(root, files)["radon"]
    assert (radon.compared, radon.equal, radon.missing, radon.unread) == (1, 1, 2, ("b.py",))


def test_a_difference_names_the_function_and_both_numbers(make_tree, facts_of):
    root = make_tree({"a.py": "def f(x):\n    if x: return 1\n" + "\n" * 9})
    files = [facts_of("def f(x):\n" + "    if x: return 1\n" * 10, "a.py")]
    radon = cross_check(root, files)["radon"]
    shown = {"file": "a.py", "function": "f", "line": 1, "ours": 11, "theirs": 2}
    assert radon.to_json()["differences"] == (shown,)
    assert (radon.equal, radon.across_cut) == (0, 1)
