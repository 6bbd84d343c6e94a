"""Runs uv, which resolves requirements: bounded, in a chosen environment, and ended with the run."""

import contextlib
import os
import resource
import signal
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from slopbench.errors import InfrastructureError, UsageError

SECONDS = 180.0
WORDS = 4000
MEGABYTE = 1 << 20
LIMITS = {resource.RLIMIT_FSIZE: 512 * MEGABYTE, resource.RLIMIT_DATA: 4096 * MEGABYTE}
SOLVED, UNSATISFIABLE = 0, 1
ANSWERED = (SOLVED, UNSATISFIABLE)
"""uv's exit status; any other is that of a failure outside the requirements, such as a network's."""

running: set[subprocess.Popen[bytes]] = set()
turn = threading.Lock()


@dataclass(frozen=True)
class Ended:
    """How uv ended: its status, negative for a signal, and what it said first."""

    status: int
    words: str


def uv_binary() -> str:
    """The uv of the extra `wheels`. Raises UsageError if it isn't installed."""
    try:
        from uv import find_uv_bin

        return find_uv_bin()
    except (ImportError, FileNotFoundError) as error:
        raise UsageError(
            "uv is not installed, which chooses packages",
            where="--dependencies",
            mend="pip install 'slopbench[wheels]'",
        ) from error


def run_uv(
    arguments: Sequence[str], environment: Mapping[str, str], seconds: float = SECONDS
) -> Ended:
    """Run uv to its end. Raises InfrastructureError if that takes too long.

    It runs in `/`, so that no settings lie in a folder above it but those of the user.
    """
    command = [uv_binary(), *arguments, "--quiet", "--no-progress", "--color", "never"]
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            command,
            cwd="/",
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with turn:
            running.add(process)
        try:
            status = waited(process, seconds)
        finally:
            end(process)
            with turn:
                ended_by_us = process not in running
                running.discard(process)
        if ended_by_us:
            raise InfrastructureError("the run is being interrupted", where="uv")
        output.seek(0)
        return Ended(status, output.read(WORDS).decode("utf-8", "replace").strip())


def waited(process: "subprocess.Popen[bytes]", seconds: float) -> int:
    for limit, most in LIMITS.items():
        try:
            resource.prlimit(process.pid, limit, (most, most))
        except ProcessLookupError:
            break
    try:
        return process.wait(seconds)
    except subprocess.TimeoutExpired as error:
        raise InfrastructureError(
            f"uv found no answer in {seconds:.0f} s",
            where="--dependencies",
            mend="see whether the registry answers",
        ) from error


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill it with all that it started, if it still runs."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def end_all() -> None:
    """Kill every uv that runs now; who waits for one gets an InfrastructureError."""
    with turn:
        while running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(running.pop().pid, signal.SIGKILL)
