"""The program under test as one test uses it: puts files in place, starts it, judges its end."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from .beneath import write_file
from .failure import ProgramFailure
from .launch import Command, Launcher
from .result import Result
from .settings import Settings
from .supervise import Supervisor
from .sweep import planted
from .transcript import Record, Transcript

Content = str | bytes
Until = Callable[[bytearray], bool]


@dataclass
class Start:
    """A start that is under way: its supervisor and what a failed test will show of it."""

    supervisor: Supervisor
    record: Record

    def send(self, data: bytes) -> None:
        """Send data to standard input."""
        self.record.stdin += data
        self.supervisor.pipes.feed(data)


class Program:
    """Starts of the program in one test's folder."""

    def __init__(self, settings: Settings, launcher: Launcher, folder: str) -> None:
        self.settings = settings
        self.folder = folder
        self.transcript = Transcript()
        self._launcher = launcher

    def start(
        self,
        args: Sequence[str],
        *,
        seconds: float | None,
        files: Mapping[str, Content] | None = None,
        env: Mapping[str, str] | None = None,
        until: Until | None = None,
    ) -> Start:
        """Put the files into the folder and start the entry command with `args` there."""
        contents = {name: to_bytes(content) for name, content in (files or {}).items()}
        for name, content in contents.items():
            write_file(self._inside(name), content)
        argv = (*self.settings.program, *map(os.fspath, args))
        record = self.transcript.add(Record(argv, files=contents))
        environment = {**self.settings.environment, **(env or {})}
        command = Command(argv, self.folder, environment, writable=(self.folder,))
        try:
            launched = self._launcher.launch(command, stdin=-1, stdout=-1, stderr=-1)
        except (OSError, ProgramFailure) as error:
            record.fault = f"the program can't be started: {error}"
            raise ProgramFailure(record.fault) from None
        supervisor = Supervisor(launched, self.settings, seconds, until)
        record.pipes = supervisor.pipes
        return Start(supervisor, record)

    def conclude(self, start: Start) -> Result:
        """The result of a start that has ended.

        The folder is swept first. Raises ProgramFailure when a limit was exceeded or something
        was left that isn't a regular file.
        """
        __tracebackhide__ = True
        ended = start.supervisor.ended
        assert ended is not None
        pipes = start.supervisor.pipes
        result = Result(ended.status, bytes(pipes.stdout), bytes(pipes.stderr), ended.seconds)
        start.record.result = result
        removed = self._launcher.reclaim(self.folder)
        start.record.fault = ended.breach or (planted(removed) if removed else None)
        if start.record.fault:
            raise ProgramFailure(start.record.fault)
        return result

    def _inside(self, name: str) -> str:
        path = os.path.normpath(os.path.join(self.folder, name))
        if not path.startswith(f"{self.folder}/"):
            raise ValueError(f"{name!r} isn't a path inside the test's folder")
        return path


def to_bytes(content: Content) -> bytes:
    """Text as UTF-8."""
    return content.encode("utf-8") if isinstance(content, str) else content
