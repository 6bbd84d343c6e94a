"""Runs one command of the host's under its limits."""

import io
import os
import select
import time
from typing import Any

from .becoming import become
from .frames import Incoming, answer, write_frame
from .processes import kill_all, reap
from .watch import disk_used, exceeded, full

CHUNK = 1 << 16
TICK = 0.05
DRAIN_SECONDS = 5.0


class Command:
    """One command of the host's, from its start to the last byte that it wrote."""

    def __init__(self, request: dict[str, Any], stdin: bytes) -> None:
        self.request, self.limits = request, request["limits"]
        self.pending, self.sent = stdin, 0
        self.cause: str | None = None
        self.status: int | None = None
        self.pid, self.stdin, self.streams = self.launch()
        self.started = self.looked = time.monotonic()

    def launch(self) -> tuple[int, int | None, dict[int, bytes]]:
        """Start it: its pid, the pipe to its stdin if there is input, and those from it."""
        out_read, out_write = os.pipe()
        err_read, err_write = os.pipe()
        in_read, in_write = os.pipe() if self.pending else (os.open(os.devnull, os.O_RDONLY), None)
        pid = os.fork()
        if pid == 0:
            become(self.request, (in_read, out_write, err_write))
        for descriptor in (in_read, out_write, err_write):
            os.close(descriptor)
        if in_write is not None:
            os.set_blocking(in_write, False)
        return pid, in_write, {out_read: b"O", err_read: b"R"}

    def run(self) -> None:
        """Until it ends or crosses a limit; then end what it left, and tell the host."""
        while self.status is None and self.cause is None:
            self.step(TICK)
            status = reap().get(self.pid)
            self.status = None if status is None else os.waitstatus_to_exitcode(status)
            if self.status is None:
                self.look()
        seconds = time.monotonic() - self.started
        self.cause = self.cause or full(self.limits, *disk_used(self.limits["folders"]))
        kill_all()
        self.drain()
        answer(status=self.status, cause=self.cause, seconds=seconds)

    def drain(self) -> None:
        """Forward what is still in the pipes, for a moment, and close them."""
        deadline = time.monotonic() + DRAIN_SECONDS
        while self.streams and time.monotonic() < deadline and self.step(0.0):
            pass
        for descriptor in self.streams:
            os.close(descriptor)
        if self.stdin is not None:
            os.close(self.stdin)

    def look(self) -> None:
        """Compare with the limits, at most once a tick."""
        now = time.monotonic()
        if self.cause or now - self.looked < TICK:
            return
        self.looked = now
        if now - self.started > self.request["wall"]:
            self.cause = "wall_time"
        else:
            self.cause = exceeded(self.limits)

    def step(self, seconds: float) -> bool:
        """Move bytes for at most `seconds`; whether there were any."""
        writable = [] if self.stdin is None else [self.stdin]
        ready, can_write, _ = select.select([0, *self.streams], writable, [], seconds)
        if can_write:
            self.feed(can_write[0])
        for descriptor in ready:
            if descriptor == 0:
                os._exit(0)
            self.forward(descriptor)
        return bool(ready)

    def feed(self, stdin: int) -> None:
        """Write a piece of the input; close it after the last, or when nobody reads it."""
        try:
            self.pending = self.pending[os.write(stdin, self.pending[:CHUNK]) :]
        except BlockingIOError:
            return
        except OSError:
            self.pending = b""
        if not self.pending:
            os.close(stdin)
            self.stdin = None

    def forward(self, descriptor: int) -> None:
        """Send a piece of output to the host, as far as the limit allows."""
        data = os.read(descriptor, CHUNK)
        if not data:
            os.close(descriptor)
            del self.streams[descriptor]
            return
        room = self.limits["output"] - self.sent
        self.sent += len(data)
        if room > 0:
            write_frame(self.streams[descriptor], data[:room])
        if self.sent > self.limits["output"]:
            self.cause = self.cause or "output"


def exec_command(request: dict[str, Any]) -> None:
    stdin = io.BufferedReader(Incoming()).read()
    Command(request, stdin).run()
