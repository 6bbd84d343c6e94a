"""A start that goes on while the test talks to it."""

from collections.abc import Callable

from .failure import ProgramFailure
from .program import Program, Start
from .result import Result

Find = Callable[[bytearray], int | None]


class Session:
    """One running program; `result` is there once it has ended and its folder was swept."""

    def __init__(self, program: Program, start: Start) -> None:
        self.start = start
        self.result: Result | None = None
        self._program = program
        self._supervisor = start.supervisor
        self._supervisor.start()

    @property
    def over(self) -> bool:
        """Whether the program has ended."""
        return self._supervisor.over

    def await_output(self, find: Find, seconds: float, what: str) -> int:
        """Wait until `find` gives a position in the standard output so far, and return it.

        Raises ProgramFailure that names `what` when the time is over or the program has ended.
        """
        __tracebackhide__ = True
        output = self._supervisor.pipes.stdout
        self._supervisor.wait_for(lambda: find(output) is not None, seconds)
        position = find(output)
        if position is None:
            raise ProgramFailure(f"no {what} {self._why(seconds)}")
        return position

    def finish(self, seconds: float, demand: str) -> Result:
        """Wait for the end; a program that goes on is killed and fails the test with `demand`."""
        __tracebackhide__ = True
        if self._supervisor.wait(seconds) is None:
            self.kill()
            raise ProgramFailure(f"the program didn't end within {seconds:g} s {demand}")
        return self._conclude()

    def kill(self) -> Result:
        """End the whole tree with SIGKILL, unless it has ended."""
        __tracebackhide__ = True
        if self.result is None:
            self._supervisor.kill()
            self._supervisor.wait()
        return self._conclude()

    def _conclude(self) -> Result:
        __tracebackhide__ = True
        if self.result is None:
            self.result = self._program.conclude(self.start)
        return self.result

    def _why(self, seconds: float) -> str:
        ended = self._supervisor.ended
        if ended is None:
            return f"within {seconds:g} s"
        return f"before the program ended: {ended.breach or f'status {ended.status}'}"
