"""Grades the stored snapshots of a run with the tests, the tools and the grading of today."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from slopbench.config import state_folder
from slopbench.errors import InfrastructureError, UsageError
from slopbench.grade.dependencies.model import NO_PACKAGES, Source
from slopbench.grade.dependencies.provide import measured_source, require_test_packages
from slopbench.grade.dependencies.requirements import asks_for_packages
from slopbench.grade.dependencies.source import source_of
from slopbench.grade.dependencies.uv import end_all
from slopbench.grade.grading import grade
from slopbench.grade.model import SCHEMA_VERSION
from slopbench.problem.bench import Bench, problem_set_hash
from slopbench.problem.model import Problem
from slopbench.run.directory import RunDirectory
from slopbench.run.failures import Witness, infrastructure_cause
from slopbench.run.host import Host, disk_floor_mb, require_git, require_room
from slopbench.run.journal import Event, Key
from slopbench.run.plan import Plan
from slopbench.run.revision import Item, Result, Revision
from slopbench.run.sandboxes import EndableBackend
from slopbench.run.stored import StoredSnapshots
from slopbench.sandbox.backends import BACKENDS, pick_backend
from slopbench.sandbox.protocol import Backend, SandboxDied

DECISIVE = ("problem_hash", "grading_schema", "toolchain", "dependencies")
UNDECIDED = "auto"
UNDECIDED_PACKAGES = (
    "its requirements.txt asks for packages, and an imported run knows no source of them; "
    "give --dependencies registry, a folder of wheels, or none"
)


class Grader:
    """Grades snapshots of a run; several threads may call `make`."""

    def __init__(
        self,
        directory: RunDirectory,
        plan: Plan,
        problems: Mapping[str, Problem],
        backend: Backend,
        packages: Source | None,
    ) -> None:
        self.plan, self.problems = plan, problems
        self.packages, self.undecided = packages or NO_PACKAGES, packages is None
        self.snapshots = StoredSnapshots(directory.snapshots)
        self.endable = EndableBackend(backend)
        self.witness: Witness = Host(backend, (directory.root, state_folder()), disk_floor_mb())
        self.shared = {
            "problem_set_hash": problem_set_hash(problems.values()),
            "grading_schema": SCHEMA_VERSION,
            "toolchain": backend.toolchain().id,
            "dependencies": measured_source(self.packages, problems.values()),
        }

    def measure_of(self, key: Key) -> dict[str, object]:
        """What a grading of today is measured with."""
        return self.shared | {"problem_hash": self.problems[key.problem].content_hash}

    def end(self) -> None:
        """End every sandbox and every download."""
        self.endable.end()
        end_all()

    def make(self, item: Item) -> Result:
        """The outcomes of the tests. What can't be graded keeps the outcomes that it has.

        Raises InfrastructureError if the machine fails.
        """
        try:
            with self.snapshots.tar(item.key, item.tree) as solution:
                if self.undecided and asks_for_packages(solution):
                    return Result(kept=UNDECIDED_PACKAGES)
                found = grade(
                    self.problems[item.key.problem],
                    item.key.checkpoint,
                    solution=solution,
                    language=self.plan.subject.language,
                    backend=cast(Backend, self.endable),
                    run_id=self.plan.run_id,
                    dependencies=self.packages,
                )
        except SandboxDied as error:
            self._refuse_infrastructure()
            return Result(kept=f"the sandbox died: {error}")
        if found.cause in ("grader_died", "tests_broken"):
            self._refuse_infrastructure()
        if found.cause == "tests_broken":
            return Result(kept="the tests can't be collected")
        return Result(found.cause, found.to_json())

    def _refuse_infrastructure(self) -> None:
        cause = infrastructure_cause(self.witness)
        if cause:
            raise InfrastructureError(cause.replace("_", " "), where="the host", mend="try again")


def regrading(
    root: Path, bench: Path | None, sandbox: str | None, dependencies: str | None
) -> tuple[RunDirectory, Plan, Revision]:
    """The run in a folder, and how its snapshots are graded anew.

    Without `bench` the problems are those that the run was made with, without `sandbox` it is graded
    in a sandbox of the same kind, without `dependencies` packages come from where they came from.
    Raises UsageError if that can't be.
    """
    require_git()
    directory = RunDirectory.open(root)
    plan = directory.plan()
    problems = planned_problems(plan, chosen_bench(plan, bench))
    require_room((directory.root, state_folder()), disk_floor_mb())
    backend = pick_backend(sandbox or (plan.sandbox if plan.sandbox in BACKENDS else UNDECIDED))
    packages = chosen_packages(plan, dependencies)
    require_test_packages(problems.values(), backend, packages or NO_PACKAGES)
    grader = Grader(directory, plan, problems, backend, packages)
    revision = Revision(
        event=Event.REGRADED,
        kind="tests",
        measure_of=grader.measure_of,
        decisive=DECISIVE,
        make=grader.make,
        end=grader.end,
        place=reaped(backend),
    )
    return directory, plan, revision


@contextmanager
def reaped(backend: Backend) -> Iterator[None]:
    """The time after what dead processes have left of their sandboxes is gone."""
    backend.reap()
    yield


def chosen_packages(plan: Plan, given: str | None) -> Source | None:
    """Where packages come from; None for an imported run, as long as nobody has said it."""
    if given is None and plan.imported:
        return None
    return source_of(plan.settings.dependencies if given is None else given)


def chosen_bench(plan: Plan, folder: Path | None) -> Bench:
    """The problem set to grade with. Raises UsageError for an imported run that knows none."""
    known = plan.settings.bench
    if plan.imported and folder is None and known is None:
        raise UsageError(
            "was imported without its problem set",
            where=plan.run_id,
            mend="give the set with --bench DIR",
        )
    return Bench.locate(folder or (Path(known) if known else None))


def planned_problems(plan: Plan, bench: Bench) -> dict[str, Problem]:
    """The problems of a run by their slugs. Raises UsageError if the set lacks a checkpoint."""
    problems = {each.slug: bench.problem(each.slug) for each in plan.problems}
    for each in plan.problems:
        problem = problems[each.slug]
        problem.entry_for(plan.subject.language)
        if len(problem.checkpoints) < each.checkpoints:
            raise UsageError(
                f"has {len(problem.checkpoints)} checkpoints, and the run has {each.checkpoints}",
                where=str(problem.folder),
                mend="give the problem set of the run with --bench DIR",
            )
    return problems
