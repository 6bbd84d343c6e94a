"""A folder that goes from revision to revision: only what differs is written anew.

Files are written here from git's objects, byte by byte as they are stored. No checkout of git's is
involved, so no filter, hook or conversion of line ends that the repository asks for takes place.
"""

import os
import shutil
from collections.abc import Container, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import InfrastructureError
from slopbench.printable import visible
from slopbench.quality.history.repository import Repository
from slopbench.snapshots.reading import FOLDER, LINK, Node, contents, nodes

_SUBMODULE = "160000"
_PROGRAM = "100755"
_LFS = b"version https://git-lfs.github.com/spec/v1\n"
_CHUNK = 1 << 20
_NO_NAMES = frozenset({b"", b".", b"..", b".git"})


@dataclass(frozen=True)
class Move:
    """What a step did; the tree is the same as before if nothing was written or removed."""

    found: bool
    """Whether the revision has the folder; if not, an empty one stands for it."""
    written: int
    removed: int
    submodules: int
    """Repositories that the revision names and that aren't looked into."""
    pointers: int
    """Files whose content lies in Git LFS: only the pointers are here."""


class MovingTree:
    """The folder `path` of a revision, in a folder that must be empty at first."""

    def __init__(self, repository: Repository, folder: Path, path: str) -> None:
        self.folder = folder
        self._repository, self._path = repository, path
        self._present: dict[bytes, Node] = {}
        self._pointers: set[bytes] = set()

    def move_to(self, commit: str) -> Move:
        """Make the folder what it is in a commit.

        Raises InfrastructureError if git fails or the files can't be written; the folder is empty
        then.
        """
        try:
            return self._moved(commit)
        except BaseException:
            self._start_again()
            raise

    def _moved(self, commit: str) -> Move:
        tree = self._repository.tree_of(commit, self._path)
        listed = nodes(self._repository.git, tree) if tree else []
        wanted = {node.path: node for node in listed if node.mode not in (FOLDER, _SUBMODULE)}
        old = self._present.items() - wanted.items()
        new = sorted(wanted.items() - self._present.items(), key=itemgetter(0))
        _refuse_strays((path for path, _ in new), wanted)
        try:
            self._remove([path for path, _ in old])
            self._write([node for _, node in new])
        except OSError as error:
            raise InfrastructureError(
                f"a revision can't be written: {error.strerror}",
                where=str(self.folder),
                mend="free some disk space, or set TMPDIR",
            ) from error
        self._present = wanted
        submodules = sum(node.mode == _SUBMODULE for node in listed)
        return Move(tree is not None, len(new), len(old), submodules, len(self._pointers))

    def _remove(self, paths: Iterable[bytes]) -> None:
        """Remove files, and the folders that are empty without them."""
        folders: set[bytes] = set()
        for path in paths:
            self._place(path).unlink()
            folders.update(_folders_of(path))
            self._pointers.discard(path)
        for folder in sorted(folders, key=len, reverse=True):
            with suppress(OSError):
                self._place(folder).rmdir()

    def _write(self, wanted: Sequence[Node]) -> None:
        with contents(self._repository.git, wanted) as open_next:
            for node in wanted:
                stream, size = open_next()
                place = self._place(node.path)
                place.parent.mkdir(parents=True, exist_ok=True)
                if node.mode == LINK:
                    place.symlink_to(os.fsdecode(stream.read(size).partition(b"\0")[0]))
                elif _write_file(place, node.mode, stream, size):
                    self._pointers.add(node.path)

    def _place(self, path: bytes) -> Path:
        return self.folder / os.fsdecode(path)

    def _start_again(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(exist_ok=True)
        self._present, self._pointers = {}, set()


def _write_file(place: Path, mode: str, stream: BinaryIO, size: int) -> bool:
    """Write a file from the next `size` bytes; whether it is a pointer of Git LFS."""
    rights = 0o755 if mode == _PROGRAM else 0o644
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    start = piece = stream.read(min(size, _CHUNK))
    with os.fdopen(os.open(place, flags, rights), "wb") as file:
        while piece:
            file.write(piece)
            size -= len(piece)
            piece = stream.read(min(size, _CHUNK))
    return start.startswith(_LFS)


def _refuse_strays(new: Iterable[bytes], wanted: Container[bytes]) -> None:
    """Git's objects can hold paths that no checkout would make: out of the tree, or through a link."""
    for path in new:
        through_file = any(folder in wanted for folder in _folders_of(path))
        if through_file or not _NO_NAMES.isdisjoint(path.split(b"/")):
            raise InfrastructureError(
                "is a path that can't be checked out",
                where=visible(os.fsdecode(path)),
                mend="look at the repository with: git fsck",
            )


def _folders_of(path: bytes) -> list[bytes]:
    """The folders that a path goes through."""
    parts = path.split(b"/")[:-1]
    return [b"/".join(parts[: depth + 1]) for depth in range(len(parts))]
