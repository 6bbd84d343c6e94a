"""Where rendered text goes."""

import sys
from math import inf

from .errors import LimitError
from .map_file import MapFile, NoMap
from .nodes import Literal, Print
from .origins import Origin


class LiveSink:
    """Passes everything on, up to a number of bytes."""

    def __init__(self, record: NoMap | MapFile, limit: int | None = None):
        self._record = record
        self._left = inf if limit is None else limit

    def write(self, text: str, node: Literal | Print, origin: Origin | None) -> None:
        data = text.encode("utf-8")
        fits = len(data) <= self._left
        if not fits:
            data = whole_characters(data[: self._left])
        self._left -= len(data)
        sys.stdout.buffer.write(data)
        self._record.record(len(data), node, origin)
        if not fits:
            raise LimitError("max-output")

    def flush(self) -> None:
        sys.stdout.buffer.flush()

    finish = flush


class HeldSink:
    """Keeps everything until rendering has succeeded."""

    def __init__(self, record: NoMap | MapFile):
        self._target = LiveSink(record)
        self._pieces: list[tuple[str, Literal | Print, Origin | None]] = []

    def write(self, text: str, node: Literal | Print, origin: Origin | None) -> None:
        self._pieces.append((text, node, origin))

    def finish(self) -> None:
        for piece in self._pieces:
            self._target.write(*piece)
        self._target.flush()


def whole_characters(data: bytes) -> bytes:
    """The beginning of a UTF-8 text, without the bytes of a character that is cut."""
    return data.decode("utf-8", "ignore").encode("utf-8")


class Steps:
    """Counts the work of a rendering."""

    def __init__(self, limit: int | None):
        self._left = inf if limit is None else limit

    def count(self) -> None:
        if not self._left:
            raise LimitError("max-steps")
        self._left -= 1
