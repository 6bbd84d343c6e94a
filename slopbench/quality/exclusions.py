"""The reasons for which source files may be left out of a score."""

import base64
import csv
import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from slopbench.quality.source import read_bytes

ENVIRONMENT = "virtual environment"
_VENDORED = frozenset({"vendor", "_vendor", "third_party", "node_modules", "bower_components"})
_VERSION_CONTROL = frozenset({".git", ".hg", ".svn"})

_GENERATED = re.compile(
    rb"@generated\b|\bgenerated\b.*\bdo not (edit|modify)\b"
    rb"|\bdo not (edit|modify)\b.*\bgenerated\b",
    re.IGNORECASE,
)
_HEAD_LINES = 10


def environment_parts(folder: Path, entries: Iterable[os.DirEntry[str]]) -> Iterator[Path]:
    """The parts of a virtual environment that its maker fills; nothing if the folder is none.

    Only these are left out, since the code of a project may lie in the same folder.
    """
    if not any(entry.name == "pyvenv.cfg" for entry in entries):
        return
    for programs in ("bin", "Scripts"):
        if any(map(_is_interpreter, sorted((folder / programs).glob("python*")))):
            yield from (folder / part for part in ("bin", "Scripts", "include", "share"))
            yield folder / "Lib" / "site-packages"
            yield from sorted(folder.glob("lib*/python*/site-packages"))
            return


def _is_interpreter(path: Path) -> bool:
    return path.is_symlink() or path.is_file()


def reason_of_folder(name: str) -> str | None:
    """Why a folder of one's own repository is left out by its name."""
    if name in _VENDORED:
        return "vendored"
    return "version control" if name in _VERSION_CONTROL else None


def is_generated(head: bytes) -> bool:
    """Whether one of the first lines says that a program wrote the file and not to edit it."""
    return any(_GENERATED.search(line) for line in head.splitlines()[:_HEAD_LINES])


class InstalledFiles:
    """What the `*.dist-info/RECORD` of the installed Python packages say that were looked at."""

    def __init__(self) -> None:
        self._recorded: dict[Path, tuple[str, Path]] = {}

    def look_in(self, folder: Path, entries: Iterable[os.DirEntry[str]]) -> None:
        """Read the records of the packages that are installed in a folder."""
        for entry in entries:
            record = Path(entry.path) / "RECORD"
            if entry.name.endswith(".dist-info") and record.is_file() and not record.is_symlink():
                for name, digest in _rows(record):
                    self._recorded[Path(os.path.normpath(folder / name))] = digest, Path(entry.path)

    def package_of(self, path: Path) -> Path | None:
        """The `dist-info` folder of the package that has installed the file, if it is unchanged."""
        digest, package = self._recorded.get(path, ("", None))
        return package if package and _record_digest(path) == digest else None


def _rows(record: Path) -> Iterator[tuple[str, str]]:
    """Path and SHA-256 of each installed file, in the form of the format's specification."""
    text = read_bytes(record).decode("utf-8", "replace")
    for row in csv.reader(text.splitlines()):
        if len(row) >= 2 and row[1].startswith("sha256="):
            yield row[0], row[1].removeprefix("sha256=")


def _record_digest(path: Path) -> str:
    digest = hashlib.sha256(read_bytes(path)).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
