"""Each start as a user of its own, for a container in which the grader is root.

User namespaces are refused inside a container. There the grader's files belong to root with mode
0700, the solution isn't writable, and the program gets a fresh uid that owns the test's folder
for the time of the start. Programs that run at the same time in one test share a uid.
"""

import contextlib
import os
import signal
import subprocess

from ..failure import ProgramFailure
from ..proc import owned_by
from ..settings import Settings
from ..status import as_signal
from ..sweep import clear_of, lock, planted, renew, sweep
from .protocol import Command, Launched, Stream
from .users import Guardian, kill_all, strike

FIRST_UID, UIDS = 1 << 20, 1 << 30
END_SECONDS = 20.0
GRADER = 0
SETPRIV = "/usr/bin/setpriv"
"""By its path: the program's PATH may begin with a folder of the program."""
DROP = ("--clear-groups", "--no-new-privs", "--inh-caps=-all", "--pdeathsig", "KILL")


class UidLauncher:
    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._guardian = Guardian()
        self._running: set[UidLaunched] = set()
        self._uid = GRADER
        self._home = os.path.join(settings.work, "home")
        lock(settings.root)

    def launch(
        self, command: Command, *, stdin: Stream, stdout: Stream, stderr: Stream
    ) -> Launched:
        if not self._running:
            self._new_user()
        for folder in command.writable:
            self._hand_over(folder)
        uid = str(self._uid)
        process = subprocess.Popen(
            [SETPRIV, "--reuid", uid, "--regid", uid, *DROP, "--", *command.argv],
            cwd=command.cwd,
            env={**command.env, "HOME": self._home},
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            start_new_session=True,
        )
        launched = UidLaunched(self, process, self._uid)
        self._running.add(launched)
        return launched

    def reclaim(self, folder: str) -> list[str]:
        owner = None if self._running else GRADER
        return sweep(folder, self._settings.limits.files, owner)

    def kill(self, launched: "UidLaunched") -> None:
        """Kill a program and at the same moment all that it has started.

        As long as another one of the same user runs, that is its process group.
        """
        if self._running == {launched}:
            strike(self._uid)
        else:
            launched.kill_group()

    def retire(self, launched: "UidLaunched") -> None:
        """Forget a program whose first process has ended, and remove what it left behind.

        As long as another one of the same user runs, that is its process group; then all processes
        and, from the shared folders, all files.
        """
        self._running.discard(launched)
        if self._running:
            launched.kill_group()
        else:
            kill_all(self._uid)
            self._guardian.forget(self._uid)
            for shared in self._settings.shared:
                clear_of(shared, self._uid)

    def _new_user(self) -> None:
        self._uid = FIRST_UID + int.from_bytes(os.urandom(8), "big") % UIDS
        self._guardian.watch(self._uid)
        renew(self._home)
        os.chown(self._home, self._uid, self._uid)

    def _hand_over(self, folder: str) -> None:
        """Give a folder to the program. Only a program that still runs can have planted links."""
        removed = sweep(folder, self._settings.limits.files, self._uid)
        if removed:
            raise ProgramFailure(planted(removed))


class UidLaunched:
    """`process` is setpriv, which becomes the program."""

    def __init__(self, launcher: UidLauncher, process: subprocess.Popen[bytes], uid: int) -> None:
        self.process = process
        self._launcher = launcher
        self._uid = uid

    def pids(self) -> list[int]:
        return owned_by(self._uid)

    def program(self) -> int | None:
        return self.process.pid if self.process.poll() is None else None

    def places(self) -> list[str]:
        return []

    def kill(self) -> None:
        self._launcher.kill(self)

    def kill_group(self) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self) -> int | None:
        status = self.process.wait(END_SECONDS)
        self._launcher.retire(self)
        return as_signal(status)
