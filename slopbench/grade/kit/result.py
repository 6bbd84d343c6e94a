"""What one run of the program gave."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from .failure import ProgramFailure


@dataclass(frozen=True)
class Result:
    """Status and output of a run that has ended.

    `status` is the exit status, or minus the number of the signal that ended the program.
    `seconds` is wall time. Reading what can't be read (`out`, `lines`, `json`) fails the test.
    """

    status: int
    stdout: bytes = field(repr=False)
    stderr: bytes = field(repr=False)
    seconds: float = field(compare=False)

    def ok(self) -> "Result":
        """This result, provided that the program succeeded."""
        __tracebackhide__ = True
        if self.status != 0:
            raise ProgramFailure(f"expected exit status 0, found {self.status}")
        return self

    @cached_property
    def out(self) -> str:
        """Standard output as text; it must be UTF-8."""
        __tracebackhide__ = True
        try:
            return self.stdout.decode("utf-8")
        except UnicodeDecodeError as error:
            raise ProgramFailure(f"standard output isn't UTF-8: {error}") from None

    @cached_property
    def err(self) -> str:
        """Standard error as text; what isn't UTF-8 is replaced."""
        return self.stderr.decode("utf-8", "replace")

    @property
    def lines(self) -> list[str]:
        """The lines of standard output without their line feeds; the last one must have one."""
        __tracebackhide__ = True
        lines = self.out.split("\n")
        if lines.pop():
            raise ProgramFailure("the last line of standard output isn't ended by a line feed")
        return lines

    @cached_property
    def json(self) -> Any:
        """Standard output as one JSON document."""
        __tracebackhide__ = True
        try:
            return json.loads(self.out)
        except (ValueError, RecursionError) as error:
            raise ProgramFailure(f"standard output isn't JSON: {error}") from None
