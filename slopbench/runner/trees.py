"""Small file trees of the benchmark in memory, on their way into a sandbox."""

import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from slopbench.errors import UsageError
from slopbench.problem.content import entries
from slopbench.snapshots.tarball import entry, file_time, packed


@dataclass(frozen=True)
class File:
    """A regular file: its content, and whether it may be executed."""

    data: bytes
    executable: bool = False


Tree = Mapping[str, File]
"""Files by their path relative to the top, with slashes."""


def read_tree(folder: Path) -> dict[str, File]:
    """Every file below `folder` but the caches of tools. Raises UsageError for a symbolic link."""
    found = {}
    for path in entries(folder):
        if path.is_symlink() or not path.is_file():
            raise UsageError("is no plain file", where=str(path), mend="put the file itself there")
        executable = bool(path.stat().st_mode & 0o100)
        found[path.relative_to(folder).as_posix()] = File(path.read_bytes(), executable)
    return found


def tar_of(tree: Tree) -> BinaryIO:
    """An uncompressed tar stream of a tree at position 0; a function of the tree alone."""
    return packed(packing(tree))


def packing(tree: Tree) -> Iterator[tuple[tarfile.TarInfo, BinaryIO | None]]:
    for folder in sorted(
        {above.as_posix() for name in tree for above in PurePosixPath(name).parents}
    ):
        if folder != ".":
            yield entry(folder.encode(), tarfile.DIRTYPE, 0o755), None
    for name, file in sorted(tree.items()):
        info = entry(name.encode(), tarfile.REGTYPE, 0o755 if file.executable else 0o644)
        info.size = len(file.data)
        info.mtime = file_time(hashlib.sha256(file.data).hexdigest())
        yield info, io.BytesIO(file.data)
