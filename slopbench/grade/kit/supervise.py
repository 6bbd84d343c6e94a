"""Watches one start of the program and ends it.

One loop for all ways of running: `run` turns it in the test's own thread, a service or a dialogue
in a thread of its own while the test goes on.
"""

import os
import selectors
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .failure import LauncherBroken
from .launch.protocol import Launched
from .limits import MB, Use
from .pipes import Pipes
from .settings import Settings

FIRST_LOOK_SECONDS = 0.1
LOOK_SECONDS = 0.05
TRIGGER_SECONDS = 0.002
GRACE_SECONDS = 10.0
NOT_FOUND = 127


@dataclass(frozen=True)
class Ended:
    """How a start ended. `breach` names the limit because of which it was killed."""

    status: int
    seconds: float
    breach: str | None


class Supervisor:
    """One start of the program.

    `seconds` is its time limit, None for a program that runs until it is stopped. `until` is asked
    again and again with the standard output so far: once it is true the whole tree is killed and
    `reached` is set.
    """

    def __init__(
        self,
        launched: Launched,
        settings: Settings,
        seconds: float | None,
        until: Callable[[bytearray], bool] | None = None,
    ) -> None:
        self.launched = launched
        self.pipes = Pipes(launched.process)
        self.ended: Ended | None = None
        self.reached = False
        self.changed = threading.Condition()
        self._limits = settings.limits
        self._seconds = seconds
        self._until = until
        self._begin = time.monotonic()
        self._next_look = self._begin + FIRST_LOOK_SECONDS
        self._use = Use(settings, launched)
        self._breach: str | None = None
        self._asked = False
        self._killed: float | None = None
        self._exited = False
        self._error: BaseException | None = None
        self._thread: threading.Thread | None = None
        self._exit = os.pidfd_open(launched.process.pid)
        self.pipes.selector.register(self._exit, selectors.EVENT_READ, self._note_exit)

    def run(self) -> Ended:
        """Turn the loop until the program has ended and everything it started is gone.

        Raises LauncherBroken when that can't be brought about.
        """
        try:
            while not self._exited:
                self._turn()
        except BaseException:
            self.launched.kill()
            raise
        finally:
            status = self.launched.finish()
            os.close(self._exit)
            self.pipes.close()
        return self._end(status)

    def start(self) -> None:
        """Turn the loop in a thread of its own."""
        self._thread = threading.Thread(target=self._run_aside, daemon=True)
        self._thread.start()

    def wait(self, seconds: float | None = None) -> Ended | None:
        """Wait for the end of a start that runs aside; None when it still runs after `seconds`."""
        assert self._thread is not None
        self._thread.join(seconds)
        if self._error is not None:
            raise self._error
        return self.ended

    def wait_for(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait until a condition on the output holds, the time is over or the program ends."""
        with self.changed:
            self.changed.wait_for(lambda: condition() or self.over, seconds)

    @property
    def over(self) -> bool:
        """Whether a start that runs aside has ended."""
        return self.ended is not None or self._error is not None

    def kill(self) -> None:
        """Have the whole tree of a start that runs aside killed; `wait` tells when it is gone."""
        self._asked = True
        self.pipes.wake()

    def _run_aside(self) -> None:
        try:
            self.run()
        except BaseException as error:  # noqa: BLE001 - raised again in the test's thread
            self._error = error
        with self.changed:
            self.changed.notify_all()

    def _turn(self) -> None:
        events = self.pipes.selector.select(self._pause())
        for key, _ in events:
            key.data(key.fileobj)
        if events:
            with self.changed:
                self.changed.notify_all()
        self._judge(time.monotonic())

    def _pause(self) -> float:
        """Seconds until the next thing to look at without an event."""
        if self._until is not None:
            return TRIGGER_SECONDS
        if self._killed is not None:
            return LOOK_SECONDS
        times = [self._next_look]
        if self._seconds is not None:
            times.append(self._begin + self._seconds)
        return max(0.0, min(times) - time.monotonic())

    def _note_exit(self, _: int) -> None:
        self._exited = True

    def _judge(self, now: float) -> None:
        if self._killed is not None:
            if now > self._killed + GRACE_SECONDS:
                raise LauncherBroken(f"the program can't be killed within {GRACE_SECONDS} s")
            return
        self._breach = self._find_breach(now)
        self.reached = self._until is not None and self._until(self.pipes.stdout)
        if self._breach or self.reached or self._asked:
            self._killed = now
            self.launched.kill()

    def _find_breach(self, now: float) -> str | None:
        if self.pipes.size > self._limits.output_mb * MB:
            return f"output limit of {self._limits.output_mb} MB exceeded"
        if self._seconds is not None and now > self._begin + self._seconds and not self._exited:
            return f"time limit of {self._seconds:g} s exceeded"
        if now < self._next_look:
            return None
        self._next_look = now + LOOK_SECONDS
        return self._use.breach()

    def _end(self, status: int | None) -> Ended:
        if status is None:
            status = self._never_ran()
        self.ended = Ended(status, time.monotonic() - self._begin, self._breach)
        return self.ended

    def _never_ran(self) -> int:
        words = self.pipes.stderr.decode("utf-8", "replace").strip()
        if "execvp" in words:
            return NOT_FOUND
        raise LauncherBroken(words or "the program didn't start, for no reason that is known")
