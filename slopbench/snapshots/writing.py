"""One `git fast-import` process: takes blobs, then one commit; broken off, it leaves no trace."""

import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import BinaryIO, Self

from slopbench.snapshots.git import Git
from slopbench.snapshots.model import BrokenStream

CHUNK = 1 << 20
AUTHOR = b"slopbench <slopbench@localhost>"
COMMIT_MARK = 1
QUOTED = str.maketrans({'"': r"\"", "\\": r"\\", "\n": r"\n"})


@dataclass(frozen=True)
class Item:
    """A file or link of a tree: git's mode, and the mark under which its content was sent."""

    path: bytes
    mode: str
    mark: int


class Importer:
    """Writes objects and references. Use it with `with`.

    No reference changes before `commit`. Raises GitFailed if git ends early, as on a full disk.
    """

    def __init__(self, git: Git) -> None:
        self.git = git
        self._marks = COMMIT_MARK
        self._complaint = tempfile.TemporaryFile()  # noqa: SIM115
        command = ["fast-import", "--quiet", "--done", "--force", "--depth=0", "--date-format=raw"]
        self._process = git.start(command, stdin=subprocess.PIPE, stderr=self._complaint)

    def __enter__(self) -> Self:
        return self

    def blob(self, data: BinaryIO, size: int, name: bytes) -> int:
        """Send `size` bytes of content; its mark. Raises BrokenStream if there are fewer."""
        self._marks += 1
        self._send(b"blob\nmark :%d\ndata %d\n" % (self._marks, size))
        rest = size
        while rest:
            piece = data.read(min(rest, CHUNK))
            if not piece:
                where = name.decode("utf-8", "backslashreplace")
                raise BrokenStream(
                    f"ended {rest} bytes early", where=where, mend="take the snapshot again"
                )
            self._send(piece)
            rest -= len(piece)
        self._send(b"\n")
        return self._marks

    def commit(
        self, items: Iterable[Item], *, message: bytes, refs: Iterable[str], parent: str | None
    ) -> None:
        """Make a commit of exactly these items and point every reference in `refs` to it."""
        first, *others = refs
        now = int(time.time())
        self._send(b"commit %s\nmark :%d\n" % (first.encode(), COMMIT_MARK))
        self._send(b"committer %s %d +0000\ndata %d\n%s\n" % (AUTHOR, now, len(message), message))
        if parent is not None:
            self._send(b"from %s\ndeleteall\n" % parent.encode())
        for item in items:
            self._send(b"M %s :%d %s\n" % (item.mode.encode(), item.mark, quoted(item.path)))
        for ref in others:
            self._send(b"reset %s\nfrom :%d\n\n" % (ref.encode(), COMMIT_MARK))
        self._send(b"done\n")
        self._end()
        if self._process.returncode != 0:
            raise self._failure()

    def _send(self, data: bytes) -> None:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(data)
        except BrokenPipeError as error:
            self._end()
            raise self._failure() from error

    def _failure(self) -> Exception:
        self._complaint.seek(0)
        return self.git.failure("fast-import", self._complaint.read())

    def _end(self) -> None:
        """Close git's input and wait: without `done` in it, git refuses to touch a reference."""
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.wait()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end()
        assert self._process.stdout is not None
        self._process.stdout.close()
        self._complaint.close()
        report = self.git.folder / f"fast_import_crash_{self._process.pid}"
        report.unlink(missing_ok=True)


def quoted(path: bytes) -> bytes:
    """A path in the quotes of fast-import, which takes every byte but NUL."""
    text = path.decode("utf-8", "surrogateescape").translate(QUOTED)
    return b'"%s"' % text.encode("utf-8", "surrogateescape")
