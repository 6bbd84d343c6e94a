"""Starts of a suite as a user of their own, for a container in which the grader is root.

Wrappers that run at the same time share a user, because their programs may work in the same
folders; a start that finds no other one gets a fresh user. What the suite's command names is lent
to that user for the time of the start; everything else of the grader stays closed.
"""

import contextlib
import ctypes
import os
import signal
import stat
import subprocess
import time
from collections.abc import Sequence

from ..failure import LauncherBroken
from ..links import within
from ..proc import owned_by, tree
from ..settings import Settings
from ..sweep import clear_of, renew
from .lendings import Lendings, Loan, Rights, born, needed, together, way_to
from .protocol import Command
from .suite import Input, SuiteLaunched, kill_group, remove_home, swept, with_home
from .uid import DROP, END_SECONDS, FIRST_UID, SETPRIV, UIDS
from .users import POLL_SECONDS, Guardian, kill_all, strike

PR_SET_CHILD_SUBREAPER = 36


class UserSuite:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lendings = Lendings(settings.lent)
        self._home = os.path.join(settings.work, f"home-{os.getpid()}")
        self._user = 0
        self._found: list[str] = []

    def launch(self, command: Command, stdin: Input) -> SuiteLaunched:
        adopt_orphans()
        with self._lendings.locked() as loans:
            self._user = next((loan.user for loan in loans.values()), 0) or fresh_user()
            self._found = swept(self._settings, command, self._user)
            rights = rights_for(command, self._settings.hidden)
            loans[os.getpid()] = Loan(born(os.getpid()), self._user, rights, list(command.writable))
        guardian = Guardian(self._end_of_group)
        renew(self._home)
        os.chown(self._home, self._user, self._user)
        for stream in (0 if stdin is None else stdin, 1, 2):
            give_stream(stream, self._user)
        user = str(self._user)
        process = subprocess.Popen(
            [SETPRIV, "--reuid", user, "--regid", user, *DROP, "--", *command.argv],
            cwd=command.cwd,
            env=with_home(command, self._home),
            stdin=stdin,
            start_new_session=True,
        )
        guardian.watch(process.pid)
        return UserLaunched(self, process, guardian)

    def look(self, command: Command) -> list[str]:
        planted, self._found = self._found, []
        return planted + swept(self._settings, command, self._user)

    def reclaim(self, command: Command) -> None:
        with self._lendings.locked() as loans:
            loans.pop(os.getpid(), None)
        remove_home(self._home)

    def own(self) -> list[int]:
        """The living processes of this start."""
        return sorted(set(tree(os.getpid())) & set(owned_by(self._user)))

    def kill(self) -> None:
        """Kill this start; at one stroke as long as no other one has the same user."""
        with self._lendings.locked() as loans:
            if set(loans) <= {os.getpid()}:
                strike(self._user)
                return
        self._kill_own()

    def end(self) -> None:
        """Kill what a program has left behind, and remove its files from shared folders."""
        with self._lendings.locked() as loans:
            if set(loans) <= {os.getpid()}:
                kill_all(self._user)
                for shared in self._settings.shared:
                    clear_of(shared, self._user)
                return
        deadline = time.monotonic() + END_SECONDS
        while self._kill_own():
            if time.monotonic() > deadline:
                raise LauncherBroken(f"processes don't end within {END_SECONDS} s")
            time.sleep(POLL_SECONDS)

    def _kill_own(self) -> bool:
        found = self.own()
        for pid in found:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return bool(found)

    def _end_of_group(self, group: int) -> None:
        """What the guardian does when the wrapper was killed."""
        with self._lendings.locked() as loans:
            if not any(loan.user == self._user for loan in loans.values()):
                kill_all(self._user)
                return
        kill_group(group)


class UserLaunched:
    """`process` is setpriv, which becomes the program."""

    def __init__(
        self, suite: UserSuite, process: subprocess.Popen[bytes], guardian: Guardian
    ) -> None:
        self.process = process
        self._suite = suite
        self._guardian = guardian

    @property
    def last(self) -> tuple[int, ...]:
        return self._guardian.pid, self.process.pid

    def pids(self) -> list[int]:
        return self._suite.own()

    def program(self) -> int | None:
        return self.process.pid if self.process.poll() is None else None

    def places(self) -> list[str]:
        return []

    def kill(self) -> None:
        self._suite.kill()

    def finish(self) -> int | None:
        status = self.process.wait(END_SECONDS)
        self._suite.end()
        self._guardian.forget(self.process.pid)
        return status


def rights_for(command: Command, closed: Sequence[str]) -> Rights:
    """What a user needs to read what the command names in closed folders, and to stand there."""
    parts = [needed(path) for path in command.readonly if within(path, closed)]
    parts += [way_to(os.path.join(folder, "")) for folder in command.empty]
    return together(parts)


def give_stream(stream: int, user: int) -> None:
    """Let the user open a stream again, as /dev/stdin, unless it is a file of the caller."""
    mode = os.fstat(stream).st_mode
    copied = stat.S_ISREG(mode) and stream > 2
    if copied or stat.S_ISFIFO(mode) or os.isatty(stream):
        with contextlib.suppress(OSError):
            os.fchown(stream, user, -1)


def fresh_user() -> int:
    """The number of a user that nobody has been."""
    return FIRST_UID + int.from_bytes(os.urandom(8), "big") % UIDS


def adopt_orphans() -> None:
    """Have descendants whose parents end become children of this process, not of another one."""
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
