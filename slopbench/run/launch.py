"""Starts a run from what a user asked for, and resumes one from what it left on disk."""

import os
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from slopbench import __version__
from slopbench.config import state_folder
from slopbench.errors import InfrastructureError, SlopbenchError, UsageError
from slopbench.grade.dependencies.model import Source
from slopbench.grade.dependencies.provide import measured_source, require_test_packages
from slopbench.grade.dependencies.source import source_of, written
from slopbench.grade.language import toolchain_for
from slopbench.grade.model import SCHEMA_VERSION as GRADING_SCHEMA
from slopbench.problem.bench import Bench, problem_set_hash
from slopbench.problem.model import Problem
from slopbench.quality.fingerprint import quality_fingerprint
from slopbench.run.directory import RunDirectory
from slopbench.run.engine import Engine
from slopbench.run.host import Host, disk_floor_mb, require_git, require_room
from slopbench.run.phases import AGENT_LIMITS, Cast, SandboxPhases
from slopbench.run.plan import (
    Measure,
    Plan,
    PlannedProblem,
    Settings,
    StopOn,
    Subject,
    new_run_id,
    utc_now,
)
from slopbench.run.workplace import Workplace
from slopbench.runner.load import choose_runner
from slopbench.runner.model import PlayedRunner, Runner
from slopbench.runner.prompts import Prompt, find_prompt
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Backend, Limits, Toolchain

Progress = Callable[[Engine], AbstractContextManager[object]]
"""Shows what an engine does while it is entered."""


@dataclass(frozen=True)
class Request:
    """What a user asked for; `jobs` attempts run side by side, `argv` is the exact command.

    `limits` are those of the agent at each checkpoint; `dependencies` is `none`, `registry` or the
    path of a folder of wheels.
    """

    bench: Path | None
    problems: Sequence[str]
    runner: str
    command: str | None
    model: str | None
    prompt: str
    language: str
    samples: int
    sandbox: str
    out: Path | None
    jobs: int
    stop_on: StopOn
    limits: Limits
    argv: Sequence[str]
    dependencies: str = "none"


@dataclass(frozen=True)
class Ended:
    """Where a session has left its run, and the name of the signal that ended it early, if any."""

    root: Path
    interrupted: str | None


@dataclass(frozen=True)
class Parts:
    """Everything that a run works with, loaded and checked."""

    bench: Bench
    problems: Sequence[Problem]
    runner: Runner
    prompt: Prompt
    language: str
    model: str | None
    backend: Backend
    limits: Limits
    dependencies: Source
    toolchain: Toolchain

    def subject(self) -> Subject:
        """What is compared."""
        return Subject(
            runner=self.runner.name,
            runner_version=self.runner.identity,
            model=self.model,
            prompt=self.prompt.name,
            prompt_hash=self.prompt.sha256,
            language=self.language,
        )

    def measure(self) -> Measure:
        """What it is measured with."""
        return Measure(
            problem_set_hash=problem_set_hash(self.problems),
            grading_schema=GRADING_SCHEMA,
            quality_fingerprint=quality_fingerprint(),
            toolchain=self.toolchain.id,
            limits={"agent": asdict(self.limits)},
            dependencies=measured_source(self.dependencies, self.problems),
        )

    def cast(self, run_id: str) -> Cast:
        """What the phases of a run have in common."""
        return Cast(
            bench=self.bench,
            problems={problem.slug: problem for problem in self.problems},
            runner=self.runner,
            prompt=self.prompt,
            language=self.language,
            agent_limits=self.limits,
            run_id=run_id,
            dependencies=self.dependencies,
        )


def start(request: Request, progress: Progress) -> Ended:
    """Plan a run, and bring it as far as it goes.

    Raises UsageError or InfrastructureError before anything is written, if the run can't begin.
    """
    settings = Settings(
        bench=str(request.bench.absolute()) if request.bench else None,
        runner=_findable(request.runner, ""),
        command=request.command,
        prompt=_findable(request.prompt, ".j2"),
        samples=request.samples,
        stop_on=request.stop_on,
        dependencies=written(source_of(request.dependencies)),
    )
    parts = load_parts(
        settings,
        request.problems,
        language=request.language,
        model=request.model,
        sandbox=request.sandbox,
        limits=request.limits,
    )
    run_id = new_run_id(parts.runner.name)
    root = request.out or Path("runs") / run_id
    room = disk_floor_mb() + request.jobs * request.limits.disk_mb
    require_room((root.absolute(), state_folder()), room)
    plan = make_plan(parts, settings, run_id, request.argv)
    return work(RunDirectory.create(root, plan), plan, parts, request.jobs, progress)


