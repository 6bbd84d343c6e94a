"""What every launcher offers."""

import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Protocol

Stream = int | IO[bytes] | None


@dataclass(frozen=True)
class Command:
    """One start: what to run, where, and which folders it sees beside tools and solution.

    `writable` folders may be changed by the program, of `readonly` paths it sees the contents, and
    `empty` folders exist for it without contents.
    """

    argv: tuple[str, ...]
    cwd: str
    env: Mapping[str, str]
    writable: tuple[str, ...] = ()
    readonly: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()


class Launched(Protocol):
    """A program that was started, with everything that it starts in turn."""

    process: subprocess.Popen[bytes]
    """Ends when the program's first process ends."""

    def pids(self) -> list[int]:
        """Every living process of this start."""
        ...

    def program(self) -> int | None:
        """The program's first process, to which signals are sent; None when there is none."""
        ...

    def places(self) -> list[str]:
        """A folder on each file system that exists for this start alone."""
        ...

    def kill(self) -> None:
        """Send SIGKILL to all processes of this start."""
        ...

    def finish(self) -> int | None:
        """After `process` has ended: end all that was left behind and wait until none is there.

        Returns the status as subprocess does, negative for a signal; None when the program never
        ran, and then the launcher's words are on standard error.
        """
        ...


class Launcher(Protocol):
    """Starts programs. Nothing of the grader but what the command names is visible to them."""

    def launch(
        self, command: Command, *, stdin: Stream, stdout: Stream, stderr: Stream
    ) -> Launched:
        """Start the program. Raises LauncherBroken when its place can't be made."""
        ...

    def reclaim(self, folder: str) -> list[str]:
        """After a start has ended: take a folder back from the program.

        What isn't a regular file or folder of it is removed; returns what that was.
        """
        ...


def send(launched: Launched, number: int) -> bool:
    """Send a signal to the program's first process; false when there is none (any more)."""
    pid = launched.program()
    if pid is None:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True
