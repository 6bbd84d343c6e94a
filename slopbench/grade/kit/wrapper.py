"""The entry command that a foreign test-suite gets: starts the program in its own place.

To its caller it looks like the program: the same streams, signals reach the program and not its
place, and it ends with the program's status or by the same signal. When it is killed, the
program's whole tree is.
"""

import contextlib
import os
import select
import signal
import stat
import sys
import time
from types import FrameType

from . import limits
from .failure import LauncherBroken, ProgramFailure
from .launch import Launched, pick
from .launch.protocol import send
from .settings import Settings, SettingsError, load
from .sweep import planted
from .view import command

BROKEN_STATUS = 125
NOT_FOUND_STATUS = 127
CHUNK = 1 << 16
FIRST_LOOK_SECONDS = 0.1
LOOK_SECONDS = 0.05
RETRY_SECONDS = 0.001
UNRELAYED = {
    *(signal.SIGKILL, signal.SIGSTOP, signal.SIGCHLD, signal.SIGPIPE),
    *(signal.SIGSEGV, signal.SIGBUS, signal.SIGFPE, signal.SIGILL, signal.SIGTRAP),
}


class Relay:
    """Hands the signals that this process gets on to the program, in their order.

    `queue` is a pipe into which the interpreter writes the number of each signal.
    """

    def __init__(self) -> None:
        self.queue, writing = os.pipe()
        os.set_blocking(self.queue, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        for number in signal.valid_signals() - UNRELAYED:
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, _leave_to_the_queue)
        self.waiting: list[int] = []

    def deliver(self, launched: Launched) -> None:
        """Send what has come; what comes before there is a program waits for it."""
        with contextlib.suppress(BlockingIOError):
            self.waiting += os.read(self.queue, select.PIPE_BUF)
        while self.waiting and send(launched, self.waiting[0]):
            del self.waiting[0]


def _leave_to_the_queue(_: int, __: FrameType | None) -> None:
    """The handler; it has to exist for the signal to be queued."""


def main(argv: list[str]) -> int:
    """Start the program of the settings file `argv[0]` with the arguments that follow it."""
    try:
        settings = load(argv[0])
        return _end_as(_run(settings, argv[1:]))
    except (SettingsError, LauncherBroken, ProgramFailure, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return BROKEN_STATUS


def _run(settings: Settings, args: list[str]) -> int:
    limits.prepare(settings)
    start = command(settings, args, os.getcwd(), os.environ)
    launcher = pick(settings)
    relay = Relay()
    launched = launcher.launch(start, stdin=_own_input(settings), stdout=None, stderr=None)
    breach = _await_end(launched, relay, limits.Use(settings, launched))
    status = launched.finish()
    faults = [breach] if breach else []
    faults += [planted(found) for found in map(launcher.reclaim, start.writable) if found]
    _note(settings, faults)
    return NOT_FOUND_STATUS if status is None else status


def _own_input(settings: Settings) -> int | None:
    """Standard input as it is, unless it is a file: of that a copy.

    The program could open the file again through /proc/self/fd/0 and write to it.
    """
    if not stat.S_ISREG(os.fstat(0).st_mode):
        return None
    copy = os.open(settings.work, os.O_TMPFILE | os.O_RDWR | os.O_CLOEXEC, 0o600)
    while data := os.read(0, CHUNK):
        os.write(copy, data)
    os.lseek(copy, 0, os.SEEK_SET)
    return copy


def _await_end(launched: Launched, relay: Relay, use: limits.Use) -> str | None:
    """Wait for the end of the program; the limit for which it was killed, if it was."""
    ended = os.pidfd_open(launched.process.pid)
    breach: str | None = None
    next_look = time.monotonic() + FIRST_LOOK_SECONDS
    while True:
        pause = RETRY_SECONDS if relay.waiting else LOOK_SECONDS
        ready, _, _ = select.select([ended, relay.queue], [], [], pause)
        if ended in ready:
            return breach
        relay.deliver(launched)
        if breach is None and time.monotonic() > next_look:
            next_look += LOOK_SECONDS
            breach = use.breach()
        if breach is not None:
            launched.kill()


def _note(settings: Settings, faults: list[str]) -> None:
    """Tell the grader what its caller, a foreign test, can't see."""
    if faults and settings.incidents is not None:
        with open(settings.incidents, "a", encoding="utf-8") as file:
            file.write("".join(f"{fault}\n" for fault in faults))


def _end_as(status: int) -> int:
    """The exit status to end with; a program that a signal has ended is followed by it."""
    if status >= 0:
        return status
    number = -status
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    return 128 + number
