"""The phases of real runs: sandboxes, snapshots, hidden tests, scores."""

import contextlib
import json
import typing
from collections.abc import Mapping
from dataclasses import dataclass

from slopbench.config import WORKSPACE
from slopbench.grade.dependencies.model import NO_PACKAGES, Source
from slopbench.grade.dependencies.uv import end_all
from slopbench.grade.grading import grade
from slopbench.problem.bench import Bench
from slopbench.problem.model import Problem
from slopbench.run.assets import put_assets, take_assets
from slopbench.run.directory import RunDirectory
from slopbench.run.failures import cause_of_death, infrastructure_cause
from slopbench.run.host import Host
from slopbench.run.journal import Key
from slopbench.run.phase import PhaseResult, Work
from slopbench.run.sandboxes import EndableBackend
from slopbench.run.scoring import score_snapshot
from slopbench.run.stored import StoredSnapshots, ref
from slopbench.run.workplace import Workplace
from slopbench.runner.drive import AgentOutcome, Assignment, drive
from slopbench.runner.model import Runner
from slopbench.runner.prompts import Prompt
from slopbench.sandbox.protocol import Backend, Limits, Purpose, Sandbox, SandboxDied, SandboxSpec
from slopbench.snapshots.model import BrokenStream, SnapshotTooLarge

AGENT_LIMITS = Limits(
    wall_seconds=3600, memory_mb=4096, processes=512, cpus=2, disk_mb=1024, files=100_000
)
"""What an agent has at each checkpoint unless the user chooses otherwise."""


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
    dependencies: Source = NO_PACKAGES


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
        self.snapshots = StoredSnapshots(directory.snapshots)
        self._endable = EndableBackend(backend)
        self.backend = typing.cast(Backend, self._endable)

    def agent(self, work: Work) -> PhaseResult:
        prompt = self._prompt(work)
        with self.backend.create(self._agent_spec()) as sandbox:
            if work.base:
                with self.snapshots.tar(_before(work.key), work.base) as tree:
                    sandbox.put(tree, WORKSPACE)
            put_assets(self.cast.problems[work.key.problem].assets, sandbox)
            outcome = self._drive(work, prompt, sandbox)
            cause = self._keep(work, outcome, sandbox)
        artefacts = {"prompt.md": prompt.encode(), "agent.log": outcome.log}
        return PhaseResult(cause, artefacts=artefacts)

    def keeps_workspace(self, work: Work) -> bool:
        return self.workplace.kept(work.key, work.attempt).is_file()

    def snapshot(self, work: Work) -> PhaseResult:
        before = self.snapshots.found(_before(work.key), work.base) if work.base else None
        with self.workplace.kept(work.key, work.attempt).open("rb") as stream:
            try:
                stored = self.snapshots.store.add_tar(
                    stream, ref(work.key), parent=before.commit if before else None
                )
            except SnapshotTooLarge:
                return PhaseResult("snapshot_too_large")
            except BrokenStream:
                return PhaseResult("snapshot_broken")
        return PhaseResult(snapshot=stored.tree)

    def grade(self, work: Work) -> PhaseResult:
        self.workplace.forget(work.key, work.attempt)
        with self.snapshots.tar(work.key, work.snapshot) as solution:
            found = grade(
                self.cast.problems[work.key.problem],
                work.key.checkpoint,
                solution=solution,
                language=self.cast.language,
                backend=self.backend,
                run_id=self.cast.run_id,
                dependencies=self.cast.dependencies,
            )
        cause = found.cause
        if cause in ("grader_died", "tests_broken"):
            cause = infrastructure_cause(self.witness) or cause
        return PhaseResult(cause, artefacts=_result("tests", work, found.to_json()))

    def quality(self, work: Work) -> PhaseResult:
        cause, found = score_snapshot(self.snapshots, work.key, work.snapshot, self.workplace)
        return PhaseResult(cause, artefacts=_result("quality", work, found))

    def cancel(self) -> None:
        self._endable.end()
        end_all()

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
            build=problem.entry_for(self.cast.language).build_in_workspace,
        )

    def _drive(self, work: Work, prompt: str, sandbox: Sandbox) -> AgentOutcome:
        cast, key = self.cast, work.key
        task = Assignment(cast.bench, key.problem, cast.language, key.checkpoint, prompt)
        wall_seconds = cast.agent_limits.wall_seconds
        return drive(cast.runner, task, sandbox, wall_seconds=wall_seconds)

    def _keep(self, work: Work, outcome: AgentOutcome, sandbox: Sandbox) -> str | None:
        """The cause of the agent's phase, once its workspace is kept or known to be lost."""
        if outcome.cause != "sandbox_died":
            take_assets(self.cast.problems[work.key.problem].assets, sandbox)
            with contextlib.suppress(SandboxDied), sandbox.get(WORKSPACE) as workspace:
                self.workplace.keep(work.key, work.attempt, workspace)
                return outcome.cause
        return cause_of_death("agent", self.witness)


def _before(key: Key) -> Key:
    return Key(key.problem, key.sample, key.checkpoint - 1)


def _result(kind: str, work: Work, found: Mapping[str, object]) -> dict[str, bytes]:
    return {f"{kind}.{work.number}.json": json.dumps(found).encode()}
