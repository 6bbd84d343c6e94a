"""Launchers for a suite that starts the program itself: each start is a wrapper of its own.

Beside what the kit's own launchers do, callers learn the exact end of the program, links that stay
in the program's folders may lie there, and folders are looked at while the program still runs.
"""

import contextlib
import os
import signal
import subprocess
import sys
from dataclasses import replace
from typing import Protocol

from ..links import keeps_inside
from ..settings import DEFAULT_ENVIRONMENT, Settings
from ..sweep import DEVICES, Tolerance, renew, sweep
from .bare import BareLaunched
from .bubblewrap import BubblewrapLaunched, BubblewrapLauncher
from .protocol import Command, Launched
from .users import Guardian

FIRST = os.path.join(os.path.dirname(os.path.abspath(__file__)), "first.py")
STATUS_BYTES = 4
Input = int | None


class SuiteLaunched(Launched, Protocol):
    """A start of the program by a suite."""

    @property
    def last(self) -> tuple[int, ...]:
        """The processes without which nothing of the start is left, even if its wrapper is killed."""
        ...


class SuiteLauncher(Protocol):
    """Makes one start. The streams are the wrapper's own but for standard input, if one is given."""

    def launch(self, command: Command, stdin: Input) -> SuiteLaunched:
        """Start the program. Raises LauncherBroken when its place can't be made."""
        ...

    def look(self, command: Command) -> list[str]:
        """What lay in the program's folders, while it runs or after it, and has been removed."""
        ...

    def reclaim(self, command: Command) -> None:
        """Take back what was lent, after the program has ended."""
        ...


def pick_for_suite(settings: Settings) -> SuiteLauncher:
    """The launcher that the settings name."""
    if settings.launcher == "bubblewrap":
        return NestedSuite(settings)
    if settings.launcher == "uid":
        from .shared_user import UserSuite

        return UserSuite(settings)
    return BareSuite(settings)


def swept(settings: Settings, command: Command, owner: int | None = None) -> list[str]:
    """What was removed from the folders that the program may write to.

    Links among them may stay, as may pipes and sockets: tests may look at those, and nothing in
    them can come from what is hidden.
    """
    tolerance = Tolerance(keeps_inside(command.writable), DEVICES)
    found: list[str] = []
    for folder in filter(os.path.isdir, command.writable):
        # A test may remove its folder while the program runs.
        with contextlib.suppress(FileNotFoundError):
            found += sweep(folder, settings.limits.files, owner, tolerance)
    return found


class NestedSuiteLaunched(BubblewrapLaunched):
    """The first process inside reports the program's wait status on a pipe."""

    status: int

    @property
    def last(self) -> tuple[int, ...]:
        return (self.init,)

    def finish(self) -> int | None:
        told = super().finish()
        with open(self.status, "rb") as pipe:
            status = pipe.read(STATUS_BYTES)
        if len(status) < STATUS_BYTES:
            return told
        return os.waitstatus_to_exitcode(int.from_bytes(status, "little"))


class NestedSuite:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._launcher = BubblewrapLauncher(settings)
        with open(FIRST, encoding="utf-8") as file:
            self._first = (sys.executable, "-I", "-S", "-c", file.read())

    def launch(self, command: Command, stdin: Input) -> SuiteLaunched:
        status, told = os.pipe()
        argv = (*self._first, str(told), *command.argv)
        try:
            begun = self._launcher.begin(
                replace(command, argv=argv), (stdin, None, None), ["--as-pid-1"], [told]
            )
        finally:
            os.close(told)
        launched = NestedSuiteLaunched(*begun)
        launched.status = status
        return launched

    def look(self, command: Command) -> list[str]:
        return swept(self._settings, command)

    def reclaim(self, command: Command) -> None:
        """Nothing was lent: what the program saw is gone with its place."""


class BareSuiteLaunched(BareLaunched):
    def __init__(self, process: subprocess.Popen[bytes], guardian: Guardian) -> None:
        super().__init__(process)
        self._guardian = guardian
        guardian.watch(process.pid)

    @property
    def last(self) -> tuple[int, ...]:
        return self._guardian.pid, self.process.pid

    def finish(self) -> int | None:
        self.kill()
        self._guardian.forget(self.process.pid)
        return self.process.wait()


class BareSuite:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._home = os.path.join(settings.work, f"home-{os.getpid()}")

    def launch(self, command: Command, stdin: Input) -> SuiteLaunched:
        renew(self._home)
        guardian = Guardian(kill_group)
        process = subprocess.Popen(
            command.argv,
            cwd=command.cwd,
            env=with_home(command, self._home),
            stdin=stdin,
            start_new_session=True,
        )
        return BareSuiteLaunched(process, guardian)

    def look(self, command: Command) -> list[str]:
        return swept(self._settings, command)

    def reclaim(self, command: Command) -> None:
        remove_home(self._home)


def kill_group(group: int) -> None:
    """Kill all processes of a group, if there is one."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def with_home(command: Command, home: str) -> dict[str, str]:
    """The program's variables, with this home unless the caller has chosen one."""
    chosen = command.env.get("HOME", DEFAULT_ENVIRONMENT["HOME"])
    return {**command.env, "HOME": home if chosen == DEFAULT_ENVIRONMENT["HOME"] else chosen}


def remove_home(home: str) -> None:
    """Remove a home that was made for one start."""
    renew(home)
    with contextlib.suppress(OSError):
        os.rmdir(home)
