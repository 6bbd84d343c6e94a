"""Failures that end a run, with the exit status each one carries."""

from collections.abc import Iterator
from contextlib import contextmanager

from .source import Place, RowPlace


class StencilError(Exception):
    """The template cannot be rendered."""

    exit_status = 1
    is_traced = True
    """Whether it says through which tags it was reached."""

    def __init__(self, code: str, place: Place | RowPlace | None = None, detail: str = ""):
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


class RowError(StencilError):
    """A line of the rows holds no row."""

    is_traced = False

    def __init__(self, number: int, detail: str):
        super().__init__("bad-row", RowPlace(number), detail)


class LimitError(StencilError):
    """Rendering has come to a limit that the command line sets."""

    exit_status = 3
    is_traced = False


@contextmanager
def passing(place: Place) -> Iterator[None]:
    """Note on every failure inside that it was reached through this tag."""
    try:
        yield
    except StencilError as problem:
        if problem.is_traced:
            problem.trail.append(place)
        raise
