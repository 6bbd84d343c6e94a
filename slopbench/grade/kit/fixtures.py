"""The fixtures with which hidden tests use the program."""

import os
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from .crash import point
from .failure import ProgramFailure
from .folder import Folder
from .launch import Launcher
from .program import Content, Program, to_bytes
from .repl import Repl
from .result import Result
from .service import Service
from .settings import Settings
from .sweep import clear, renew

PROGRAM = pytest.StashKey[Program]()


class Fixtures:
    """A pytest plugin that offers the fixtures for one settings file."""

    def __init__(self, settings: Settings, launcher: Launcher) -> None:
        self._settings = settings
        self._launcher = launcher

    @pytest.fixture
    def folder(self) -> Iterator[Folder]:
        """The test's own empty folder, in which the program works."""
        path = os.path.join(self._settings.work, "folder")
        renew(path)
        yield Folder(path)
        clear(path)

    @pytest.fixture
    def program(self, folder: Folder, request: pytest.FixtureRequest) -> Program:
        """What the other fixtures share; tests have no need of it."""
        program = Program(self._settings, self._launcher, str(folder))
        request.node.stash[PROGRAM] = program
        return program

    @pytest.fixture
    def run(self, program: Program) -> Callable[..., Result]:
        """`run(*args, stdin=b"", files=None, timeout=None, env=None)`: run the program, wait."""

        def run(
            *args: str,
            stdin: Content = b"",
            files: Mapping[str, Content] | None = None,
            timeout: float | None = None,
            env: Mapping[str, str] | None = None,
        ) -> Result:
            __tracebackhide__ = True
            seconds = timeout or self._settings.limits.start_seconds
            start = program.start(args, seconds=seconds, files=files, env=env)
            start.send(to_bytes(stdin))
            start.supervisor.pipes.end_input()
            start.supervisor.run()
            return program.conclude(start)

        return run

    @pytest.fixture
    def crash(self, program: Program) -> Callable[..., Result]:
        """Like `run`, but kills the program at a point that has to be reached."""

        def crash(
            *args: str,
            stdin: Content = b"",
            files: Mapping[str, Content] | None = None,
            after_lines: int | None = None,
            after_match: str | None = None,
            after_file: str | None = None,
        ) -> Result:
            __tracebackhide__ = True
            when = point(program.folder, after_lines, after_match, after_file)
            seconds = self._settings.limits.start_seconds
            start = program.start(args, seconds=seconds, files=files, until=when.reached)
            start.send(to_bytes(stdin))
            start.supervisor.pipes.end_input()
            start.supervisor.run()
            result = program.conclude(start)
            if not start.supervisor.reached:
                raise ProgramFailure(f"the program ended before {when.name}: nothing to crash")
            return result

        return crash

    @pytest.fixture
    def repl(self, program: Program) -> Iterator[Callable[..., Repl]]:
        """`repl(*args, files=None, env=None)`: start the program and talk to it."""
        started: list[Repl] = []

        def repl(*args: str, **more: Any) -> Repl:
            __tracebackhide__ = True
            started.append(Repl(program, program.start(args, seconds=None, **more)))
            return started[-1]

        yield repl
        for each in started:
            each.end()

    @pytest.fixture
    def service(self, program: Program) -> Iterator[Callable[..., Service]]:
        """`service(*args, ready=None, files=None, env=None)`: start it on a free port."""
        started: list[Service] = []

        def service(*args: str, **more: Any) -> Service:
            __tracebackhide__ = True
            started.append(Service(program, args, **more))
            return started[-1]

        yield service
        for each in started:
            each.kill()
