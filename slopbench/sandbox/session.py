"""The host's side of the conversation with the first process of a sandbox (see `inside`)."""

import base64
import json
import math
import struct
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from slopbench.sandbox.protocol import Limits, Outcome, SandboxDied

CHUNK = 1 << 18
FRAME_LIMIT = 1 << 22
START_SECONDS = 60.0
MOVE_SECONDS = 600.0
GRACE_SECONDS = 20.0
SPOOL_BYTES = 32 << 20
MEGABYTE = 1 << 20
CAUSES = (None, "wall_time", "memory", "disk", "files", "output")
BOOTSTRAP = (
    "import sys;b=sys.stdin.buffer.raw;n=int(b.read(8));s=b''\n"
    "while len(s)<n:s+=b.read(n-len(s))\n"
    "exec(compile(s,'init','exec'))"
)
"""What the interpreter inside is started with: it reads its program from stdin."""
MODULES = ("frames", "processes", "watch", "becoming", "command", "files", "main")
LOADER = """
import sys, types
for name, source in {sources!r}.items():
    module = types.ModuleType("inside." + name)
    module.__package__ = "inside"
    sys.modules[module.__name__] = module
    exec(compile(source, module.__name__, "exec"), module.__dict__)
module.main()
"""


class Channel(Protocol):
    """Bytes to and from the first process. `receive` gives b"" when the other side is gone."""

    def send(self, data: bytes) -> None: ...

    def receive(self, size: int, deadline: float) -> bytes: ...


def init_source() -> bytes:
    """The program of the first process, preceded by its length as eight digits.

    It makes the modules of `inside` from their sources, each before those that import it.
    """
    folder = resources.files("slopbench.sandbox.inside")
    sources = {name: folder.joinpath(f"{name}.py").read_text() for name in MODULES}
    program = LOADER.format(sources=sources).encode()
    return b"%08d" % len(program) + program


