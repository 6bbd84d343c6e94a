"""Failures that end a run, with the exit status each one carries."""

from collections.abc import Iterator
from contextlib import contextmanager

from .source import Place


class StencilError(Exception):
    """The template cannot be rendered."""

    exit_status = 1

    def __init__(self, code: str, place: Place | None = None, detail: str = ""):
        super().__init__(code)
        self.code = code
        self.place = place
        self.detail = detail
        self.trail: list[Place] = []

    def __str__(self) -> str:
        at = f" at {self.place}" if self.place else ""
        tail = f": {self.detail}" if self.detail else ""
        trail = "".join(f"\n  from {place}" for place in self.trail)
        return f"error: {self.code}{at}{tail}{trail}"


class UsageError(StencilError):
    """The command line is wrong."""

    exit_status = 2

    def __init__(self, detail: str):
        super().__init__("usage", detail=detail)


@contextmanager
def passing(place: Place) -> Iterator[None]:
    """Note on every failure inside that it was reached through this tag."""
    try:
        yield
    except StencilError as problem:
        problem.trail.append(place)
        raise
