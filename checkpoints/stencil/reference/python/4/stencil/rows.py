"""Rows that arrive while they are rendered."""

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from io import BufferedReader
from typing import Any

from .documents import parse_json
from .errors import RowError, StencilError
from .files import STANDARD_INPUT
from .scanner import WHITE

CHUNK = 1 << 16


def open_rows(path: str) -> AbstractContextManager[BufferedReader]:
    try:
        return nullcontext(sys.stdin.buffer) if path == STANDARD_INPUT else open(path, "rb")
    except (OSError, ValueError) as problem:
        raise StencilError("unreadable", detail=str(problem)) from None


class Rows:
    """A stream, which can be handed out once; `before_wait` is called before input is awaited."""

    def __init__(self, stream: BufferedReader, before_wait: Callable[[], Any]):
        self._stream = stream
        self._before_wait = before_wait
        self.is_taken = False

    def hand_out(self) -> Iterator[Any]:
        self.is_taken = True
        return self._rows()

    def _rows(self) -> Iterator[Any]:
        for number, line in enumerate(self._lines(), start=1):
            if line.strip(WHITE.encode()):
                yield parse_row(line, number)

    def _lines(self) -> Iterator[bytes]:
        rest = b""
        while chunk := self._chunk():
            *lines, rest = (rest + chunk).split(b"\n")
            yield from lines
        yield rest

    def _chunk(self) -> bytes:
        self._before_wait()
        return self._stream.read1(CHUNK)


def parse_row(line: bytes, number: int) -> Any:
    try:
        return parse_json(line)
    except ValueError as problem:
        raise RowError(number, str(problem)) from None
