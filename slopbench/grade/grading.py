"""Grades one snapshot at one checkpoint: build, then the hidden tests in a fresh sandbox."""

import contextlib
import io
import secrets
import tarfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, BinaryIO

from slopbench.config import WORKSPACE
from slopbench.grade.build import PATH, build, log_of
from slopbench.grade.dependencies.interpreter import program_site
from slopbench.grade.dependencies.model import NO_PACKAGES, Provided, Source
from slopbench.grade.dependencies.provide import provide
from slopbench.grade.foreign import ForeignPlace, ForeignSuite
from slopbench.grade.model import BuildResult, Grade, GradeOptions
from slopbench.grade.results import Report, read_report
from slopbench.grade.site import KIT, grader_site
from slopbench.grade.suite import GRADER, SITE, KitSuite, Place, Suite
from slopbench.problem.model import Problem, ProblemLimits
from slopbench.problem.scbench.model import ScbenchProblem
from slopbench.sandbox.protocol import (
    Backend,
    Limits,
    Outcome,
    Purpose,
    Sandbox,
    SandboxDied,
    SandboxSpec,
    Share,
)

PACKAGES = f"{GRADER}/packages"
PROGRAM_PACKAGES = f"{GRADER}/program"
GRADER_MEMORY_MB = 512
GRADER_PROCESSES = 64
GRADER_DISK_MB = 128
SUITE_GRACE_SECONDS = 10.0
NOTHING = tarfile.NUL * tarfile.RECORDSIZE
"""A tar stream without entries."""
ISOLATION = {
    "bubblewrap": "each start in a nested sandbox",
    "uid": "each start under a user of its own",
    "bare": "UNSAFE, programs can read and change what judges them",
}

SuiteRun = tuple[Report, Outcome, str]
"""What the kit reported, how the grader ended, and how starts were isolated."""


def grade(
    problem: Problem,
    n: int,
    *,
    solution: BinaryIO,
    language: str,
    backend: Backend,
    options: GradeOptions | None = None,
    dependencies: Source = NO_PACKAGES,
    run_id: str = "",
) -> Grade:
    """Grade a solution (a tar stream of its folder) with the tests of 1…n that aren't retired.

    What the solution does is a failed test; `Grade.cause` says what ended the suite early. Packages
    of solution and tests come from `dependencies`. Raises InfrastructureError where a sandbox can't
    be made, UsageError for an unknown language or checkpoint and for tests whose packages are missing.
    """
    options = options or GradeOptions()
    problem.checkpoint(n)
    started = time.monotonic()
    provided = provide(problem, solution, backend, dependencies)
    tree, built = build(problem, n, language, solution, backend)
    if built.command is not None and built.status != 0:
        options = GradeOptions(entry=("false",))

    def suite(tree: BinaryIO, options: GradeOptions) -> SuiteRun:
        return run_suite(problem, n, tree, language, backend, options, provided, run_id)

    report, outcome, isolation = judge(suite, tree, options)
    return Grade(
        tests=report.tests(),
        cause=cause_of(report, outcome, built),
        build=built,
        isolation=f"{backend.name}: {isolation}",
        dependencies=provided.record,
        seconds=time.monotonic() - started,
        log=report.error or log_of(outcome.stdout + outcome.stderr),
        packages=provided.packages,
        dependencies_failure=provided.failure,
    )


def judge(
    suite: Callable[[BinaryIO, GradeOptions], SuiteRun], tree: BinaryIO, options: GradeOptions
) -> SuiteRun:
    """Run a suite. A solution that the sandbox can't hold beside the tests has failed them all.

    Which tests those are, and whether they are to blame themselves, an empty solution shows; so it
    does when the tests couldn't be collected or not be run to their end.
    """
    first: SuiteRun | None = None
    with contextlib.suppress(SandboxDied):
        first = suite(tree, options)
        if first[0].collected and not first[0].error:
            return first
    empty = suite(io.BytesIO(NOTHING), GradeOptions(entry=("false",)))
    if empty[0].error:
        empty[0].collected.clear()
        return empty
    report, outcome, isolation = first if first and first[0].collected else empty
    report.complete = False
    return report, outcome, isolation


