"""Which packages test files import, found by their lines: tests may be in a newer Python than ours."""

import re
from collections.abc import Iterator
from pathlib import Path

from slopbench.problem.content import entries

BUNDLED = ("jsonschema", "deepdiff")
"""Packages that the tests of a set may use without naming them."""

IMPORT = re.compile(r"^\s*(?:from\s+(\w+)|import\s+(\w[\w., \t]*))", re.MULTILINE)
"""The module after `from`, or all those after `import`."""


def bundled_libraries(tests: Path) -> list[str]:
    """Those of the bundled packages that some file of a tests folder imports."""
    imported = {name for path in python_files(tests) for name in modules_of_lines(_text(path))}
    return [name for name in BUNDLED if name in imported]


def modules_of_lines(text: str) -> Iterator[str]:
    """The first part of each module's name that the lines of a file import."""
    for module, several in IMPORT.findall(text):
        yield from [module] if module else re.findall(r"(?:^|,)\s*(\w+)", several)


def python_files(folder: Path) -> list[Path]:
    """The Python files below a folder; none if there is no such folder."""
    if not folder.is_dir():
        return []
    return [path for path in entries(folder) if path.suffix == ".py" and not path.is_symlink()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
