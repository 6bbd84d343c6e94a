"""The text of one source file: read without following links, decoded as its language says."""

import codecs
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import InfrastructureError, LimitError
from slopbench.quality.languages import AnyLanguage

MAX_FILE_BYTES = 16 * 2**20
"""Far above any source that is written; the syntax tree of a larger one fills the memory."""

_VISIBLE = re.compile(rb"[^\n]")


@dataclass(frozen=True)
class Source:
    """`text` is UTF-8 without byte order mark, its lines ended by `\\n` alone."""

    text: bytes
    encoding: str

    @property
    def lines(self) -> int:
        """Physical lines, a last one without line end included."""
        return self.text.count(b"\n") + (self.text[-1:] not in (b"", b"\n"))


@contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """A regular file to read, never a link, pipe or device; raises InfrastructureError."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise InfrastructureError("is no regular file", where=str(path))
            yield file
    except OSError as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: OSError) -> InfrastructureError:
    """The error for a file or folder that can't be read, for none may be missing from a score."""
    return InfrastructureError(
        f"can't be read ({error.strerror})", where=str(path), mend="make it readable or remove it"
    )


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file; raises LimitError when they are more than MAX_FILE_BYTES."""
    with opened(path) as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise LimitError(f"is larger than {MAX_FILE_BYTES >> 20} MiB", where=str(path))
    return data


def read_head(path: Path, size: int) -> bytes:
    """The first bytes of a regular file."""
    with opened(path) as file:
        return file.read(size)


def count_lines(path: Path) -> int:
    """Physical lines of a file of any size, one without line end included."""
    lines, last = 0, b"\n"
    with opened(path) as file:
        while chunk := file.read(1 << 20):
            lines, last = lines + chunk.count(b"\n"), chunk[-1:]
    return lines + (last != b"\n")


def decode(data: bytes, language: AnyLanguage) -> Source:
    """The text by the encoding that the file declares, else UTF-8, else Latin-1, which always fits.

    A lone carriage return ends a line too, so that no code can hide on one endless line.
    """
    try:
        encoding = codecs.lookup(language.encoding(data)).name
        text = data.decode(encoding)
    except (SyntaxError, LookupError, ValueError):
        encoding, text = undeclared(data)
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Source(text.encode("utf-8", "replace"), encoding)


def undeclared(data: bytes) -> tuple[str, str]:
    """Encoding and text of a file whose declaration is missing, wrong or unknown."""
    try:
        return "utf-8", data.decode("utf-8")
    except UnicodeDecodeError:
        return "iso8859-1", data.decode("latin-1")


def blanked(text: bytes, bounds: Sequence[int]) -> bytes:
    """The text with spaces in the place of some pieces, its lines and offsets unchanged.

    `bounds` holds the first byte of each piece and the one after its last, in turn.
    """
    changed = bytearray(text)
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        changed[start:end] = _VISIBLE.sub(b" ", text[start:end])
    return bytes(changed)
