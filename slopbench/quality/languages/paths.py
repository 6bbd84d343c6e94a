"""How files are named in languages with packages: what the code calls them, which are tests."""

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

from tree_sitter import Node

IsTest = Callable[[PurePosixPath], bool]


def written(node: Node) -> str:
    """The text of a node."""
    return (node.text or b"").decode("utf-8", "replace")


def beside(path: str, file: PurePosixPath) -> str:
    """The reference to a path that is relative to the folder of the file that names it."""
    return posixpath.splitext(posixpath.normpath(f"/{file.parent}/{path}"))[0]


def qualified(parts: list[str]) -> Iterator[str]:
    """The paths that a qualified name may mean: a tree often leaves out the first packages, as its
    folders begin below them. The last part alone means too little."""
    last = max(1, len(parts) - 1)
    yield from ("/".join(parts[begin:]) for begin in range(last))


def named_type(name: Node, _: PurePosixPath) -> Iterator[str]:
    """A type by its name, as a file is named by its type and its package needs no import.

    By custom the names of types, and of little else, begin with a capital.
    """
    text = name.text or b""
    if text[:1].isupper() and not text.isupper():
        yield written(name)


def tests_named(stem: str, folders: Iterable[str]) -> IsTest:
    """Whether the whole stem of a file matches a pattern, or a folder above is one of these."""
    pattern, known = re.compile(stem), frozenset(folders)

    def is_test(file: PurePosixPath) -> bool:
        return bool(pattern.fullmatch(file.stem)) or not known.isdisjoint(file.parent.parts)

    return is_test
