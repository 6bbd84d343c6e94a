"""The files that make up a folder of the benchmark, and one hash over them."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

CACHES = frozenset({"__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"})
"""Folders that tools leave behind; they are no part of any content."""


def entries(folder: Path) -> Iterator[Path]:
    """Every entry below `folder` that is no folder, in one fixed order; links are not followed."""
    for path in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if path.is_symlink() or not path.is_dir():
            yield path
        elif path.name not in CACHES:
            yield from entries(path)


def links(folder: Path) -> list[Path]:
    """The symbolic links below `folder`; a problem may hold none: their content is elsewhere."""
    return [path for path in entries(folder) if path.is_symlink()]


def content_hash(folder: Path) -> str:
    """sha256 (hex) over the relative path and the bytes of every regular file below `folder`.

    Caches of tools and symbolic links are left out, so that running a test changes nothing.
    """
    total = hashlib.sha256()
    for path in entries(folder):
        if path.is_symlink() or not path.is_file():
            continue
        name, data = path.relative_to(folder).as_posix().encode(), path.read_bytes()
        total.update(b"%d %d " % (len(name), len(data)) + name + data)
    return total.hexdigest()
