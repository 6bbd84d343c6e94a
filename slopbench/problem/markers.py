"""Finds the tests of a checkpoint and their groups by reading the files, without running them.

The rows of a parametrised test are known only once pytest has collected it, so what is counted here
is test functions.
"""

import ast
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from slopbench.problem.faults import BrokenProblem, Fault

GROUPS = ("core", "functionality", "error")
"""The markers of which every test has exactly one."""

Definition = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class TestFunction:
    """A test function as its file defines it; `groups` are its group markers, in sorted order."""

    __test__ = False

    id: str
    file: Path
    line: int
    groups: tuple[str, ...]

    def in_group(self, group: str) -> "TestFunction":
        """The same test with this group and no other."""
        return replace(self, groups=(group,))


def test_files(tests: Path) -> list[Path]:
    """The files of a tests folder that pytest collects."""
    return sorted(path for path in tests.glob("test_*.py") if path.is_file())


def parse(file: Path) -> ast.Module:
    """The syntax tree of a Python file; raises BrokenProblem with the line that is at fault."""
    try:
        return ast.parse(file.read_bytes(), filename=str(file))
    except (SyntaxError, ValueError) as error:
        line = getattr(error, "lineno", None)
        what = f"is no valid Python: {getattr(error, 'msg', error)}"
        raise BrokenProblem([Fault(file, what, "mend the syntax", line=line)]) from error


def test_functions(file: Path, n: int, markers: Collection[str] = GROUPS) -> list[TestFunction]:
    """The test functions of one file of checkpoint `n`, methods of test classes included.

    `markers` are those that stand for a group. Raises BrokenProblem if the file doesn't parse.
    """
    module = parse(file)
    found = _tests_in(module, _pytestmark(module), f"{n}/{file.name}", file)
    return [
        replace(test, groups=tuple(mark for mark in test.groups if mark in markers))
        for test in found
    ]


def count_groups(tests: list[TestFunction]) -> dict[str, int]:
    """How many test functions each group has; rows of parametrised tests are not counted.

    Groups beyond the three of new tests are there only if a test has them.
    """
    counts = Counter(group for test in tests for group in test.groups)
    return {**dict.fromkeys(GROUPS, 0), **counts}


def _tests_in(
    scope: ast.Module | ast.ClassDef, inherited: set[str], prefix: str, file: Path
) -> Iterator[TestFunction]:
    for node in scope.body:
        if isinstance(node, ast.ClassDef) and node.name.startswith("Test"):
            groups = inherited | _marks_in(node.decorator_list) | _pytestmark(node)
            yield from _tests_in(node, groups, f"{prefix}::{node.name}", file)
        elif isinstance(node, Definition) and node.name.startswith("test"):
            groups = inherited | _marks_in(node.decorator_list)
            yield TestFunction(f"{prefix}::{node.name}", file, node.lineno, tuple(sorted(groups)))


def _pytestmark(scope: ast.Module | ast.ClassDef) -> set[str]:
    """The markers that `pytestmark = ...` gives to everything in a module or class."""
    values = [
        node.value
        for node in scope.body
        if isinstance(node, ast.Assign)
        and any(isinstance(name, ast.Name) and name.id == "pytestmark" for name in node.targets)
    ]
    return _marks_in(values)


def _marks_in(expressions: list[ast.expr]) -> set[str]:
    """The markers named as `mark.NAME` anywhere in the expressions, also as marks of a row."""
    nodes = (node for expression in expressions for node in ast.walk(expression))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute) and _is_mark(node.value)}


def _is_mark(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", None)
    return name == "mark"
