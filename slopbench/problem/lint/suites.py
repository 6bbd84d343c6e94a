"""Rules on hidden tests, found by reading them; rows of parametrised tests are not told apart."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from slopbench.problem.lint.finding import Rule, Spot, Subject
from slopbench.problem.markers import GROUPS, parse

STARTERS = frozenset({"multiprocessing", "pty", "subprocess"})
"""Modules with which a test could start processes past the test kit."""

SEEDED = frozenset({"Random", "seed"})
"""Names of the random module that are fine when they are called with a seed."""


def groups(subject: Subject) -> Iterator[Spot]:
    """Tests with no group marker or with several."""
    for test in subject.tests:
        if len(test.groups) != 1:
            has = " and ".join(test.groups) or "no group"
            mend = f"mark it with exactly one of @pytest.mark.{', '.join(GROUPS)}"
            yield Spot(test.file, test.line, f"{test.id} has {has}", mend)


def shadowed(subject: Subject) -> Iterator[Spot]:
    """Tests that are never run, since a later function of the file has the same name."""
    seen: dict[str, int] = {}
    for test in subject.tests:
        if test.id in seen:
            message = f"{test.id} hides the test of this name at line {seen[test.id]}"
            yield Spot(test.file, test.line, message, "rename one of them")
        seen[test.id] = test.line


def foreign_imports(subject: Subject) -> Iterator[Spot]:
    """Imports of anything but the standard library, pytest and the problem's shared modules."""
    shared = {file.stem for file in subject.shared_modules}
    allowed = sys.stdlib_module_names | {"pytest"} | shared
    for file, node, module in _imports(subject):
        if module not in allowed:
            message = f"imports {module or 'from its own package'}"
            mend = "use the kit's fixtures, the standard library, pytest, files beside problem.toml"
            yield Spot(file, node.lineno, message, mend)


def own_processes(subject: Subject) -> Iterator[Spot]:
    """Tests that could start programs by themselves, past limits and isolation."""
    for file, node, module in _imports(subject):
        if module in STARTERS:
            mend = "start the program with the kit's fixtures"
            yield Spot(file, node.lineno, f"imports {module}", mend)


def chance_and_clock(subject: Subject) -> Iterator[Spot]:
    """Calls whose outcome differs from run to run: unseeded random numbers, sleeping."""
    for file in _python_files(subject):
        for node in ast.walk(parse(file)):
            if unsteady := _unsteady(node):
                called, mend = unsteady
                yield Spot(file, getattr(node, "lineno", None), f"calls {called}", mend)


def retired_tests(subject: Subject) -> Iterator[Spot]:
    """Retired ids that name no test."""
    known = {test.id for test in subject.tests}
    file = subject.problem.folder / "problem.toml"
    for checkpoint in subject.problem.checkpoints:
        for test in checkpoint.retired:
            if test not in known:
                message = f"checkpoint {checkpoint.n} retires {test}, which does not exist"
                yield Spot(file, None, message, "correct the id or remove it")


def _python_files(subject: Subject) -> list[Path]:
    return [*(file for _, file in subject.test_files), *subject.shared_modules]


def _imports(subject: Subject) -> Iterator[tuple[Path, ast.stmt, str]]:
    """Each import with its file and the first part of the module's name, empty if relative."""
    for file in _python_files(subject):
        for node in ast.walk(parse(file)):
            if isinstance(node, ast.Import):
                yield from ((file, node, alias.name.split(".")[0]) for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield file, node, (node.module or "").split(".")[0] if node.level == 0 else ""


def _unsteady(node: ast.AST) -> tuple[str, str] | None:
    """What a call without a fixed outcome calls, and how to mend it; None for any other node."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return None
    called = ast.unparse(node.func)
    if called == "time.sleep":
        return called, "wait for what is expected, with the kit's fixtures"
    seeded = node.func.attr in SEEDED and bool(node.args or node.keywords)
    if called.startswith("random.") and not seeded:
        return called, "draw from random.Random(seed) with a fixed seed"
    return None


RULES = (
    Rule("one-group", "error", "Each test has exactly one group marker", groups),
    Rule("shadowed-test", "error", "No two tests of a file have one name", shadowed),
    Rule("foreign-import", "error", "Tests import no harness and no solution", foreign_imports),
    Rule("own-process", "warning", "Tests start processes through the kit alone", own_processes),
    Rule("unsteady", "warning", "Tests neither sleep nor draw unseeded numbers", chance_and_clock),
    Rule("retired-test", "error", "Retired ids name existing tests", retired_tests),
)
