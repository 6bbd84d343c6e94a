"""Failures that end a run, with the exit status each one carries."""

from .source import Place


class StencilError(Exception):
    """The template cannot be rendered."""

    exit_status = 1

    def __init__(self, code: str, place: Place | None = None, detail: str = ""):
        super().__init__(code)
        self.code = code
        self.place = place
        self.detail = detail

    def __str__(self) -> str:
        at = f" at {self.place}" if self.place else ""
        tail = f": {self.detail}" if self.detail else ""
        return f"error: {self.code}{at}{tail}"


class UsageError(StencilError):
    """The command line is wrong."""

    exit_status = 2

    def __init__(self, detail: str):
        super().__init__("usage", detail=detail)
