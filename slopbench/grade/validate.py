"""Shows that a problem's references pass and that its tests can fail.

For each checkpoint: the reference in order, and in reverse order with another locale, zone and hash
seed; programs that do nothing; the reference of the checkpoint before; every mutant up to its first
failed test.
"""

import io
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from slopbench.grade.acceptance import CheckpointResult, Evidence, judged
from slopbench.grade.grading import grade
from slopbench.grade.model import Grade, GradeOptions, SuiteOrder, Until
from slopbench.problem.bench import Bench
from slopbench.problem.content import entries
from slopbench.problem.model import Problem
from slopbench.problem.mutants import apply_mutant
from slopbench.sandbox.protocol import Backend

OTHER_ENVIRONMENT = {"LC_ALL": "C", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "17"}
NULL_PROGRAMS = ("true", "false")

FolderGrader = Callable[[Problem, int, Path, GradeOptions], Grade]
"""Grades the solution in a folder at a checkpoint."""


@dataclass(frozen=True)
class Trial:
    """One grading: of what, as what, and how."""

    name: str
    solution: Path
    options: GradeOptions = field(default_factory=GradeOptions)


def sandboxed(language: str, backend: Backend) -> FolderGrader:
    """A grader that runs the tests in sandboxes of `backend`."""

    def grade_folder(problem: Problem, n: int, folder: Path, options: GradeOptions) -> Grade:
        solution = tar_of(folder)
        return grade(
            problem, n, solution=solution, language=language, backend=backend, options=options
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


def validate_checkpoint(
    bench: Bench,
    problem: Problem,
    n: int,
    *,
    language: str,
    grade_folder: FolderGrader,
    jobs: int,
    progress: Callable[[str], None],
) -> CheckpointResult:
    """Run every check of checkpoint `n`, `jobs` gradings at a time; `progress` is told of each.

    Mutants are of one language; in another one they are left out. Raises UsageError without a
    reference, BrokenProblem for a faulty mutant file, ValidationFailed for a mutant that doesn't
    fit, and what the grader raises.
    """
    started = time.monotonic()

    def run(trial: Trial) -> Grade:
        result = grade_folder(problem, n, trial.solution, trial.options)
        progress(f"checkpoint {n}: {trial.name} graded in {result.seconds:.1f} s")
        return result

    with mutated(bench, problem, n, language) as mutants, ThreadPoolExecutor(jobs) as pool:
        fixed = fixed_trials(bench, problem, n, language)
        grades = gather(pool, run, [*fixed, *mutants])
    evidence = Evidence(
        n=n,
        reference=grades["reference"],
        turned=grades["reverse order, other environment"],
        nulls={program: grades[program] for program in NULL_PROGRAMS},
        previous=grades.get("previous reference"),
        mutants={trial.name: grades[trial.name] for trial in mutants},
        has_mutants=language == bench.language_of_answers(problem),
    )
    return judged(evidence, time.monotonic() - started)


def gather(
    pool: ThreadPoolExecutor, run: Callable[[Trial], Grade], trials: Sequence[Trial]
) -> dict[str, Grade]:
    """The grade of each trial by its name; the first error cancels what has not begun."""
    try:
        return dict(zip([trial.name for trial in trials], pool.map(run, trials), strict=True))
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise


def fixed_trials(bench: Bench, problem: Problem, n: int, language: str) -> list[Trial]:
    """The trials that every checkpoint has, mutants aside."""
    reference = bench.reference(problem.slug, language, n)
    turned = GradeOptions(order=SuiteOrder.REVERSE, environment=OTHER_ENVIRONMENT)
    trials = [
        Trial("reference", reference),
        Trial("reverse order, other environment", reference, turned),
        *(Trial(name, reference, GradeOptions(entry=(name,))) for name in NULL_PROGRAMS),
    ]
    if n > 1:
        trials.append(Trial("previous reference", bench.reference(problem.slug, language, n - 1)))
    return trials


@contextmanager
def mutated(bench: Bench, problem: Problem, n: int, language: str) -> Iterator[list[Trial]]:
    """A trial for each mutant of the checkpoint, in folders that go away with the context.

    The newest tests run first, since they are the likeliest to fail.
    """
    options = GradeOptions(order=SuiteOrder.REVERSE, until=Until.FIRST_FAILURE)
    with tempfile.TemporaryDirectory(prefix="slopbench-mutants-") as scratch:
        trials = []
        if language == bench.language_of_answers(problem):
            reference = bench.reference(problem.slug, language, n)
            for mutant in bench.mutants(problem.slug, n):
                folder = Path(scratch) / mutant.id
                apply_mutant(reference, folder, mutant)
                trials.append(Trial(f"mutant {mutant.id}", folder, options))
        yield trials
