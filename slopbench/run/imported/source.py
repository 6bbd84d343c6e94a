"""A foreign folder, looked into through descriptors: no link is followed, nothing can block."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import UsageError
from slopbench.printable import visible

FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
FILE_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
MOST_ENTRIES = 100_000
"""More names in one folder are refused."""

TAKE_UNCHANGED = "remove it, or import an unchanged copy of the run"
GIVE_ANOTHER = "give the folder of a recorded run itself"


class Refused(UsageError):
    """A foreign folder holds something that no engine leaves there; nothing was imported."""


class TooLarge(ValueError):
    """A file has more bytes than its kind ever needs."""


class SourceFolder:
    """An open folder; `shown` is its path for people."""

    def __init__(self, descriptor: int, shown: Path) -> None:
        self._descriptor, self.shown = descriptor, shown

    @classmethod
    @contextmanager
    def at(cls, path: Path) -> Iterator["SourceFolder"]:
        """The folder that a user named. Raises UsageError if it is none, or a link to one."""
        with _opened(cls, path, None, path, GIVE_ANOTHER) as folder:
            yield folder

    @contextmanager
    def folder(self, name: str) -> Iterator["SourceFolder"]:
        """A folder in this one. Raises Refused if it isn't a folder."""
        with _opened(SourceFolder, Path(name), self._descriptor, self.shown / name) as folder:
            yield folder

    @property
    def path(self) -> Path:
        """A path to this very folder, whatever becomes of its name; valid while it is open."""
        return Path(f"/proc/self/fd/{self._descriptor}")

    def folders(self) -> list[str]:
        """The names of the folders here, sorted. Raises Refused for a link or an odd name."""
        found = []
        with os.scandir(self._descriptor) as entries:
            for seen, entry in enumerate(entries):
                if seen >= MOST_ENTRIES:
                    raise self._refused("", f"holds more than {MOST_ENTRIES} entries")
                if entry.is_symlink():
                    raise self._refused(entry.name, "is a symbolic link")
                if entry.is_dir(follow_symlinks=False):
                    found.append(entry.name)
        return sorted(found)

    def file(self, name: str, most_bytes: int) -> bytes | None:
        """The content of a regular file, None if there is none of this name.

        Raises Refused for whatever else bears the name, TooLarge beyond `most_bytes`.
        """
        stream = self.stream(name)
        if stream is None:
            return None
        with stream:
            content = stream.read(most_bytes + 1)
        if len(content) > most_bytes:
            raise TooLarge(f"has more than {most_bytes} bytes")
        return content

    def stream(self, name: str) -> BinaryIO | None:
        """The same, open for reading."""
        try:
            descriptor = os.open(name, FILE_FLAGS, dir_fd=self._descriptor)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise self._refused(name, f"can't be opened as a file: {error.strerror}") from error
        if stat.S_ISREG(os.fstat(descriptor).st_mode):
            return os.fdopen(descriptor, "rb")
        os.close(descriptor)
        raise self._refused(name, "is no regular file")

    def _refused(self, name: str, what: str) -> Refused:
        return refused(self.shown / name, what)


def refused(where: Path, what: str, mend: str = TAKE_UNCHANGED) -> Refused:
    """The error for something that doesn't belong into a recorded run."""
    return Refused(f"{what}; nothing was imported", where=visible(where), mend=mend)


@contextmanager
def _opened(
    cls: type[SourceFolder],
    path: Path,
    parent: int | None,
    shown: Path,
    mend: str = TAKE_UNCHANGED,
) -> Iterator[SourceFolder]:
    try:
        descriptor = os.open(path, FOLDER_FLAGS, dir_fd=parent)
    except OSError as error:
        what = f"can't be opened as a folder: {error.strerror}"
        raise refused(shown, what, mend) from error
    try:
        yield cls(descriptor, shown)
    finally:
        os.close(descriptor)