def resume(root: Path, jobs: int, progress: Progress) -> Ended:
    """Go on with a run. What was finished isn't done again; what infrastructure broke is.

    Raises UsageError if the problems, the runner, the prompt or the tools aren't what they were.
    """
    directory = RunDirectory.open(root)
    plan = directory.plan()
    plan.refuse_imported()
    slugs = [problem.slug for problem in plan.problems]
    subject = plan.subject
    parts = load_parts(
        plan.settings,
        slugs,
        language=subject.language,
        model=subject.model,
        sandbox=plan.sandbox,
        limits=planned_limits(plan.measure),
    )
    plan.refuse_changes(parts.subject(), parts.measure())
    require_room((directory.root, state_folder()), disk_floor_mb())
    return work(directory, plan, parts, jobs, progress)


def load_parts(
    settings: Settings,
    slugs: Sequence[str],
    *,
    language: str,
    model: str | None,
    sandbox: str,
    limits: Limits,
) -> Parts:
    """Load and check everything that a run needs; the sandbox comes last, as it takes longest."""
    require_git()
    dependencies = source_of(settings.dependencies)
    bench = Bench.locate(Path(settings.bench) if settings.bench else None)
    problems = bench.problems(slugs)
    if not problems:
        raise UsageError(
            "holds no problem",
            where=str(bench.problems_folder),
            mend="make one: slopbench problems new",
        )
    runner = choose_runner(bench, settings.runner, settings.command)
    prompt = find_prompt(bench, settings.prompt)
    for problem in problems:
        problem.entry_for(language)
        if isinstance(runner, PlayedRunner) and runner.plays != "nothing":
            for checkpoint in problem.checkpoints:
                bench.reference(problem.slug, language, checkpoint.n)
    backend = pick_backend(sandbox)
    toolchain = toolchain_for(problems, language, backend)
    require_test_packages(problems, backend, dependencies)
    return Parts(
        bench, problems, runner, prompt, language, model, backend, limits, dependencies, toolchain
    )


def chosen_limits(minutes: float | None, memory_mb: int | None, disk_mb: int | None) -> Limits:
    """The limits of an agent at each checkpoint: what is given, else `AGENT_LIMITS`."""
    chosen = {
        "wall_seconds": None if minutes is None else minutes * 60,
        "memory_mb": memory_mb,
        "disk_mb": disk_mb,
    }
    given: dict[str, Any] = {name: value for name, value in chosen.items() if value is not None}
    return replace(AGENT_LIMITS, **given)


def planned_limits(measure: Measure) -> Limits:
    """The limits of an agent that a plan holds, counts as whole numbers again."""
    agent: dict[str, Any] = {
        name: int(value) if value.is_integer() else value
        for name, value in measure.limits["agent"].items()
    }
    return Limits(**agent)


def make_plan(parts: Parts, settings: Settings, run_id: str, argv: Sequence[str]) -> Plan:
    """The plan of a new run."""
    return Plan(
        run_id=run_id,
        created=utc_now(),
        engine=__version__,
        command=tuple(argv),
        sandbox=parts.backend.name,
        tools=parts.toolchain.tools,
        enforcement=parts.backend.enforcement(),
        subject=parts.subject(),
        measure=parts.measure(),
        settings=settings,
        problems=tuple(
            PlannedProblem(
                slug=problem.slug,
                title=problem.title,
                content_hash=problem.content_hash,
                checkpoints=len(problem.checkpoints),
            )
            for problem in parts.problems
        ),
    )


def work(directory: RunDirectory, plan: Plan, parts: Parts, jobs: int, progress: Progress) -> Ended:
    """One session on a run. An error says how to go on after it is mended."""
    parts.backend.reap()
    workplace = Workplace(state_folder() / "work" / plan.run_id)
    host = Host(parts.backend, (directory.root, state_folder()), disk_floor_mb())
    phases = SandboxPhases(parts.cast(plan.run_id), directory, parts.backend, workplace, host)
    engine = Engine(directory, plan)
    workplace.sweep()
    try:
        with progress(engine):
            interrupted = engine.run(phases, jobs)
    except SlopbenchError as error:
        mend = f"then go on with: slopbench resume {directory.root}"
        raise InfrastructureError(
            error.what, where=error.where, mend=f"{error.mend}; {mend}".lstrip("; ")
        ) from error
    for key, state in engine.state.checkpoints.items():
        for each in state.tries if state.next_phase is None else ():
            workplace.forget(key, each.number)
    workplace.leave()
    return Ended(directory.root, interrupted)


def default_jobs() -> int:
    """As many attempts side by side as there are cores, at most two."""
    return min(2, len(os.sched_getaffinity(0)))


def _findable(name: str, suffix: str) -> str:
    """A name as it is; the path of a folder or file so that it is found from anywhere."""
    is_path = "/" in name or (suffix != "" and name.endswith(suffix))
    return str(Path(name).absolute()) if is_path else name
