"""A program that is spoken to line by line."""

import re

from .program import Program, Start
from .result import Result
from .session import Session


class Repl:
    """A running program whose standard input stays open.

    Each wait is bounded by the program's time limit unless `timeout` says otherwise; a wait for
    what doesn't come fails the test.
    """

    def __init__(self, program: Program, start: Start) -> None:
        self._session = Session(program, start)
        self._seconds = program.settings.limits.start_seconds
        self._read = 0

    def send(self, line: str) -> None:
        """Send one line; the line feed is added."""
        self._session.start.send(line.encode("utf-8") + b"\n")

    def ask(self, line: str) -> str:
        """Send a line and return the next line of standard output."""
        __tracebackhide__ = True
        self.send(line)
        return self.read_line()

    def read_line(self, timeout: float | None = None) -> str:
        """The next line of standard output, without its line feed."""
        __tracebackhide__ = True
        return self._take(b"\n", timeout, "line on standard output")[:-1]

    def read_until(self, pattern: str, timeout: float | None = None) -> str:
        """Standard output up to the end of the first match of a regular expression."""
        __tracebackhide__ = True
        what = f"match of {pattern!r} on standard output"
        return self._take(pattern.encode("utf-8"), timeout, what)

    def close(self) -> Result:
        """End standard input, wait for the program to end, and return all that it gave."""
        __tracebackhide__ = True
        self._session.start.supervisor.pipes.end_input()
        return self._session.finish(self._seconds, "after the end of standard input")

    def end(self) -> None:
        """Kill the program if the test has left it running."""
        self._session.kill()

    def _take(self, pattern: bytes, timeout: float | None, what: str) -> str:
        __tracebackhide__ = True
        regex = re.compile(pattern)

        def find(output: bytearray) -> int | None:
            match = regex.search(bytes(output[self._read :]))
            return None if match is None else self._read + match.end()

        end = self._session.await_output(find, timeout or self._seconds, what)
        taken = bytes(self._session.start.supervisor.pipes.stdout[self._read : end])
        self._read = end
        return taken.decode("utf-8", "replace")
