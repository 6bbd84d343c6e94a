"""The tidy rows of a run: one for each planned checkpoint, whatever became of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from slopbench.run.artefacts import read_result
from slopbench.run.directory import RunDirectory
from slopbench.run.failures import Status
from slopbench.run.journal import Key
from slopbench.run.plan import Plan
from slopbench.run.standing import load_state
from slopbench.run.state import CheckpointState, RunState, Try


@dataclass(frozen=True)
class Row:
    """What is reported of one checkpoint.

    Seconds are those of the try that counts; US dollars and tokens are summed over all tries.
    """

    problem: str
    sample: int
    checkpoint: int
    attempt: int | None
    status: Status
    cause: str | None
    strict: bool
    isolated: bool
    core: bool
    tests: Mapping[str, Mapping[str, int]] | None
    sloc: int | None
    erosion: float | None
    verbosity: float | None
    verbosity_reason: str | None
    excluded_share: float | None
    clone_sloc: int | None
    signals: Mapping[str, float | None]
    """What stands beside the headline, by name; empty where there is no score."""
    snapshot: str | None
    agent_seconds: float | None
    grade_seconds: float | None
    cost_usd: float | None
    tokens: Mapping[str, int] | None

    @property
    def key(self) -> Key:
        """Which checkpoint it is."""
        return Key(self.problem, self.sample, self.checkpoint)

    @property
    def clone_share(self) -> float | None:
        """Cloned lines among all lines; None without lines."""
        if self.clone_sloc is None or not self.sloc:
            return None
        return self.clone_sloc / self.sloc

    def to_json(self) -> dict[str, Any]:
        """The object of the row in `run --json`."""
        members = dict(vars(self))
        members["status"] = self.status.value
        members["try"] = members.pop("attempt")
        return {name: members[name] for name in COLUMNS}


NEW_TESTS = ("core", "functionality", "error")
"""The groups of tests that are new at a checkpoint."""
COLUMNS = (
    *("problem", "sample", "checkpoint", "try", "status", "cause", "strict", "isolated", "core"),
    *("tests", "sloc", "erosion", "verbosity", "verbosity_reason", "excluded_share", "snapshot"),
    *("agent_seconds", "grade_seconds", "cost_usd", "tokens"),
)
"""The members of a checkpoint in `run --json`, in order."""


@dataclass(frozen=True)
class RunReport:
    """A run as it stands: its plan, its state, and one row for each planned checkpoint."""

    directory: RunDirectory
    plan: Plan
    state: RunState
    rows: tuple[Row, ...]

    @classmethod
    def read(cls, root: Path) -> "RunReport":
        """The run in a folder.

        Raises UsageError if there is none, InfrastructureError if its journal or a file that the
        journal knows was changed.
        """
        directory = RunDirectory.open(root)
        plan = directory.plan()
        state = load_state(directory, plan)
        rows = tuple(row(directory, key, state.at(key)) for key in plan.planned())
        return cls(directory, plan, state, rows)


def row(directory: RunDirectory, key: Key, state: CheckpointState) -> Row:
    """The row of one checkpoint, with its results read from the files that the journal knows."""
    files = state.current.files if state.current else {}
    graded = state.status is Status.GRADED
    tests = (read_result(directory.root, files, "tests") if graded else None) or {}
    quality = read_result(directory.root, files, "quality") or {}
    return Row(
        problem=key.problem,
        sample=key.sample,
        checkpoint=key.checkpoint,
        attempt=state.current.number if state.current else None,
        status=state.status,
        cause=state.cause,
        strict=tests.get("strict", False),
        isolated=tests.get("isolated", False),
        core=tests.get("core", False),
        tests=tests.get("counts"),
        sloc=quality.get("sloc"),
        erosion=quality.get("erosion"),
        verbosity=quality.get("verbosity"),
        verbosity_reason=quality.get("verbosity_reason") or _unscored(state, quality),
        excluded_share=quality.get("excluded_share"),
        clone_sloc=quality.get("clone_sloc"),
        signals=_signals(quality, tests.get("counts")),
        snapshot=state.snapshot,
        agent_seconds=_seconds(state.current, "agent"),
        grade_seconds=_seconds(state.current, "grade"),
        cost_usd=_cost(state),
        tokens=_tokens(state),
    )


def _signals(
    quality: Mapping[str, Any], counts: Mapping[str, Mapping[str, int]] | None
) -> dict[str, float | None]:
    """The signals of a score, and the lines that were added for each new test that passed."""
    change = quality.get("change") or {}
    passed = sum(counts[group]["passed"] for group in NEW_TESTS) if counts else 0
    added = change.get("lines_added")
    return {
        **(quality.get("signals") or {}),
        **change,
        "lines_per_new_test": added / passed if passed and added is not None else None,
    }


def _unscored(state: CheckpointState, quality: Mapping[str, Any]) -> str | None:
    """Why there is no verbosity, where the score itself doesn't say it."""
    if quality.get("verbosity") is not None:
        return None
    record = state.current.last("quality") if state.current else None
    return (record and record.cause) or "not_scored"


def _seconds(current: Try | None, phase: str) -> float | None:
    record = current.last(phase) if current else None
    return record.seconds if record else None


def _cost(state: CheckpointState) -> float | None:
    costs = [
        record.cost_usd
        for each in state.tries
        for record in each.records
        if record.cost_usd is not None
    ]
    return sum(costs) if costs else None


def _tokens(state: CheckpointState) -> dict[str, int] | None:
    total: dict[str, int] = {}
    for each in state.tries:
        for record in each.records:
            for kind, count in (record.tokens or {}).items():
                total[kind] = total.get(kind, 0) + count
    return total or None
