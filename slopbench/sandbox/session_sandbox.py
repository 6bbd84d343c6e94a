"""The half of a sandbox that all backends share: work goes through its first process."""

import contextlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from types import TracebackType
from typing import BinaryIO, Self

from slopbench.errors import InfrastructureError
from slopbench.sandbox.protocol import Outcome, SandboxDied, SandboxSpec
from slopbench.sandbox.session import Session


class SessionSandbox(ABC):
    """A sandbox with a Session to its first process; see Sandbox.

    `start` sets `session`, `stop` unsets it.
    """

    def __init__(self, spec: SandboxSpec) -> None:
        self.spec = spec
        self.session: Session | None = None

    @abstractmethod
    def start(self) -> None: ...

    @abstractmethod
    def kill(self) -> None: ...

    @abstractmethod
    def stop(self) -> None: ...

    @abstractmethod
    def rlimits(self) -> dict[str, int]:
        """Limits that each command gets from the kernel directly, by their names in `resource`."""

    @abstractmethod
    def memory_kills(self) -> int:
        """How many processes the kernel has killed here for want of memory."""

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
        session = self.running()
        kills = self.memory_kills()
        outcome = session.exec(
            argv,
            cwd=cwd,
            env=env,
            rlimits=self.rlimits(),
            stdin=stdin,
            wall_seconds=wall_seconds,
            on_output=on_output,
        )
        unexplained = outcome.status != 0 and outcome.cause in (None, "sandbox_died")
        if unexplained and self._killed_since(kills):
            return replace(outcome, status=None, cause="memory")
        return outcome

    def _killed_since(self, kills: int) -> bool:
        """Whether the kernel has killed more by now. What is stopped or has lost its engine can't tell."""
        with contextlib.suppress(InfrastructureError):
            return self.session is not None and self.memory_kills() > kills
        return False

    def path(self, inside: str) -> str:
        return inside

    def put(self, tar: BinaryIO, path: str) -> None:
        self.running().put(tar, path)

    def get(self, path: str) -> BinaryIO:
        return self.running().get(path)

    def clear(self, path: str) -> None:
        self.running().clear(path)

    def running(self) -> Session:
        """The session. Raises SandboxDied before `start` and after `stop`."""
        if self.session is None:
            raise SandboxDied("isn't started", where="sandbox")
        return self.session

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
