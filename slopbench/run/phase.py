"""What the chain asks of whoever does the phases: one small Protocol."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from slopbench.run.failures import Witness
from slopbench.run.journal import Key


@dataclass(frozen=True)
class Work:
    """One checkpoint to be worked on.

    Attributes:
        key: the checkpoint.
        attempt: the number of the try, from 1.
        base: tree id of the snapshot that the agent continues; None at the first checkpoint.
        snapshot: tree id of this checkpoint's own snapshot, once it is stored.
        number: the `n` of the tests.<n>.json or quality.<n>.json to be written.
    """

    key: Key
    attempt: int
    base: str | None
    snapshot: str | None
    number: int


@dataclass(frozen=True)
class PhaseResult:
    """What came of a phase. `artefacts` maps file names to contents for the folder of the try."""

    cause: str | None = None
    waiting_seconds: float = 0.0
    cost_usd: float | None = None
    tokens: Mapping[str, int] | None = None
    snapshot: str | None = None
    artefacts: Mapping[str, bytes] = field(default_factory=dict)


class Phases(Protocol):
    """Does the phases of any checkpoint; attempts call it from several threads.

    A phase raises SandboxDied if its sandbox died, InfrastructureError or OSError if the machine
    failed.
    """

    @property
    def witness(self) -> Witness: ...

    def agent(self, work: Work) -> PhaseResult:
        """Let the agent work in a fresh sandbox and keep its files on disk for `snapshot`."""

    def keeps_workspace(self, work: Work) -> bool:
        """Whether the files that the agent left are still kept."""

    def snapshot(self, work: Work) -> PhaseResult:
        """Store the kept files; `PhaseResult.snapshot` is the tree id."""

    def grade(self, work: Work) -> PhaseResult:
        """Build and test the stored snapshot; makes `tests.<n>.json`."""

    def quality(self, work: Work) -> PhaseResult:
        """Score the stored snapshot; makes `quality.<n>.json`."""

    def cancel(self) -> None:
        """End whatever runs in a sandbox. Called again and again until every phase has returned."""
