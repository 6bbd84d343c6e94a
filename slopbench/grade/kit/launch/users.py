"""Ends all processes of a user, in a container where the grader is root."""

import contextlib
import os
import signal
import time
from collections.abc import Callable
from typing import NoReturn

from ..failure import LauncherBroken
from ..proc import owned_by

KILLERS = 100
END_SECONDS = 20.0
POLL_SECONDS = 0.001


def strike(uid: int) -> None:
    """Send SIGKILL to every process of the user.

    kill(-1) by the user itself reaches all of them at once, whatever sessions and groups they made
    and however fast they fork: none can still write down what another one has lost. A program may
    kill the killer first, so there are several. Raises LauncherBroken when all of them were.
    """
    if not any(_killer_succeeds(uid) for _ in range(KILLERS)):
        raise LauncherBroken(f"{KILLERS} killers of user {uid} were killed")


def kill_all(uid: int) -> None:
    """Kill every process of the user and return when none is left but for unreaped ones.

    Raises LauncherBroken when some process survives.
    """
    strike(uid)
    deadline = time.monotonic() + END_SECONDS
    while owned_by(uid):
        if time.monotonic() > deadline:
            raise LauncherBroken(f"processes of user {uid} don't end within {END_SECONDS} s")
        time.sleep(POLL_SECONDS)


def _killer_succeeds(uid: int) -> bool:
    killer = os.fork()
    if killer == 0:
        _become_and_kill(uid)
    return os.waitpid(killer, 0)[1] == 0


def _become_and_kill(uid: int) -> NoReturn:
    """kill(-1) spares the caller; it fails when there is nobody at all to kill."""
    status = 1
    try:
        os.setgroups([])
        os.setresgid(uid, uid, uid)
        os.setresuid(uid, uid, uid)
        with contextlib.suppress(ProcessLookupError):
            os.kill(-1, signal.SIGKILL)
        status = 0
    finally:
        os._exit(status)


class Guardian:
    """A process that outlives the grader just long enough to kill what the grader leaves behind.

    It is told who has running programs, by numbers, and acts on those when its pipe to the grader
    closes: `end` gets each of them.
    """

    def __init__(self, end: Callable[[int], None] = kill_all) -> None:
        reading, self._pipe = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            _guard(reading, end)
        os.close(reading)

    def watch(self, number: int) -> None:
        os.write(self._pipe, b"+%d\n" % number)

    def forget(self, number: int) -> None:
        os.write(self._pipe, b"-%d\n" % number)


def _guard(reading: int, end: Callable[[int], None]) -> NoReturn:
    try:
        os.setsid()
        os.dup2(reading, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))
        for number in _unfinished():
            end(number)
    finally:
        os._exit(0)


def _unfinished() -> set[int]:
    """The numbers that were being watched when the pipe closed."""
    with open(0, "rb", closefd=False) as pipe:
        notes = pipe.read().split()
    watched: set[int] = set()
    for note in notes:
        (watched.add if note[:1] == b"+" else watched.discard)(int(note[1:]))
    return watched
