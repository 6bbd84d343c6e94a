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
from collections.abc import Callable
from types import FrameType

from . import limits, outputs, reaping
from .failure import LauncherBroken, ProgramFailure
from .launch import Command, Launched
from .launch.protocol import send
from .launch.suite import SuiteLauncher, pick_for_suite
from .settings import Settings, SettingsError, load
from .sweep import planted
from .view import command

BROKEN_STATUS = 125
NOT_FOUND_STATUS = 127
CHUNK = 1 << 16
FIRST_LOOK_SECONDS = 0.1
LOOK_SECONDS = 0.05
LOOKING_SHARE = 0.1
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
    return wrapped(lambda: load(argv[0]), argv[1:])


def wrapped(settings: Callable[[], Settings], args: list[str]) -> int:
    """Start the entry command of the settings; the exit status to end with."""
    try:
        _open_standard_streams()
        return _end_as(_run(settings(), args))
    except (SettingsError, LauncherBroken, ProgramFailure, OSError) as error:
        sys.stderr.write(f"{type(error).__name__}: {error}\n")
        return BROKEN_STATUS


def _run(settings: Settings, args: list[str]) -> int:
    limits.prepare(settings)
    launcher = pick_for_suite(settings)
    relay = Relay()
    stdin = _own_input(settings)
    start = command(settings, args, os.getcwd(), os.environ)
    with outputs.one_way():
        launched = launcher.launch(start, stdin)
        watch = Watch(settings, launcher, start, limits.Use(settings, launched))
        with reaping.noted(settings.running, launched.last):
            watch.await_end(launched, relay)
            status = launched.finish()
    watch.look()
    launcher.reclaim(start)
    return NOT_FOUND_STATUS if status is None else status


def _open_standard_streams() -> None:
    """Give what the caller has closed a number that isn't free for something else of ours."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
            os.set_inheritable(number, True)


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


class Watch:
    """Sees to it that a running program keeps its limits and leaves no links that lead out.

    What is found is noted for the grader: its caller, a foreign test, can't see it.
    """

    def __init__(
        self, settings: Settings, launcher: SuiteLauncher, start: Command, use: limits.Use
    ) -> None:
        self._incidents = settings.incidents
        self._launcher = launcher
        self._start = start
        self._use = use
        self._breach: str | None = None
        self._next_look = time.monotonic() + FIRST_LOOK_SECONDS

    def await_end(self, launched: Launched, relay: Relay) -> None:
        """Wait for the end of the program, which is killed if it exceeds a limit."""
        ended = os.pidfd_open(launched.process.pid)
        while True:
            pause = RETRY_SECONDS if relay.waiting else LOOK_SECONDS
            ready, _, _ = select.select([ended, relay.queue], [], [], pause)
            if ended in ready:
                return
            relay.deliver(launched)
            self._look_again()
            if self._breach is not None:
                launched.kill()

    def look(self) -> None:
        """Look at the folders now."""
        removed = self._launcher.look(self._start)
        if removed:
            self._note(planted(removed))

    def _look_again(self) -> None:
        """From time to time, and the less often the longer it takes."""
        begin = time.monotonic()
        if self._breach is not None or begin < self._next_look:
            return
        self._breach = self._use.breach()
        if self._breach is not None:
            self._note(self._breach)
        self.look()
        now = time.monotonic()
        self._next_look = now + max(LOOK_SECONDS, (now - begin) / LOOKING_SHARE)

    def _note(self, fault: str) -> None:
        if self._incidents is not None:
            with open(self._incidents, "a", encoding="utf-8", errors="backslashreplace") as file:
                file.write(f"{fault}\n")


def _end_as(status: int) -> int:
    """The exit status to end with; a program that a signal has ended is followed by it."""
    if status >= 0:
        return status
    number = -status
    if number != signal.SIGKILL:
        signal.signal(number, signal.SIG_DFL)
    os.kill(os.getpid(), number)
    return 128 + number
