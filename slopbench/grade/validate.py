"""Shows that a problem's references pass and that its tests can fail.

For each checkpoint: the reference in order, and in reverse order with another locale, zone and hash
seed; programs that do nothing; the reference of the checkpoint before; every mutant. Of a problem
whose tests use no kit of ours, the reference alone.
"""

import io
import tarfile
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import UsageError
from slopbench.grade.acceptance import CheckpointResult, Evidence, judged, unanswered
from slopbench.grade.dependencies.model import NO_PACKAGES, Source
from slopbench.grade.grading import grade
from slopbench.grade.model import Grade, GradeOptions, SuiteOrder, Until
from slopbench.problem.bench import Bench
from slopbench.problem.content import entries
from slopbench.problem.model import KitProblem, Problem
from slopbench.problem.mutants import apply_mutant
from slopbench.sandbox.protocol import Backend

OTHER_ENVIRONMENT = {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "17"}
NULL_PROGRAMS = ("true", "false")
REFERENCE = "reference"
TURNED = "reverse order, other environment"
PREVIOUS = "previous reference"


@dataclass(frozen=True)
class Step:
    """One checkpoint of a problem in one language; packages come from `dependencies`."""

    problem: Problem
    n: int
    language: str
    dependencies: Source = NO_PACKAGES

    def __str__(self) -> str:
        return f"{self.problem.slug} checkpoint {self.n} in {self.language}"


StepGrader = Callable[[Step, Path, GradeOptions], Grade]
"""Grades the solution in a folder as one of a step."""


@dataclass(frozen=True)
class Trial:
    """One grading: of what, as what, and how."""

    name: str
    solution: Path
    options: GradeOptions = field(default_factory=GradeOptions)


def sandboxed(backend: Backend) -> StepGrader:
    """A grader that runs the tests in sandboxes of `backend`."""

    def grade_folder(step: Step, folder: Path, options: GradeOptions) -> Grade:
        return grade(
            step.problem,
            step.n,
            solution=tar_of(folder),
            language=step.language,
            backend=backend,
            options=options,
            dependencies=step.dependencies,
        )

    return grade_folder


def tar_of(folder: Path) -> BinaryIO:
    """The files of a folder as an uncompressed tar stream, without the caches of tools."""
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path in entries(folder):
            name = path.relative_to(folder).as_posix()
            archive.add(path, arcname=name, recursive=False, filter=_anonymous)
    stream.seek(0)
    return stream


def _anonymous(member: tarfile.TarInfo) -> tarfile.TarInfo:
    """A member without its owner and time, which depend on the machine."""
    member.uid = member.gid = 0
    member.uname = member.gname = ""
    member.mtime = 0
    return member


def validate(
    bench: Bench,
    steps: Sequence[Step],
    *,
    grader: StepGrader,
    jobs: int,
    mutants_until: Until,
    progress: Callable[[str], None],
) -> Iterator[tuple[Step, CheckpointResult]]:
    """Each step with what was measured of it, in their order; `jobs` gradings run at a time.

    `progress` is told of each grading. With `Until.END` every mutant meets every test, which shows
    the tests that no mutant fails. Raises UsageError without a reference, BrokenProblem for a faulty
    mutant file, ValidationFailed for a mutant that doesn't fit, and what the grader raises.
    """

    def run(step: Step, trial: Trial) -> Grade:
        result = grader(step, trial.solution, trial.options)
        progress(f"{step}: {trial.name} graded in {result.seconds:.1f} s")
        return result

    with ThreadPoolExecutor(jobs) as pool, ExitStack() as folders:
        try:
            begun = []
            for step in steps:
                trials = folders.enter_context(trials_of(bench, step, mutants_until))
                begun.append((step, {t.name: pool.submit(run, step, t) for t in trials}))
            for step, futures in begun:
                grades = {name: future.result() for name, future in futures.items()}
                if REFERENCE in grades:
                    yield step, judged(evidence(bench, step, grades, mutants_until))
                else:
                    yield step, unanswered(step.n, step.language)
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def evidence(
    bench: Bench, step: Step, grades: Mapping[str, Grade], mutants_until: Until
) -> Evidence:
    """The gradings of a step by what they show."""
    fixed = (REFERENCE, TURNED, PREVIOUS, *NULL_PROGRAMS)
    return Evidence(
        n=step.n,
        language=step.language,
        reference=grades[REFERENCE],
        turned=grades.get(TURNED),
        nulls={name: grades[name] for name in NULL_PROGRAMS if name in grades},
        previous=grades.get(PREVIOUS),
        mutants={name: graded for name, graded in grades.items() if name not in fixed}
        if has_mutants(bench, step)
        else None,
        surveyed=mutants_until is Until.END,
    )


def has_mutants(bench: Bench, step: Step) -> bool:
    """Whether the mutants of a problem are variants of this language's references."""
    is_ours = isinstance(step.problem, KitProblem)
    return is_ours and step.language == bench.language_of_answers(step.problem)


@contextmanager
def trials_of(bench: Bench, step: Step, mutants_until: Until) -> Iterator[list[Trial]]:
    """All trials of a step; the folders of mutants go away with the context."""
    with tempfile.TemporaryDirectory(prefix="slopbench-mutants-") as scratch:
        trials = fixed_trials(bench, step)
        if has_mutants(bench, step):
            trials += mutant_trials(bench, step, mutants_until, Path(scratch))
        yield trials


def fixed_trials(bench: Bench, step: Step) -> list[Trial]:
    """The trials that don't depend on mutants; none where a foreign set has no reference."""
    slug = step.problem.slug
    if not isinstance(step.problem, KitProblem):
        try:
            return [Trial(REFERENCE, bench.reference(slug, step.language, step.n))]
        except UsageError:
            return []
    reference = bench.reference(slug, step.language, step.n)
    trials = [Trial(REFERENCE, reference)]
    turned = GradeOptions(order=SuiteOrder.REVERSE, environment=OTHER_ENVIRONMENT)
    trials.append(Trial(TURNED, reference, turned))
    trials += [Trial(name, reference, GradeOptions(entry=(name,))) for name in NULL_PROGRAMS]
    if step.n > 1:
        trials.append(Trial(PREVIOUS, bench.reference(slug, step.language, step.n - 1)))
    return trials


def mutant_trials(bench: Bench, step: Step, until: Until, scratch: Path) -> list[Trial]:
    """A trial for each mutant; the newest tests run first, since they are the likeliest to fail."""
    options = GradeOptions(order=SuiteOrder.REVERSE, until=until)
    slug = step.problem.slug
    reference = bench.reference(slug, step.language, step.n)
    trials = []
    for mutant in bench.mutants(slug, step.n):
        folder = scratch / mutant.id
        apply_mutant(reference, folder, mutant)
        trials.append(Trial(f"mutant {mutant.id}", folder, options))
    return trials
