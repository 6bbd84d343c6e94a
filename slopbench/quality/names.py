"""What references between the files of a tree may call a file."""

from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath

_OF_A_FOLDER = frozenset({"__init__", "index", "mod"})
"""Stems of files that stand for the folder that they are in."""


def files_by_ending(files: Iterable[str]) -> Mapping[str, set[str]]:
    """The files by what a reference may call them: an ending of their path without suffix, or the
    whole of it after a slash; a file that stands for its folder by the folder's path too, and every
    file by its folder's path and a star."""
    found: dict[str, set[str]] = {}
    for file in files:
        path = PurePosixPath(file).with_suffix("")
        names = [path.parts, (*path.parent.parts, "*")]
        if path.name in _OF_A_FOLDER:
            names.append(path.parent.parts)
        for parts in names:
            endings = ["/".join(parts[begin:]) for begin in range(len(parts))]
            for ending in [*endings, "/" + "/".join(parts)]:
                found.setdefault(ending, set()).add(file)
    return found
