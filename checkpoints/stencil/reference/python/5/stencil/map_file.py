"""The record of where each byte of output came from."""

import json
from typing import TextIO

from .errors import StencilError
from .nodes import Literal, Print
from .origins import Origin


class NoMap:
    is_wanted = False

    def record(self, length: int, node: Literal | Print, origin: Origin | None) -> None:
        pass


class MapFile:
    is_wanted = True

    def __init__(self, stream: TextIO):
        self._stream = stream
        self._offset = 0

    def record(self, length: int, node: Literal | Print, origin: Origin | None) -> None:
        """Note that the next `length` bytes of output came from this node."""
        if not length:
            return
        entry = {
            "start": self._offset,
            "end": self._offset + length,
            "file": node.place.source.name,
            "from": node.place.coordinates(),
            "to": node.end.coordinates(),
            "data": origin and origin.pointer(),
        }
        self._offset += length
        self._stream.write(json.dumps(entry) + "\n")


def open_map(path: str) -> TextIO:
    try:
        return open(path, "w", encoding="utf-8")
    except (OSError, ValueError) as problem:
        raise StencilError("unwritable", detail=str(problem)) from None
