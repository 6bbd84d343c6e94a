"""The test's folder as a path that can't be led astray by links."""

from pathlib import Path
from typing import IO, Any

from .beneath import Refused, open_file
from .failure import ProgramFailure


class Folder(type(Path())):  # type: ignore[misc]
    """A path whose files are opened without following links, also while a program is running.

    `open`, `read_text`, `read_bytes`, `write_text` and `write_bytes` of it and of every path made
    from it fail the test when a component is a link or the file is a pipe, socket or device.
    """

    __slots__ = ()

    def open(
        self,
        mode: str = "r",
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
    ) -> IO[Any]:
        __tracebackhide__ = True
        try:
            return open(self, mode, buffering, encoding, errors, newline, opener=open_file)
        except Refused as refusal:
            raise ProgramFailure(f"the program has planted something: {refusal}") from None