def run_suite(
    problem: Problem,
    n: int,
    tree: BinaryIO,
    language: str,
    backend: Backend,
    options: GradeOptions,
    provided: Provided,
    run_id: str,
) -> SuiteRun:
    """Run the suite in a sandbox of its own."""
    shown = shown_packages(provided, backend)
    nesting = with_packages(backend.nesting(), provided, backend)
    launcher = str(nesting["launcher"])
    shares = (Share(grader_site(backend), SITE), *shown)
    suite = suite_of(problem, n, f"{GRADER}/{secrets.token_hex(16)}")
    spec = SandboxSpec(
        Purpose.GRADE,
        suite_limits(problem.limits_at(n)),
        shares,
        secrets=problem.secrets,
        run_id=run_id,
    )
    with backend.create(spec) as sandbox:
        settings = suite.settings(language, nesting, options, sandbox.path)
        tree.seek(0)
        sandbox.put(tree, WORKSPACE)
        sandbox.put(suite.tar(settings), suite.place.folder)
        command = ["python3", "-I", "-S", sandbox.path(f"{SITE}/{KIT}"), "grade"]
        command.append(sandbox.path(suite.place.settings))
        outcome = sandbox.exec(command, cwd="/", env={"PATH": PATH, "LC_ALL": "C.UTF-8"})
        isolation = "; ".join((ISOLATION[launcher], *suite.weaknesses))
        return read_report(fetched(sandbox, suite.place.results)), outcome, isolation


def suite_of(problem: Problem, n: int, folder: str) -> Suite:
    """The tests of a checkpoint, to be put into a folder of the grading sandbox."""
    if isinstance(problem, ScbenchProblem):
        return ForeignSuite(problem, n, ForeignPlace(folder))
    return KitSuite(problem, n, Place(folder))


def shown_packages(provided: Provided, backend: Backend) -> Iterator[Share]:
    """The packages of program and tests as folders of the grading sandbox.

    Those of the program are nowhere loaded into an interpreter that a test starts in the grader's
    place: where programs run in nested sandboxes only those have them where python3 looks, and
    elsewhere a guard in the folder keeps them from root (see dependencies/install.py).
    """
    if provided.grader is not None:
        yield Share(provided.grader, PACKAGES)
    if provided.program is not None:
        nested = backend.nesting()["launcher"] == "bubblewrap"
        yield Share(provided.program, PROGRAM_PACKAGES if nested else program_site(backend))


def with_packages(
    nesting: Mapping[str, Any], provided: Provided, backend: Backend
) -> Mapping[str, Any]:
    """How places are made for programs, in which their packages lie where python3 finds them."""
    if provided.program is None or nesting["launcher"] != "bubblewrap":
        return nesting
    bind = ("--ro-bind", PROGRAM_PACKAGES, program_site(backend))
    return {**nesting, "binds": [*nesting["binds"], *bind]}


def suite_limits(limits: ProblemLimits) -> Limits:
    """What the grader and the program may use together; the kit holds the program below that."""
    return Limits(
        wall_seconds=limits.suite_timeout_s + SUITE_GRACE_SECONDS,
        memory_mb=limits.memory_mb + GRADER_MEMORY_MB,
        processes=limits.processes + GRADER_PROCESSES,
        disk_mb=limits.disk_mb + GRADER_DISK_MB,
    )


def fetched(sandbox: Sandbox, path: str) -> bytes:
    """A file of the sandbox, empty if it isn't there or the sandbox has died."""
    try:
        with tarfile.open(fileobj=sandbox.get(path)) as archive:
            member = archive.next()
            file = archive.extractfile(member) if member is not None else None
            return file.read() if file is not None else b""
    except (SandboxDied, tarfile.TarError):
        return b""


def cause_of(report: Report, outcome: Outcome, built: BuildResult) -> str | None:
    """What ended the grading early, from the most to the least telling."""
    if not report.collected and outcome.cause != "sandbox_died":
        return "tests_broken"
    if built.command is not None and built.status != 0:
        return "build_failed"
    if outcome.cause == "wall_time":
        return "suite_timeout"
    return None if report.complete else "grader_died"
