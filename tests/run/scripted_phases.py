"""Phases that follow a script and start no sandbox; every start of one is noted on disk."""

import hashlib
import json
import os
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from slopbench.run.phase import PhaseResult, Work
from slopbench.run.plan import Measure, Plan, PlannedProblem, Settings, Subject

Place = tuple[str, str, int, int]
"""Phase, problem, sample, checkpoint."""


@dataclass
class ScriptedWitness:
    """A witness that says what it is told to say."""

    alive: bool = True
    low: bool = False

    def engine_alive(self) -> bool:
        return self.alive

    def disk_low(self) -> bool:
        return self.low


@dataclass
class ScriptedPhases:
    """Every phase succeeds at once, unless the script has a result or an action for its place."""

    work_folder: Path
    script: Mapping[Place, PhaseResult | Callable[[], None]] = field(default_factory=dict)
    witness: ScriptedWitness = field(default_factory=ScriptedWitness)
    cancelled: threading.Event = field(default_factory=threading.Event)

    def agent(self, work: Work) -> PhaseResult:
        log = f"try {work.attempt} from {work.base}\n".encode()
        result = self._scripted("agent", work) or PhaseResult(cost_usd=0.25, tokens={"input": 7})
        self._kept(work).write_text(f"{work.key} after {work.base}")
        return PhaseResult(
            **{**vars(result), "artefacts": {"prompt.md": b"work\n", "agent.log": log}}
        )

    def keeps_workspace(self, work: Work) -> bool:
        return self._kept(work).exists()

    def snapshot(self, work: Work) -> PhaseResult:
        result = self._scripted("snapshot", work)
        tree = hashlib.sha1(self._kept(work).read_bytes()).hexdigest()
        return result or PhaseResult(snapshot=tree)

    def grade(self, work: Work) -> PhaseResult:
        result = self._scripted("grade", work) or PhaseResult()
        regression = work.key.checkpoint - 1
        tests = {
            group: {"passed": size, "total": size}
            for group, size in (("core", 2), ("functionality", 3), ("error", 1))
        } | {"regression": {"passed": 6 * regression, "total": 6 * regression}}
        found = {"counts": tests, "strict": True, "isolated": True, "core": True}
        return self._with_file(result, f"tests.{work.number}.json", found)

    def quality(self, work: Work) -> PhaseResult:
        result = self._scripted("quality", work) or PhaseResult()
        found = {"sloc": 100 * work.key.checkpoint, "erosion": 0.1 * work.key.checkpoint}
        return self._with_file(result, f"quality.{work.number}.json", found)

    def cancel(self) -> None:
        self.cancelled.set()

    def _kept(self, work: Work) -> Path:
        parts = (work.key.problem, work.key.sample, work.key.checkpoint, work.attempt)
        return self.work_folder / "-".join(map(str, parts))

    def _scripted(self, phase: str, work: Work) -> PhaseResult | None:
        key = work.key
        with (self.work_folder / "starts").open("a") as starts:
            starts.write(f"{phase} {key.problem} {key.sample} {key.checkpoint}\n")
            starts.flush()
            os.fsync(starts.fileno())
        scripted = self.script.get((phase, key.problem, key.sample, key.checkpoint))
        if scripted is None or isinstance(scripted, PhaseResult):
            return scripted
        scripted()
        return None

    def _with_file(self, result: PhaseResult, name: str, found: object) -> PhaseResult:
        if result.cause:
            return result
        return PhaseResult(**{**vars(result), "artefacts": {name: json.dumps(found).encode()}})


def small_plan(
    problems: Mapping[str, int], samples: int = 1, stop_on: str = "never", run_id: str = "test-run"
) -> Plan:
    """A plan over problems of the given numbers of checkpoints."""
    return Plan(
        run_id=run_id,
        created="2026-01-01T00:00:00Z",
        engine="0",
        command=("slopbench", "run"),
        sandbox="scripted",
        tools={},
        enforcement={},
        subject=Subject(
            runner="scripted",
            runner_version="1",
            model=None,
            prompt="just-solve",
            prompt_hash="0" * 64,
            language="python",
        ),
        measure=Measure(
            problem_set_hash="0" * 64,
            grading_schema=1,
            quality_fingerprint="0" * 64,
            toolchain="0" * 64,
            limits={},
        ),
        settings=Settings(
            bench=None,
            runner="scripted",
            command=None,
            prompt="just-solve",
            samples=samples,
            stop_on=stop_on,
        ),
        problems=tuple(
            PlannedProblem(slug=slug, title=slug.title(), content_hash="0" * 64, checkpoints=count)
            for slug, count in problems.items()
        ),
    )
