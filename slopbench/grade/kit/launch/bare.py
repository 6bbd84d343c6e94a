"""No isolation at all: for measuring what the other launchers cost, and for tests of the kit."""

import contextlib
import os
import signal
import subprocess

from ..proc import tree
from ..settings import Settings
from ..status import as_signal
from ..sweep import renew, sweep
from .protocol import Command, Launched, Stream


class BareLaunched:
    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process

    def pids(self) -> list[int]:
        return tree(self.process.pid)

    def program(self) -> int | None:
        return self.process.pid if self.process.poll() is None else None

    def places(self) -> list[str]:
        return []

    def kill(self) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)

    def finish(self) -> int | None:
        self.kill()
        return as_signal(self.process.wait())


class BareLauncher:
    """Starts the program as it is, as the same user; ends its process group."""

    def __init__(self, settings: Settings) -> None:
        self._most_files = settings.limits.files
        self._home = os.path.join(settings.work, "home")

    def launch(
        self, command: Command, *, stdin: Stream, stdout: Stream, stderr: Stream
    ) -> Launched:
        renew(self._home)
        return BareLaunched(
            subprocess.Popen(
                command.argv,
                cwd=command.cwd,
                env={**command.env, "HOME": self._home},
                stdin=stdin,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        )

    def reclaim(self, folder: str) -> list[str]:
        return sweep(folder, self._most_files)
