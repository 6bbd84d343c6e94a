"""What every sandbox backend offers, and the words for what happened inside."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from slopbench.errors import InfrastructureError


@dataclass(frozen=True)
class Limits:
    """Bounds of a sandbox. Seconds of wall time an `exec`, megabytes (2**20 bytes), counts."""

    wall_seconds: float = 300.0
    memory_mb: int = 1024
    processes: int = 256
    cpus: float = 2.0
    disk_mb: int = 512
    files: int = 100_000
    output_mb: int = 64


class Purpose(StrEnum):
    """What a sandbox is for; it decides which writable folders exist and whether programs nest in it."""

    AGENT = "agent"
    BUILD = "build"
    GRADE = "grade"


@dataclass(frozen=True)
class Share:
    """A host folder that is shown read-only inside."""

    host: Path
    inside: str


@dataclass(frozen=True)
class SandboxSpec:
    """A sandbox to be made.

    Attributes:
        purpose: AGENT and BUILD run as an ordinary user; GRADE starts programs in nested places.
        limits: bounds of everything that runs inside together.
        shares: read-only folders of the host, beside the tools.
        socket: a unix socket of the host, shown as /run/model.sock; without it there is no way out.
        secrets: host paths that must not be visible inside, whatever the tools are.
        run_id: written on everything that the sandbox leaves on the machine while it lives.
    """

    purpose: Purpose
    limits: Limits = field(default_factory=Limits)
    shares: tuple[Share, ...] = ()
    socket: Path | None = None
    secrets: tuple[Path, ...] = ()
    run_id: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of one command.

    `status` is the exit status, negative for a signal, `None` if the command never ended by itself.
    `cause` is `None`, or the limit that ended it (`wall_time`, `memory`, `disk`, `files`, `output`), or
    `sandbox_died`.
    """

    status: int | None
    cause: str | None
    stdout: bytes
    stderr: bytes
    seconds: float


@dataclass(frozen=True)
class Toolchain:
    """The tools that a sandbox shows: an id that changes when any of them does, and their versions."""

    id: str
    tools: dict[str, str]


class SandboxDied(InfrastructureError):
    """The sandbox ended while it was needed. What ran inside may be the cause; the engine may be well."""


class Sandbox(Protocol):
    """One place with a file tree of its own. Start it, use it, stop it; `with` does both."""

    def start(self) -> None:
        """Make the place. Raises InfrastructureError with the engine's words."""

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
        """Run a command to its end, then kill whatever it left behind.

        `wall_seconds` defaults to the limit of the sandbox. `on_output` gets stdout and stderr as they come.
        A limit or a dead sandbox is an Outcome, never an exception.
        """

    def path(self, inside: str) -> str:
        """Where programs inside find what the methods here call `inside`; the same, but for `none`."""

    def put(self, tar: BinaryIO, path: str) -> None:
        """Unpack an uncompressed tar stream into the folder `path`. Raises SandboxDied."""

    def get(self, path: str) -> BinaryIO:
        """The folder or file `path` as an uncompressed tar stream at position 0. Raises SandboxDied."""

    def clear(self, path: str) -> None:
        """Empty the folder `path`. Raises SandboxDied."""

    def kill(self) -> None:
        """End everything inside at once; `stop` must still follow.

        The one method that another thread may call while its owner is in `exec`, `put` or `get`,
        which then find a dead sandbox. Not while it starts or stops.
        """

    def stop(self) -> None:
        """Kill everything inside and remove the place. Safe to call twice."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


@dataclass(frozen=True)
class Fault:
    """Something that keeps a backend from working, and the command or change that mends it."""

    what: str
    mend: str


class Backend(Protocol):
    """A way to make sandboxes on this machine."""

    name: str

    def create(self, spec: SandboxSpec) -> Sandbox:
        """A sandbox that isn't started yet."""

    def toolchain(self) -> Toolchain:
        """The tools that its sandboxes show. Raises InfrastructureError where there are none."""

    def enforcement(self) -> dict[str, str]:
        """How each limit is held here: `cgroup`, `watchdog`, `rlimit`, `tmpfs` … or `none`."""

    def nesting(self) -> dict[str, object]:
        """What the grading kit needs to start programs in places of their own (see docs/grading.md)."""

    def check(self) -> list[Fault]:
        """Why it can't be used now; empty if it can."""

    def alive(self) -> bool:
        """Whether the engine answers: the outside witness when a sandbox has died."""

    def reap(self) -> int:
        """Remove what dead owners left behind; the number of things removed."""
