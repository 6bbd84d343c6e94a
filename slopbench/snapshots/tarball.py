"""Tar streams: reading one that comes out of a sandbox, and its reverse, without unpacking it."""

import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import BinaryIO, cast

from slopbench.snapshots.intake import Intake
from slopbench.snapshots.model import BrokenStream

HEADER_BYTES = 1 << 20
SPOOL_BYTES = 32 << 20
END = bytes(tarfile.BLOCKSIZE)
FILES = (tarfile.REGTYPE, tarfile.AREGTYPE, tarfile.CONTTYPE)
REASONS = {
    tarfile.CHRTYPE: "a device",
    tarfile.BLKTYPE: "a device",
    tarfile.FIFOTYPE: "a named pipe",
    tarfile.GNUTYPE_SPARSE: "a sparse file in a tar stream",
}
LEFT_OUT = "SLOPBENCH.left_out"
"""The header with the reason of an entry that a sandbox could not copy (see sandbox/inside/files.py)."""
LONGEST_REASON = 200
EPOCH = 946_684_800
"""2000-01-01: the time of everything but files."""


class Blocks:
    """A seekable stream from which a header can't draw more than `HEADER_BYTES` at once.

    `last` is what was read last: a whole archive ends with a block of zeros, and tarfile doesn't
    ask for it.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.last = b""

    def read(self, size: int = -1) -> bytes:
        if not 0 <= size <= HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {size} bytes")
        self.last = self._stream.read(size)
        return self.last

    def seek(self, position: int, whence: int = 0) -> int:
        return self._stream.seek(position, whence)

    def tell(self) -> int:
        return self._stream.tell()


def read_tar(stream: BinaryIO, intake: Intake) -> None:
    """Hand every entry of an uncompressed, seekable tar stream to `intake`.

    Names are relative to the folder that was packed, with or without `./`. Raises BrokenStream for
    anything but a whole archive, so that one that was cut off can't pass for a smaller tree.
    """
    blocks = Blocks(stream)
    with (
        broken_if_unreadable(),
        tarfile.open(
            fileobj=cast("BinaryIO", blocks), mode="r:", encoding="utf-8", errors="surrogateescape"
        ) as archive,
    ):
        for member in iter(archive.next, None):
            take(archive, member, intake)
            forget_members(archive)
        if blocks.last != END:
            raise tarfile.ReadError("the end mark is missing")


@contextmanager
def broken_if_unreadable() -> Iterator[None]:
    """Turn what tarfile raises for bad input into BrokenStream."""
    try:
        yield
    except (tarfile.TarError, ValueError, OverflowError, RecursionError, EOFError) as error:
        raise BrokenStream(
            f"is no whole tar archive: {error}", where="workspace", mend="fetch the workspace again"
        ) from error


def forget_members(archive: tarfile.TarFile) -> None:
    """Drop the headers that tarfile collects; large ones would add up."""
    archive.members.clear()  # type: ignore[attr-defined]


def take(archive: tarfile.TarFile, member: tarfile.TarInfo, intake: Intake) -> None:
    name, mode = raw(member.name), member.mode
    if member.type in FILES:
        intake.file(name, mode, member.size, lambda: opened(archive, member))
    elif member.isdir():
        intake.folder(name, mode)
    elif member.issym():
        intake.link(name, raw(member.linkname))
    elif member.islnk():
        intake.hard_link(name, mode, raw(member.linkname))
    else:
        known = REASONS.get(member.type, "an entry of an unknown kind")
        intake.special(name, member.pax_headers.get(LEFT_OUT, known)[:LONGEST_REASON])


def opened(archive: tarfile.TarFile, member: tarfile.TarInfo) -> BinaryIO | None:
    return cast("BinaryIO | None", archive.extractfile(member))


def raw(name: str) -> bytes:
    return name.encode("utf-8", "surrogateescape")


def packed(entries: Iterable[tuple[tarfile.TarInfo, BinaryIO | None]]) -> BinaryIO:
    """An uncompressed tar stream of these entries, spooled, at position 0."""
    spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))  # noqa: SIM115
    with tarfile.open(
        fileobj=spool,
        mode="w:",
        format=tarfile.GNU_FORMAT,
        encoding="utf-8",
        errors="surrogateescape",
    ) as archive:
        for info, data in entries:
            archive.addfile(info, data)
            forget_members(archive)
    spool.seek(0)
    return spool


def entry(path: bytes, kind: bytes, mode: int) -> tarfile.TarInfo:
    """A header that depends on nothing but its arguments; owner and group are 0."""
    info = tarfile.TarInfo(path.decode("utf-8", "surrogateescape"))
    info.type, info.mode, info.mtime = kind, mode, EPOCH
    return info


def file_time(oid: str) -> int:
    """A modification time that is a function of the content, between 2000 and 2008.

    Equal times for all files would let a stale .pyc, which remembers time and size of its source,
    pass for fresh after an edit that keeps the size.
    """
    return EPOCH + int(oid[:7], 16)
