"""The three pipes of a running program, none of which can block the grader."""

import os
import selectors
import subprocess
import threading
from typing import IO

CHUNK = 1 << 16


class Pipes:
    """Feeds standard input and collects the output of a process started with three pipes.

    `feed`, `end_input` and `wake` may be called from any thread; the rest belongs to the one that selects.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin and process.stdout and process.stderr
        self.stdout, self.stderr = bytearray(), bytearray()
        self._input: IO[bytes] = process.stdin
        self._outputs = {process.stdout: self.stdout, process.stderr: self.stderr}
        self._lock = threading.Lock()
        self._waiting = bytearray()
        self._input_ends = False
        self._closed = False
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self.selector = selectors.DefaultSelector()
        for pipe in (self._input, *self._outputs):
            os.set_blocking(pipe.fileno(), False)
        for output in self._outputs:
            self.selector.register(output, selectors.EVENT_READ, self.read)
        self.selector.register(self._wake, selectors.EVENT_READ, self._woken)

    @property
    def size(self) -> int:
        """Bytes of output so far."""
        return len(self.stdout) + len(self.stderr)

    def feed(self, data: bytes) -> None:
        """Send data to standard input, as soon as the program takes it."""
        with self._lock:
            self._waiting += data
        self.wake()

    def end_input(self) -> None:
        """Close standard input after all that was fed."""
        with self._lock:
            self._input_ends = True
        self.wake()

    def wake(self) -> None:
        """Have the selecting thread take a turn, unless the program has ended."""
        with self._lock:
            if not self._closed:
                os.eventfd_write(self._wake, 1)

    def read(self, output: IO[bytes]) -> bool:
        """Take what an output holds, a chunk at most; false when there is nothing (now or ever)."""
        try:
            data = os.read(output.fileno(), CHUNK)
        except BlockingIOError:
            return False
        self._outputs[output] += data
        if not data:
            self.selector.unregister(output)
        return bool(data)

    def close(self) -> None:
        """Take what is left in the pipes and close them. Nobody writes to them any more."""
        for output in self._outputs:
            while output in self.selector.get_map() and self.read(output):
                pass
            output.close()
        with self._lock:
            self._closed = True
            self._close_input()
            self.selector.close()
            os.close(self._wake)

    def _woken(self, wake: int) -> None:
        os.eventfd_read(wake)
        self._write(self._input)

    def _write(self, pipe: IO[bytes]) -> None:
        if pipe.closed:
            return
        with self._lock:
            try:
                sent = os.write(pipe.fileno(), self._waiting[:CHUNK]) if self._waiting else 0
            except BlockingIOError:
                sent = 0
            except BrokenPipeError:
                sent, self._input_ends = len(self._waiting), True
            del self._waiting[:sent]
            self._watch_input()

    def _watch_input(self) -> None:
        """Select on standard input as long as something waits for it."""
        watched = self._input in self.selector.get_map()
        if self._waiting and not watched:
            self.selector.register(self._input, selectors.EVENT_WRITE, self._write)
        elif not self._waiting and watched:
            self.selector.unregister(self._input)
        if self._input_ends and not self._waiting:
            self._close_input()

    def _close_input(self) -> None:
        if not self._input.closed:
            self._input.close()
