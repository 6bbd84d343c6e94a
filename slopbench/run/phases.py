"""The phases of real runs: sandboxes, snapshots, hidden tests, scores."""

import contextlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import BinaryIO

from slopbench.config import WORKSPACE
from slopbench.errors import InfrastructureError
from slopbench.grade.grading import grade
from slopbench.problem.bench import Bench
from slopbench.problem.model import Problem
from slopbench.quality.isolated import score_isolated
from slopbench.quality.score import NO_SOURCE
from slopbench.run.directory import RunDirectory
from slopbench.run.failures import cause_of_death, infrastructure_cause
from slopbench.run.host import Host
from slopbench.run.journal import Key
from slopbench.run.phase import PhaseResult, Work
from slopbench.run.sandboxes import EndableBackend
from slopbench.run.workplace import Workplace
from slopbench.runner.drive import AgentOutcome, Assignment, drive
from slopbench.runner.model import Runner
from slopbench.runner.prompts import Prompt
from slopbench.sandbox.protocol import Backend, Limits, Purpose, Sandbox, SandboxDied, SandboxSpec
from slopbench.snapshots.model import BrokenStream, Snapshot, SnapshotTooLarge
from slopbench.snapshots.store import SnapshotStore

AGENT_LIMITS = Limits(
    wall_seconds=3600, memory_mb=4096, processes=512, cpus=2, disk_mb=1024, files=100_000
)
"""What an agent has at each checkpoint unless the user chooses otherwise."""

QUALITY_SECONDS = 300.0
QUALITY_MEMORY_MB = 2048
SCORING_CAUSES = {"wall_time": "quality_time", "memory": "quality_memory"}


@dataclass(frozen=True)
class Cast:
    """Who plays and where: everything that the phases of a run have in common."""

    bench: Bench
    problems: Mapping[str, Problem]
    runner: Runner
    prompt: Prompt
    language: str
    agent_limits: Limits
    run_id: str


class SandboxPhases:
    """Does the phases in sandboxes of one backend (see phase.Phases)."""

    def __init__(
        self,
        cast: Cast,
        directory: RunDirectory,
        backend: Backend,
        workplace: Workplace,
        host: Host,
    ) -> None:
        self.cast, self.directory, self.workplace, self.witness = cast, directory, workplace, host
        self._endable = EndableBackend(backend)
        self.backend = typing.cast(Backend, self._endable)

    @cached_property
    def store(self) -> SnapshotStore:
        """The snapshots of the run, made when they are first needed."""
        path = self.directory.snapshots
        return SnapshotStore.open(path) if path.exists() else SnapshotStore.create(path)

    def agent(self, work: Work) -> PhaseResult:
        prompt = self._prompt(work)
        with self.backend.create(self._agent_spec()) as sandbox:
            if work.base:
                with self._tree(_before(work.key), work.base) as tree:
                    sandbox.put(tree, WORKSPACE)
            outcome = self._drive(work, prompt, sandbox)
            cause = self._keep(work, outcome, sandbox)
        artefacts = {"prompt.md": prompt.encode(), "agent.log": outcome.log}
        return PhaseResult(cause, artefacts=artefacts)

    def keeps_workspace(self, work: Work) -> bool:
        return self.workplace.kept(work.key, work.attempt).is_file()

    def snapshot(self, work: Work) -> PhaseResult:
        parent = self._stored(_before(work.key), work.base).commit if work.base else None
        with self.workplace.kept(work.key, work.attempt).open("rb") as stream:
            try:
                stored = self.store.add_tar(stream, _ref(work.key), parent=parent)
            except SnapshotTooLarge:
                return PhaseResult("snapshot_too_large")
            except BrokenStream:
                return PhaseResult("snapshot_broken")
        return PhaseResult(snapshot=stored.tree)

    def grade(self, work: Work) -> PhaseResult:
        self.workplace.forget(work.key, work.attempt)
        with self._tree(work.key, work.snapshot) as solution:
            found = grade(
                self.cast.problems[work.key.problem],
                work.key.checkpoint,
                solution=solution,
                language=self.cast.language,
                backend=self.backend,
                run_id=self.cast.run_id,
            )
        cause = found.cause
        if cause in ("grader_died", "tests_broken"):
            cause = infrastructure_cause(self.witness) or cause
        return PhaseResult(cause, artefacts=_result("tests", work, found.to_json()))

    def quality(self, work: Work) -> PhaseResult:
        commit = self._stored(work.key, work.snapshot).commit
        with self.workplace.scratch() as folder:
            self.store.export(commit, folder)
            found = score_isolated(
                folder, wall_seconds=QUALITY_SECONDS, memory_mb=QUALITY_MEMORY_MB
            )
        cause = SCORING_CAUSES.get(str(found["cause"]), "quality_failed")
        return PhaseResult(
            cause if found["cause"] not in (None, NO_SOURCE) else None,
            artefacts=_result("quality", work, found),
        )

    def cancel(self) -> None:
        self._endable.end()

    def _agent_spec(self) -> SandboxSpec:
        return SandboxSpec(
            Purpose.AGENT,
            self.cast.agent_limits,
            secrets=(self.cast.bench.root, self.directory.root),
            run_id=self.cast.run_id,
        )

    def _prompt(self, work: Work) -> str:
        problem = self.cast.problems[work.key.problem]
        return self.cast.prompt.render(
            spec=problem.spec(work.key.checkpoint, self.cast.language),
            is_continuation=work.base is not None,
            deadline_minutes=self.cast.agent_limits.wall_seconds / 60,
        )

    def _drive(self, work: Work, prompt: str, sandbox: Sandbox) -> AgentOutcome:
        cast, key = self.cast, work.key
        task = Assignment(cast.bench, key.problem, cast.language, key.checkpoint, prompt)
        wall_seconds = cast.agent_limits.wall_seconds
        return drive(cast.runner, task, sandbox, wall_seconds=wall_seconds)

    def _keep(self, work: Work, outcome: AgentOutcome, sandbox: Sandbox) -> str | None:
        """The cause of the agent's phase, once its workspace is kept or known to be lost."""
        if outcome.cause != "sandbox_died":
            with contextlib.suppress(SandboxDied), sandbox.get(WORKSPACE) as workspace:
                self.workplace.keep(work.key, work.attempt, workspace)
                return outcome.cause
        return cause_of_death("agent", self.witness)

    def _tree(self, key: Key, tree: str | None) -> BinaryIO:
        """A stored snapshot as a tar stream."""
        return self.store.tar(self._stored(key, tree).commit)

    def _stored(self, key: Key, tree: str | None) -> Snapshot:
        """The snapshot of a checkpoint; InfrastructureError if it isn't the journaled one."""
        found = self.store.resolve(_ref(key))
        if found is None or found.tree != tree:
            raise InfrastructureError(
                f"{_ref(key)} isn't the snapshot {tree} that the journal knows",
                where=str(self.directory.snapshots),
                mend="put snapshots.git back from a copy",
            )
        return found


def _before(key: Key) -> Key:
    return Key(key.problem, key.sample, key.checkpoint - 1)


def _ref(key: Key) -> str:
    return f"refs/attempts/{key.problem}/{key.sample}/{key.checkpoint}"


def _result(kind: str, work: Work, found: Mapping[str, object]) -> dict[str, bytes]:
    return {f"{kind}.{work.number}.json": json.dumps(found).encode()}