class Session:
    """Speaks with the first process of one sandbox.

    Every answer is read under a deadline and a size limit: what is inside may be hostile or
    dead, and then a call raises SandboxDied (or says so in its Outcome) instead of waiting. After
    an answer that wasn't read to its end all further calls end so: the next bytes may be its own.

    `folders` are the writable places whose contents are counted, `seccomp` is a compiled filter
    that each command gets.
    """

    def __init__(
        self,
        channel: Channel,
        limits: Limits,
        folders: Sequence[str],
        seccomp: bytes = b"",
    ) -> None:
        self.channel, self.limits, self.seccomp = channel, limits, seccomp
        self.folders = list(folders)
        """What the last `get` left out, and why."""
        self._buffer = bytearray()
        self._broken_off = False

    def start(self) -> str:
        """Send the program; the version of the interpreter that runs it."""
        with self._turn():
            self._send(init_source())
            hello = self._answer(time.monotonic() + START_SECONDS)
        return str(hello.get("version"))

    def exec(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        rlimits: Mapping[str, int],
        stdin: bytes = b"",
        wall_seconds: float | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        """Run a command; see Sandbox.exec."""
        wall = self.limits.wall_seconds if wall_seconds is None else wall_seconds
        request = {
            "op": "exec",
            "argv": list(argv),
            "cwd": cwd,
            "env": dict(env),
            "wall": wall,
            "rlimits": dict(rlimits),
            "filter": base64.b64encode(self.seccomp).decode(),
            "limits": self._watched(),
        }
        started = time.monotonic()
        output: dict[bytes, bytearray] = {b"O": bytearray(), b"R": bytearray()}
        try:
            with self._turn():
                self._request(request, stdin)
                ended = self._collect(output, on_output, started + wall + GRACE_SECONDS)
                status, cause, seconds = how_it_ended(ended)
        except SandboxDied:
            status, cause, seconds = None, "sandbox_died", time.monotonic() - started
        return Outcome(status, cause, bytes(output[b"O"]), bytes(output[b"R"]), seconds)

    def put(self, tar: BinaryIO, path: str) -> None:
        """Unpack a tar stream inside."""
        with self._turn():
            self._request({"op": "put", "path": path})
            while data := tar.read(CHUNK):
                self._send_frame(b"D", data)
            self._send_frame(b"E")
            ended = self._answer(time.monotonic() + MOVE_SECONDS)
        self._expect_success(ended, f"put {path}")

    def get(self, path: str) -> BinaryIO:
        """Fetch a folder as a tar stream, at most as large as the limits and headers allow."""
        room = self.limits.disk_mb * MEGABYTE * 2 + self.limits.files * 4096
        spool = tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES)  # noqa: SIM115 - it is given away
        with self._turn():
            deadline = time.monotonic() + MOVE_SECONDS
            self._request({"op": "get", "path": path, "room": room})
            for data in self._data(deadline):
                room -= len(data)
                if room < 0:
                    raise SandboxDied("sent more than its disk can hold", where=f"get {path}")
                spool.write(data)
            ended = self._answer(deadline)
        self._expect_success(ended, f"get {path}")
        spool.seek(0)
        return spool  # type: ignore[return-value]

    def clear(self, path: str) -> None:
        """Empty a folder inside."""
        with self._turn():
            self._request({"op": "clear", "path": path})
            ended = self._answer(time.monotonic() + MOVE_SECONDS)
        self._expect_success(ended, f"clear {path}")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """One request and its whole answer."""
        if self._broken_off:
            raise SandboxDied("broke off an answer before", where="sandbox")
        self._broken_off = True
        yield
        self._broken_off = False

    def _watched(self) -> dict[str, Any]:
        return {
            "memory": self.limits.memory_mb * MEGABYTE,
            "disk": self.limits.disk_mb * MEGABYTE,
            "files": self.limits.files,
            "output": self.limits.output_mb * MEGABYTE,
            "folders": self.folders,
        }

    def _request(self, request: Mapping[str, Any], data: bytes = b"") -> None:
        self._send_frame(b"J", json.dumps(request).encode())
        if request["op"] == "exec":
            for start in range(0, len(data), CHUNK):
                self._send_frame(b"D", data[start : start + CHUNK])
            self._send_frame(b"E")

    def _collect(
        self,
        output: Mapping[bytes, bytearray],
        on_output: Callable[[bytes], None] | None,
        deadline: float,
    ) -> dict[str, Any]:
        room = self.limits.output_mb * MEGABYTE
        while True:
            kind, payload = self._frame(deadline)
            if kind == b"J":
                return self._decoded(payload)
            room -= len(payload)
            if room < -CHUNK or kind not in output:
                raise SandboxDied("answered out of turn", where="sandbox")
            output[kind].extend(payload)
            if on_output is not None:
                on_output(payload)

    def _data(self, deadline: float) -> Iterator[bytes]:
        while True:
            kind, payload = self._frame(deadline)
            if kind == b"E":
                return
            if kind != b"D":
                raise SandboxDied("answered out of turn", where="sandbox")
            yield payload

    def _answer(self, deadline: float) -> dict[str, Any]:
        kind, payload = self._frame(deadline)
        if kind != b"J":
            raise SandboxDied("answered out of turn", where="sandbox")
        return self._decoded(payload)

    def _decoded(self, payload: bytes) -> dict[str, Any]:
        try:
            decoded = json.loads(payload)
        except (ValueError, RecursionError):
            decoded = None
        if not isinstance(decoded, dict):
            raise SandboxDied("answered with something that isn't JSON", where="sandbox")
        return decoded

    def _expect_success(self, ended: Mapping[str, Any], where: str) -> None:
        if ended.get("error"):
            raise SandboxDied(str(ended["error"]), where=where)

    def _frame(self, deadline: float) -> tuple[bytes, bytes]:
        kind, size = struct.unpack(">cI", self._exactly(5, deadline))
        if size > FRAME_LIMIT:
            raise SandboxDied("sent an oversized frame", where="sandbox")
        return kind, self._exactly(size, deadline)

    def _exactly(self, size: int, deadline: float) -> bytes:
        while len(self._buffer) < size:
            if time.monotonic() > deadline:
                raise SandboxDied("didn't answer in time", where="sandbox")
            data = self.channel.receive(CHUNK, deadline)
            if not data:
                raise SandboxDied("its first process is gone", where="sandbox")
            self._buffer += data
        taken = bytes(self._buffer[:size])
        del self._buffer[:size]
        return taken

    def _send_frame(self, kind: bytes, payload: bytes = b"") -> None:
        self._send(struct.pack(">cI", kind, len(payload)) + payload)

    def _send(self, data: bytes) -> None:
        try:
            self.channel.send(data)
        except OSError as error:
            raise SandboxDied(f"its first process is gone ({error})", where="sandbox") from error


def how_it_ended(ended: Mapping[str, Any]) -> tuple[int | None, str | None, float]:
    """Status, cause, seconds of a command. Raises SandboxDied for what no honest answer holds."""
    status, cause, seconds = ended.get("status"), ended.get("cause"), ended.get("seconds")
    if cause not in CAUSES or not isinstance(status, int | None):
        raise SandboxDied("answered with an end that can't be", where="sandbox")
    if not isinstance(seconds, int | float) or not 0 <= seconds < math.inf:
        raise SandboxDied("answered with a time that can't be", where="sandbox")
    return status, cause, float(seconds)


def interpreter_argv(python: str | Path) -> list[str]:
    """The command line of a sandbox's first process."""
    return [str(python), "-I", "-S", "-u", "-c", BOOTSTRAP]
