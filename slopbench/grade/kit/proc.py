"""Reads /proc: which processes belong to a start, and how much memory they hold."""

import contextlib
import os
from typing import NamedTuple

PAGE_KB = os.sysconf("SC_PAGE_SIZE") // 1024


class Process(NamedTuple):
    pid: int
    parent: int
    state: str
    born: int
    """Start time in clock ticks since boot."""


def read_process(pid: int) -> Process | None:
    """One process, None when it is gone."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            text = file.read()
    except OSError:
        return None
    fields = text[text.rindex(b")") + 2 :].split()
    return Process(pid, int(fields[1]), fields[0].decode("ascii"), int(fields[19]))


def all_processes() -> list[Process]:
    """Every process that this one can see."""
    found = (read_process(int(name)) for name in os.listdir("/proc") if name.isdigit())
    return [process for process in found if process is not None]


def children(pid: int) -> list[Process]:
    """The children of a process, the oldest first."""
    found = [process for process in all_processes() if process.parent == pid]
    return sorted(found, key=lambda process: (process.born, process.pid))


def tree(pid: int) -> list[int]:
    """The process and all its descendants."""
    below: dict[int, list[int]] = {}
    for process in all_processes():
        below.setdefault(process.parent, []).append(process.pid)
    members, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        members.append(current)
        waiting.extend(below.get(current, ()))
    return members


def owned_by(uid: int) -> list[int]:
    """The living processes of a user; those that are only waiting to be reaped don't count."""
    return [
        process.pid
        for process in all_processes()
        if _owner(process.pid) == uid and (process.state not in "ZX" or _live_thread(process.pid))
    ]


def _owner(pid: int) -> int | None:
    """The user of a process, which has this folder of /proc even when it hides all files in it."""
    try:
        return os.stat(f"/proc/{pid}").st_uid
    except OSError:
        return None


def _live_thread(pid: int) -> str | None:
    """The folder in /proc of a thread that still runs; None if there is none but the first.

    When the first thread of a process ends before the others, the process looks like one that
    waits to be reaped, and its own files tell of no memory.
    """
    with contextlib.suppress(OSError):
        for thread in os.listdir(f"/proc/{pid}/task"):
            folder = f"/proc/{pid}/task/{thread}"
            if thread != str(pid) and _first_number(f"{folder}/statm", 1) > 0:
                return folder
    return None


def resident_kb(pids: list[int]) -> int:
    """Sum of resident memory; pages that processes share count once for each."""
    return sum(map(_resident, pids))


def _resident(pid: int) -> int:
    pages = _first_number(f"/proc/{pid}/statm", 1)
    if not pages and (thread := _live_thread(pid)):
        pages = _first_number(f"{thread}/statm", 1)
    return pages * PAGE_KB


def proportional_kb(pids: list[int]) -> int:
    """Sum of resident memory in which a shared page is divided among those who share it.

    Slower than `resident_kb`. A process that hides its map counts with its resident memory.
    """
    return sum(_proportional(pid) for pid in pids)


def _proportional(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/smaps_rollup", "rb") as file:
            for line in file:
                if line.startswith(b"Pss:"):
                    return int(line.split()[1])
    except OSError:
        pass
    return _resident(pid)


def _first_number(path: str, position: int) -> int:
    try:
        with open(path, "rb") as file:
            return int(file.read().split()[position])
    except (OSError, IndexError):
        return 0
