"""Files and standard input."""

import sys
from collections.abc import Iterator

from shapecheck.errors import Fault

STANDARD_INPUT = "-"
_PIECE = 1 << 16


def read(path: str) -> bytes:
    return b"".join(pieces(path, is_file=True))


def pieces(path: str, *, is_file: bool = False) -> Iterator[bytes]:
    """The bytes of a file, or of standard input, as they come."""
    if path == STANDARD_INPUT and not is_file:
        while piece := sys.stdin.buffer.read1(_PIECE):
            yield piece
        return
    try:
        with open(path, "rb", buffering=0) as file:
            while piece := file.read(_PIECE):
                yield piece
    except OSError as error:
        raise Fault("unreadable", f"{path}: {error.strerror}") from error
