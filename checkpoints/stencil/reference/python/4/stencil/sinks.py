"""Where rendered text goes."""

import sys
from math import inf

from .errors import LimitError


class HeldSink:
    """Keeps everything until rendering has succeeded."""

    def __init__(self) -> None:
        self._pieces: list[str] = []

    def write(self, text: str) -> None:
        self._pieces.append(text)

    def finish(self) -> None:
        sys.stdout.buffer.write("".join(self._pieces).encode("utf-8"))


class LiveSink:
    """Passes everything on, up to a number of bytes."""

    def __init__(self, limit: int | None):
        self._left = inf if limit is None else limit

    def write(self, text: str) -> None:
        data = text.encode("utf-8")
        if len(data) > self._left:
            sys.stdout.buffer.write(whole_characters(data[: self._left]))
            raise LimitError("max-output")
        self._left -= len(data)
        sys.stdout.buffer.write(data)

    def flush(self) -> None:
        sys.stdout.buffer.flush()

    finish = flush


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
