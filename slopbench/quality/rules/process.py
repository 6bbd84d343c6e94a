"""Runs an engine: its output line by line, within limits, and nothing of it left behind."""

import ctypes
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import IO

from slopbench.errors import InfrastructureError, LimitError

MEND = "install slopbench again, with the versions of ast-grep-cli and ruff that it asks for"
_SHOWN = 1000
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
"""Loaded here, since little may be done between fork and exec."""


@dataclass(frozen=True)
class Limits:
    """How long an engine may take, how much it may print, and how many threads it should use."""

    seconds: float = 600.0
    output_bytes: int = 4 << 30
    line_bytes: int = 64 << 20
    threads: int = 0
    """0 leaves it to the engine."""


class EngineDied(InfrastructureError):
    """A signal ended the engine: it has crashed, perhaps over one of its files."""


@dataclass(frozen=True)
class Command:
    """An engine to start in a folder, and the exit statuses that mean that it did its work."""

    engine: str
    arguments: Sequence[str]
    folder: Path
    fine: frozenset[int]
    environment: tuple[tuple[str, str], ...] = ()


def binary(package: str, name: str) -> str:
    """A program inside an installed distribution, never one that the PATH names.

    Raises InfrastructureError if it isn't there.
    """
    try:
        files = distribution(package).files or []
    except PackageNotFoundError as error:
        raise InfrastructureError("is not installed", where=package, mend=MEND) from error
    for file in files:
        place = Path(str(file.locate()))
        if file.name == name and os.access(place, os.X_OK) and place.is_file():
            return str(place.resolve())
    raise InfrastructureError(f"has no program {name}", where=package, mend=MEND)


def output_lines(command: Command, limits: Limits, errors: list[str]) -> Iterator[bytes]:
    """The lines that the engine prints; `errors` gets those of its stderr when it has ended.

    Raises InfrastructureError when it fails, LimitError when it reaches a limit.
    """
    with tempfile.TemporaryFile() as stderr, _started(command, stderr) as process:
        out_of_time = threading.Event()

        def stop() -> None:
            out_of_time.set()
            _kill(process)

        timer = threading.Timer(limits.seconds, stop)
        timer.start()
        try:
            yield from _lines(command, process, limits)
            status = process.wait()
        finally:
            timer.cancel()
        stderr.seek(0)
        said = stderr.read().decode("utf-8", "replace")
    if out_of_time.is_set():
        raise LimitError(f"took longer than {limits.seconds:.3g} s", where=command.engine)
    if status < 0:
        raise EngineDied(f"was ended by signal {-status}", where=command.engine, mend=MEND)
    if status not in command.fine:
        raise broken(command.engine, f"ended with status {status}: {' '.join(said.split())}")
    errors += said.splitlines()


def broken(engine: str, what: str) -> InfrastructureError:
    """The error for an engine that didn't do its work."""
    return InfrastructureError(what[:_SHOWN], where=engine, mend=MEND)


@contextmanager
def _started(command: Command, stderr: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    environment = {"HOME": str(command.folder), "PATH": "", "LC_ALL": "C.UTF-8"}
    try:
        process = subprocess.Popen(
            list(command.arguments),
            cwd=command.folder,
            env=environment | dict(command.environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=stderr,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )
    except OSError as error:
        raise broken(command.engine, f"can't be started: {error.strerror}") from error
    with process:
        try:
            yield process
        finally:
            _kill(process)


def _end_with_parent() -> None:
    """In the engine's process: let Linux kill it when the thread that started it is gone, however
    that ended, so that a killed slopbench leaves no engine behind."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End the engine and all that it started."""
    if process.poll() is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)


def _lines(command: Command, process: subprocess.Popen[bytes], limits: Limits) -> Iterator[bytes]:
    assert process.stdout is not None
    seen = 0
    while line := process.stdout.readline(limits.line_bytes):
        seen += len(line)
        if seen > limits.output_bytes or len(line) >= limits.line_bytes:
            raise LimitError("prints too much", where=command.engine)
        yield line
