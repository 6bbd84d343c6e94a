"""Which packages test files import, found by their lines: tests may be in a newer Python than ours."""

import re
from pathlib import Path

from slopbench.problem.content import entries

BUNDLED = ("jsonschema", "deepdiff")
"""Packages that the tests of a set may use without naming them."""

IMPORT = re.compile(r"^\s*(?:import|from)\s+(\w+)", re.MULTILINE)


def bundled_libraries(tests: Path) -> list[str]:
    """Those of the bundled packages that some file of a tests folder imports."""
    imported = {name for path in python_files(tests) for name in IMPORT.findall(_text(path))}
    return [name for name in BUNDLED if name in imported]


def python_files(folder: Path) -> list[Path]:
    """The Python files below a folder; none if there is no such folder."""
    if not folder.is_dir():
        return []
    return [path for path in entries(folder) if path.suffix == ".py" and not path.is_symlink()]


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
