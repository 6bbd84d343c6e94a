"""Starting bwrap, and the pipes to the first process of its sandbox."""

import contextlib
import json
import os
import secrets
import select
import subprocess
import threading
import time
from collections.abc import Sequence
from typing import Any

from slopbench.errors import InfrastructureError
from slopbench.sandbox.protocol import SandboxDied

START_SECONDS = 30.0
STOP_SECONDS = 10.0


class PipeChannel:
    """The pipes to the first process. Another thread may close them while one waits here."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdin and process.stdout
        self.process = process
        self.write, self.read = process.stdin.fileno(), process.stdout.fileno()
        self.closed = False
        self.lock = threading.Lock()

    def send(self, data: bytes) -> None:
        view = memoryview(data)
        while view:
            with self.lock:
                if self.closed:
                    raise BrokenPipeError
                view = view[os.write(self.write, view) :]

    def receive(self, size: int, deadline: float) -> bytes:
        if not readable(self.read, deadline):
            raise SandboxDied("didn't answer in time", where="bubblewrap")
        with self.lock:
            return b"" if self.closed else os.read(self.read, size)

    def close(self) -> None:
        with self.lock:
            self.closed = True
            for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
                if stream is not None:
                    with contextlib.suppress(OSError):
                        stream.close()


def memory_file(content: bytes) -> int:
    """A descriptor that reads `content`."""
    descriptor = os.memfd_create("slopbench", 0)
    os.write(descriptor, content)
    os.lseek(descriptor, 0, os.SEEK_SET)
    return descriptor


def spawn(command: Sequence[str], passed: Sequence[int]) -> subprocess.Popen[bytes]:
    """Start bwrap with these descriptors and nothing else of ours."""
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=passed,
            cwd="/",
            env={},
            **unprivileged(),
        )
    except OSError as error:
        raise InfrastructureError(
            f"the sandbox launcher can't be run ({error.strerror})",
            where=command[0],
            mend="point SLOPBENCH_STATE to a folder that every user may enter and run programs in",
        ) from error


def end(process: subprocess.Popen[bytes]) -> None:
    """Wait for bwrap, which ends when nothing is left inside."""
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def readable(descriptor: int, deadline: float) -> bool:
    """Wait until there is something to read, or the deadline has passed."""
    poll = select.poll()
    poll.register(descriptor, select.POLLIN)
    return bool(poll.poll(max(0.0, deadline - time.monotonic()) * 1000))


def unprivileged() -> dict[str, Any]:
    """For root: the identity to drop to, another one for each sandbox."""
    if os.geteuid() != 0:
        return {}
    uid = 0x2000_0000 + secrets.randbelow(0x1000_0000)
    return {"user": uid, "group": uid, "extra_groups": []}


def read_child_pid(descriptor: int) -> int:
    """The pid of the first process as the host sees it. Raises SandboxDied if bwrap gives none."""
    data = b""
    deadline = time.monotonic() + START_SECONDS
    while b"\n" not in data:
        part = os.read(descriptor, 4096) if readable(descriptor, deadline) else b""
        if not part:
            raise SandboxDied("bwrap made no process", where="bubblewrap")
        data += part
    return int(json.loads(data.split(b"\n")[0])["child-pid"])
