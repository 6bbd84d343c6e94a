"""Which modules foreign tests import that neither Python, nor the grader, nor their own folder has."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

from slopbench.problem.scbench.imports import modules_of_lines

CARRIED = frozenset(
    ("pytest", "_pytest", "pluggy", "iniconfig", "packaging", "pygments", "pytest_timeout")
)
"""The modules that the grader has of its own."""
LOADERS = frozenset(("importorskip", "import_module", "__import__"))
STARTS = ("conftest.py", "test_*.py", "*_test.py")


def foreign_modules(tests: Path) -> frozenset[str]:
    """The modules from elsewhere that the tests in a folder import, by reading alone.

    Only what test files and conftest.py lead to counts: programs that lie there as data don't. An
    import that is tried counts too, as tests may differ without it.
    """
    local = local_modules(tests)
    waiting = [path for pattern in STARTS for path in tests.rglob(pattern)]
    seen: set[Path] = set()
    found: set[str] = set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        for name in imported(path):
            waiting += local.get(name, [])
            found.add(name)
    return frozenset(found - local.keys() - CARRIED - sys.stdlib_module_names)


def local_modules(tests: Path) -> dict[str, list[Path]]:
    """The files behind each name under which a module of the folder may be imported."""
    found: dict[str, list[Path]] = {tests.name: []}
    for path in sorted(tests.rglob("*.py")):
        found.setdefault(path.stem, []).append(path)
        for folder in path.relative_to(tests).parts[:-1]:
            found.setdefault(folder, []).append(path)
    return found


def imported(path: Path) -> Iterator[str]:
    """The first part of each module's name that a file imports; by its lines where it can't be parsed."""
    data = path.read_bytes()
    try:
        waiting: list[ast.AST] = [ast.parse(data)]
    except (SyntaxError, ValueError, RecursionError):
        yield from modules_of_lines(data.decode("utf-8", "replace"))
        return
    while waiting:
        node = waiting.pop()
        yield from named(node)
        waiting += run_children(node)


def run_children(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes below one, without what only type checkers read."""
    if isinstance(node, ast.If) and is_type_checking(node.test):
        yield from node.orelse
    else:
        yield from ast.iter_child_nodes(node)


def is_type_checking(test: ast.expr) -> bool:
    return "TYPE_CHECKING" in (getattr(test, "id", None), getattr(test, "attr", None))


def named(node: ast.AST) -> Iterator[str]:
    """The modules that a node itself imports."""
    if isinstance(node, ast.Import):
        yield from (alias.name.partition(".")[0] for alias in node.names)
    elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
        yield node.module.partition(".")[0]
    elif isinstance(node, ast.Call) and loads(node):
        yield from (name.partition(".")[0] for name in map(text_of, node.args[:1]) if name)


def loads(call: ast.Call) -> bool:
    return bool(LOADERS & {getattr(call.func, "id", ""), getattr(call.func, "attr", "")})


def text_of(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
