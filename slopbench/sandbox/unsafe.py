"""No sandbox at all: everything runs as the user, on the host, where it can read and do what the user can.

For machines on which neither bubblewrap nor an engine works, and for trusted code. Time and output
are limited, nothing else is; results say `none`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self, cast

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError
from slopbench.sandbox.layout import HOME, watched_folders
from slopbench.sandbox.protocol import Fault, Outcome, SandboxDied, SandboxSpec, Toolchain

CHUNK = 1 << 16
MEGABYTE = 1 << 20
SPOOL_BYTES = 32 << 20


class NoSandbox:
    """A temporary folder of the host that stands in for the root of a sandbox."""

    def __init__(self, spec: SandboxSpec) -> None:
        self.spec = spec
        self._root: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def root(self) -> Path:
        if self._root is None:
            raise SandboxDied("isn't started", where="sandbox none")
        return self._root

    def path(self, inside: str) -> str:
        return str(self.root / inside.lstrip("/"))

    def start(self) -> None:
        parent = state_folder() / "unsafe"
        try:
            parent.mkdir(parents=True, exist_ok=True)
            self._root = Path(tempfile.mkdtemp(dir=parent))
        except OSError as error:
            raise InfrastructureError(
                f"can't be written ({error.strerror})",
                where=str(parent),
                mend="set SLOPBENCH_STATE",
            ) from error
        for folder in watched_folders(self.spec.purpose):
            Path(self.path(folder)).mkdir(parents=True)
        for share in self.spec.shares:
            Path(self.path(share.inside)).symlink_to(share.host)

    def exec(
        self,
        argv: Sequence[str],
        *,
        cwd: str,
        env: Mapping[str, str],
        stdin: bytes = b"",
        wall_seconds: float | None = None,
        on_output: Callable[[bytes], None] | None = None,
    ) -> Outcome:
        started = time.monotonic()
        try:
            process = subprocess.Popen(
                list(argv),
                cwd=self.path(cwd),
                env={**env, "HOME": self.path(HOME)},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                start_new_session=True,
            )
        except OSError as error:
            words = f"{argv[0]}: {error.strerror}\n".encode()
            return Outcome(127, None, b"", words, time.monotonic() - started)
        self._process = process
        output = Output(self.spec.limits.output_mb * MEGABYTE, on_output, self.kill)
        pumps = [
            threading.Thread(target=output.take, args=(process.stdout, output.stdout)),
            threading.Thread(target=output.take, args=(process.stderr, output.stderr)),
            threading.Thread(target=feed, args=(process.stdin, stdin)),
        ]
        for pump in pumps:
            pump.start()
        cause = self._wait(
            process, self.spec.limits.wall_seconds if wall_seconds is None else wall_seconds
        )
        for pump in pumps:
            pump.join()
        cause = "output" if output.room < 0 else cause
        status = None if cause else process.returncode
        seconds = time.monotonic() - started
        return Outcome(status, cause, bytes(output.stdout), bytes(output.stderr), seconds)

    def _wait(self, process: subprocess.Popen[bytes], wall_seconds: float) -> str | None:
        """Wait for the end; then end the process group, whatever is left of it."""
        try:
            process.wait(wall_seconds)
            return None
        except subprocess.TimeoutExpired:
            return "wall_time"
        finally:
            self.kill()
            process.wait()

    def kill(self) -> None:
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def put(self, tar: BinaryIO, path: str) -> None:
        with tarfile.open(fileobj=tar) as archive:
            archive.extractall(self.path(path))  # noqa: S202 - our own archive, unsafe as all here

    def get(self, path: str) -> BinaryIO:
        source = Path(self.path(path))
        spool = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=SPOOL_BYTES))  # noqa: SIM115
        if not source.exists():
            raise SandboxDied("No such file or directory", where=f"get {path}")
        with tarfile.open(fileobj=spool, mode="w", format=tarfile.PAX_FORMAT) as archive:
            for each in sorted(source.iterdir()) if source.is_dir() else [source]:
                archive.add(each, arcname=each.name)
        spool.seek(0)
        return spool

    def clear(self, path: str) -> None:
        for each in Path(self.path(path)).iterdir():
            if each.is_dir() and not each.is_symlink():
                shutil.rmtree(each)
            else:
                each.unlink()

    def stop(self) -> None:
        self.kill()
        self._process = None
        if self._root is not None:
            shutil.rmtree(self._root, ignore_errors=True)
            self._root = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Output:
    """What a command writes, up to a number of bytes; beyond it `too_much` is called."""

    def __init__(
        self, room: int, on_output: Callable[[bytes], None] | None, too_much: Callable[[], None]
    ) -> None:
        self.room, self.on_output, self.too_much = room, on_output, too_much
        self.stdout, self.stderr = bytearray(), bytearray()

    def take(self, stream: IO[bytes], kept: bytearray) -> None:
        """Read a stream to its end."""
        with stream:
            while data := stream.read1(CHUNK):  # type: ignore[attr-defined]
                self.room -= len(data)
                if self.room < 0:
                    self.too_much()
                    continue
                kept.extend(data)
                if self.on_output is not None:
                    self.on_output(data)


def feed(stream: IO[bytes], data: bytes) -> None:
    with contextlib.suppress(BrokenPipeError), stream:
        stream.write(data)


class Unsafe:
    """The backend `none`."""

    name = "none"

    def create(self, spec: SandboxSpec) -> NoSandbox:
        return NoSandbox(spec)

    def toolchain(self) -> Toolchain:
        version = ".".join(map(str, sys.version_info[:3]))
        return Toolchain(f"none:{sys.platform}:python-{version}", {"python3": version})

    def enforcement(self) -> dict[str, str]:
        limits = ("memory", "processes", "cpus", "disk", "files")
        return {"wall_time": "watchdog", "output": "watchdog", **dict.fromkeys(limits, "none")}

    def nesting(self) -> dict[str, object]:
        return {"launcher": "bare", "python": "python3"}

    def check(self) -> list[Fault]:
        return []

    def alive(self) -> bool:
        return True

    def reap(self) -> int:
        return 0
