"""To a suite, a program that it has killed is gone when it has waited for it.

The suite waits for the wrapper. When that is killed with SIGKILL, the program's place needs some
milliseconds more to end: meanwhile the program would still hold its port and write its files.
"""

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator, Sequence
from typing import Any

from .proc import read_process

MOST_SECONDS = 10.0
POLL_SECONDS = 0.0005


@contextlib.contextmanager
def noted(folder: str | None, last: Sequence[int]) -> Iterator[None]:
    """Note for the suite's process, as long as it lasts, which processes will be the last."""
    if folder is None:
        yield
        return
    path = os.path.join(folder, str(os.getpid()))
    processes = [process for process in map(read_process, last) if process is not None]
    with open(f"{path}.new", "w", encoding="ascii") as file:
        file.writelines(f"{process.pid} {process.born}\n" for process in processes)
    os.replace(f"{path}.new", path)
    yield
    os.unlink(path)


def begin(folder: str | None) -> None:
    """From now on, waiting for a wrapper that was killed lasts until nothing is left of its start."""
    if folder is None:
        return
    original = subprocess.Popen._handle_exitstatus  # type: ignore[attr-defined]

    def handle(process: subprocess.Popen[Any], *status: Any) -> None:
        original(process, *status)
        await_last(os.path.join(folder, str(process.pid)))

    subprocess.Popen._handle_exitstatus = handle  # type: ignore[attr-defined]


def await_last(path: str) -> None:
    """Wait for the end of the processes that a killed wrapper has noted, if it has."""
    try:
        with open(path, encoding="ascii") as file:
            noted = [tuple(map(int, line.split())) for line in file]
        os.unlink(path)
    except FileNotFoundError:
        return
    deadline = time.monotonic() + MOST_SECONDS
    while time.monotonic() < deadline and any(_lives(pid, born) for pid, born in noted):
        time.sleep(POLL_SECONDS)


def _lives(pid: int, born: int) -> bool:
    """Whether any thread of a process is left; until then it holds its files and ports."""
    process = read_process(pid)
    if process is None or process.born != born:
        return False
    try:
        return process.state not in "ZX" or len(os.listdir(f"/proc/{pid}/task")) > 1
    except FileNotFoundError:
        return False
