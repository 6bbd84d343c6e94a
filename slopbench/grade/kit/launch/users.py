"""Ends all processes of a user, in a container where the grader is root."""

import contextlib
import os
import signal
import time
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

    It is told which users have running programs and acts when its pipe to the grader closes.
    """

    def __init__(self) -> None:
        reading, self._pipe = os.pipe()
        if os.fork() == 0:
            _guard(reading)
        os.close(reading)

    def watch(self, uid: int) -> None:
        os.write(self._pipe, b"+%d\n" % uid)

    def forget(self, uid: int) -> None:
        os.write(self._pipe, b"-%d\n" % uid)


def _guard(reading: int) -> NoReturn:
    try:
        os.setsid()
        os.dup2(reading, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))
        for uid in _unfinished():
            kill_all(uid)
    finally:
        os._exit(0)


def _unfinished() -> set[int]:
    """The users that were being watched when the pipe closed."""
    with open(0, "rb", closefd=False) as pipe:
        notes = pipe.read().split()
    watched: set[int] = set()
    for note in notes:
        (watched.add if note[:1] == b"+" else watched.discard)(int(note[1:]))
    return watched
