"""Reading of files."""

import sys
from pathlib import Path

from .errors import StencilError
from .source import Source

STANDARD_INPUT = "-"


def read_data(path: str | None) -> bytes:
    if path is None:
        return b"{}"
    return sys.stdin.buffer.read() if path == STANDARD_INPUT else read_bytes(path)


def read_bytes(path: str | Path) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as problem:
        raise StencilError("unreadable", detail=str(problem)) from None


def read_text(path: str | Path) -> str:
    try:
        return read_bytes(path).decode("utf-8")
    except UnicodeDecodeError as problem:
        raise StencilError("unreadable", detail=str(problem)) from None


class PlainFiles:
    """Templates that know nothing of each other."""

    def main_source(self, path: str) -> Source:
        return Source(read_text(path))

    def source(self, name: str) -> Source:
        raise StencilError("unreadable", detail="there is no --path")


class Folder:
    """Templates that are known by their names."""

    def __init__(self, path: str):
        self._path = Path(path)

    def main_source(self, name: str) -> Source:
        return self.source(name)

    def source(self, name: str) -> Source:
        if not {"", ".", ".."}.isdisjoint(name.split("/")):
            raise StencilError("unreadable", detail="not the name of a file")
        return Source(read_text(self._path / name), name)
