"""Decides what of a hostile file tree is kept, and sends it to git as it comes."""

import io
from collections.abc import Callable, Iterable
from typing import BinaryIO, NoReturn

from slopbench.snapshots.manifest import FILE_MODES, FOLDER_MODE, Manifest
from slopbench.snapshots.model import Skipped, SnapshotLimits, SnapshotTooLarge
from slopbench.snapshots.names import (
    fault_of_name,
    fault_of_path,
    is_attributes,
    parts,
    readable,
)
from slopbench.snapshots.writing import Importer, Item

LINK = "120000"
LINK_BYTES = 4095
PERMISSIONS = 0o777
SPECIAL_BITS = 0o6000
LISTED = 1000
"""How many skipped entries are named; further ones are only counted."""
ATTRIBUTES_BYTES = 1 << 20
ATTRIBUTES_LINE = 2048
"""Git refuses attributes with a line of this length or more."""


class Intake:
    """Takes the entries of one tree in the order in which a source names them.

    What can't be kept is listed once, with the reason; what lies below it goes with it.
    """

    def __init__(self, importer: Importer, limits: SnapshotLimits) -> None:
        self.importer, self.limits = importer, limits
        self.items: dict[bytes, Item] = {}
        self._sizes: dict[bytes, int] = {}
        self._folders: dict[bytes, int] = {b"": FOLDER_MODE}
        self._modes: dict[bytes, int] = {}
        self._refused: set[bytes] = set()
        self._skipped: list[Skipped] = []
        self._seen = self._name_bytes = self._bytes = self._unlisted = 0

    def folder(self, raw: bytes, mode: int) -> bool:
        """Take a folder; whether what is in it can be kept."""
        path = self._clean(raw)
        if path is None or not self._enter(path):
            return False
        if path:
            self._folders[path] = mode & PERMISSIONS
        return True

    def file(
        self, raw: bytes, mode: int, size: int, open_data: Callable[[], BinaryIO | None]
    ) -> None:
        """Take a regular file; `open_data` gives its content, or None if it can't be read."""
        path = self._place(raw)
        if path is None:
            return
        if size > self.limits.file_bytes:
            self.refuse(path, f"a file of more than {self.limits.file_bytes} bytes")
            return
        self._expect_room(size)
        data = open_data()
        if data is None:
            self.refuse(path, "a file that can't be read")
            return
        with data:
            mark = self._store(path, data, size)
        if mark is not None:
            self._keep_file(path, mode, size, mark)

    def link(self, raw: bytes, target: bytes) -> None:
        """Take a symbolic link as a link."""
        path = self._place(raw)
        if path is None:
            return
        if not 0 < len(target) <= LINK_BYTES or b"\0" in target:
            self.refuse(path, "a link with an impossible target")
            return
        mark = self.importer.blob(io.BytesIO(target), len(target), path)
        self.items[path] = Item(path, LINK, mark)

    def hard_link(self, raw: bytes, mode: int, target: bytes) -> None:
        """Take another name of a file that was taken before, as a file of its own."""
        path = self._place(raw)
        if path is None:
            return
        original = b"/".join(parts(target))
        if target.startswith(b"/") or original not in self._sizes:
            self.refuse(path, "a hard link to something that isn't kept")
            return
        size = self._sizes[original]
        self._expect_room(size)
        self._keep_file(path, mode, size, self.items[original].mark)

    def special(self, raw: bytes, reason: str) -> None:
        """List an entry of a kind that is never kept."""
        path = self._place(raw)
        if path is not None:
            self.refuse(path, reason)

    def refuse(self, path: bytes, reason: str) -> None:
        """List a path, once, as not kept."""
        if path not in self._refused:
            self._refused.add(path)
            self._list(path, reason)

    def manifest(self) -> Manifest:
        """What the tree of `items` can't say."""
        in_git = folders_above(self.items)
        odd = {path: mode for path, mode in self._folders.items() if mode != FOLDER_MODE}
        rest = (Skipped("…", f"{self._unlisted} more entries"),) if self._unlisted else ()
        return Manifest(
            files=len(self.items),
            size=self._bytes,
            empty=tuple(path for path in self._folders if path not in in_git),
            modes={**self._modes, **odd},
            skipped=(*self._skipped, *rest),
        )

    def _clean(self, raw: bytes) -> bytes | None:
        """The path without `.` and double slashes; None, and listed, if it is impossible."""
        self._count(raw)
        fault = fault_of_path(raw, self.limits)
        if fault is None:
            return b"/".join(parts(raw))
        self.refuse(raw, fault)
        return None

    def _place(self, raw: bytes) -> bytes | None:
        """The clean path of something that is no folder; None, and listed, if it has no place."""
        path = self._clean(raw)
        if path is None:
            return None
        above, _, name = path.rpartition(b"/")
        if not self._enter(above):
            return None
        fault = fault_of_name(name)
        if path in self.items or path in self._folders:
            fault = "a name that was there before"
        if fault is None:
            return path
        self.refuse(path, fault)
        return None

    def _enter(self, path: bytes) -> bool:
        """Whether `path` is or can become a folder of the tree, like those above it."""
        if path in self._folders:
            return True
        if path in self._refused:
            return False
        above, _, name = path.rpartition(b"/")
        if not self._enter(above):
            return False
        fault = "a file and a folder at once" if path in self.items else fault_of_name(name)
        if fault is None and is_attributes(name):
            fault = "a folder with the name of git's attributes"
        if fault is not None:
            self.refuse(path, fault)
            return False
        self._folders[path] = FOLDER_MODE
        return True

    def _store(self, path: bytes, data: BinaryIO, size: int) -> int | None:
        if not is_attributes(path.rpartition(b"/")[2]):
            return self.importer.blob(data, size, path)
        content = data.read(ATTRIBUTES_BYTES + 1)
        longest = max(len(line) for line in content.split(b"\n"))
        if size > ATTRIBUTES_BYTES or longest >= ATTRIBUTES_LINE:
            self.refuse(path, "git attributes that git refuses to read")
            return None
        return self.importer.blob(io.BytesIO(content), size, path)

    def _keep_file(self, path: bytes, mode: int, size: int, mark: int) -> None:
        git_mode = "100755" if mode & 0o100 else "100644"
        self.items[path] = Item(path, git_mode, mark)
        self._sizes[path] = size
        self._bytes += size
        if mode & PERMISSIONS != FILE_MODES[git_mode]:
            self._modes[path] = mode & PERMISSIONS
        if mode & SPECIAL_BITS:
            self._list(path, "its set-user-id or set-group-id bit; the file itself is kept")

    def _list(self, path: bytes, reason: str) -> None:
        if len(self._skipped) < LISTED:
            self._skipped.append(Skipped(readable(path), reason))
        else:
            self._unlisted += 1

    def _count(self, raw: bytes) -> None:
        self._seen += 1
        self._name_bytes += len(raw)
        if self._seen > self.limits.entries or self._name_bytes > self.limits.name_bytes:
            self._overflow(
                f"{self.limits.entries} entries or {self.limits.name_bytes} bytes of names"
            )

    def _expect_room(self, size: int) -> None:
        if self._bytes + size > self.limits.total_bytes:
            self._overflow(f"{self.limits.total_bytes} bytes")

    def _overflow(self, limit: str) -> NoReturn:
        raise SnapshotTooLarge(
            f"has more than {limit}",
            where="workspace",
            mend="keep caches, built files and installed packages out of it",
        )


def folders_above(paths: Iterable[bytes]) -> set[bytes]:
    """Every folder that holds one of these paths at any depth, the top (b"") included."""
    found = {b""}
    for path in paths:
        folder = path.rpartition(b"/")[0]
        while folder not in found:
            found.add(folder)
            folder = folder.rpartition(b"/")[0]
    return found
