"""Grades one snapshot at one checkpoint: build, then the hidden tests in a fresh sandbox."""

import contextlib
import io
import secrets
import tarfile
import time
from collections.abc import Callable
from typing import BinaryIO

from slopbench.config import WORKSPACE
from slopbench.grade.build import PATH, build, log_of, secrets_of
from slopbench.grade.model import BuildResult, Grade, GradeOptions
from slopbench.grade.results import Report, read_report
from slopbench.grade.site import KIT, grader_site
from slopbench.grade.suite import Place, kit_settings, suite_tar
from slopbench.problem.model import Problem
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

GRADER = "/grader"
SITE = f"{GRADER}/site"
GRADER_MEMORY_MB = 512
GRADER_PROCESSES = 64
GRADER_DISK_MB = 128
SUITE_GRACE_SECONDS = 10.0
DEPENDENCIES = "none: the problem has no network"
NOTHING = tarfile.NUL * tarfile.RECORDSIZE
"""A tar stream without entries."""
ISOLATION = {
    "bubblewrap": "each start in a nested sandbox",
    "uid": "each start under a user of its own",
    "bare": "UNSAFE, programs can read and change what judges them",
}

SuiteRun = tuple[Report, Outcome, str]
"""What the kit reported, how the grader ended, and the kind of launcher."""


def grade(
    problem: Problem,
    n: int,
    *,
    solution: BinaryIO,
    language: str,
    backend: Backend,
    options: GradeOptions | None = None,
    run_id: str = "",
) -> Grade:
    """Grade a solution (a tar stream of its folder) with the tests of 1…n that aren't retired.

    What the solution does is a failed test; `Grade.cause` says what ended the suite early. Raises
    InfrastructureError where a sandbox can't be made, UsageError for an unknown language or checkpoint.
    """
    options = options or GradeOptions()
    problem.checkpoint(n)
    started = time.monotonic()
    tree, built = build(problem, language, solution, backend)
    if built.command is not None and built.status != 0:
        options = GradeOptions(entry=("false",))

    def suite(tree: BinaryIO, options: GradeOptions) -> SuiteRun:
        return run_suite(problem, n, tree, language, backend, options, run_id)

    report, outcome, launcher = judge(suite, tree, options)
    return Grade(
        tests=report.tests(),
        cause=cause_of(report, outcome, built),
        build=built,
        isolation=f"{backend.name}: {ISOLATION[launcher]}",
        dependencies=DEPENDENCIES,
        seconds=time.monotonic() - started,
        log=report.error or log_of(outcome.stdout + outcome.stderr),
    )


def judge(
    suite: Callable[[BinaryIO, GradeOptions], SuiteRun], tree: BinaryIO, options: GradeOptions
) -> SuiteRun:
    """Run a suite. A solution that the sandbox can't hold beside the tests has failed them all.

    Which tests those are, and whether they are to blame themselves, an empty solution shows.
    """
    with contextlib.suppress(SandboxDied):
        run = suite(tree, options)
        if run[0].collected or run[0].error:
            return run
    report, outcome, launcher = suite(io.BytesIO(NOTHING), GradeOptions(entry=("false",)))
    report.complete = False
    return report, outcome, launcher


def run_suite(
    problem: Problem,
    n: int,
    tree: BinaryIO,
    language: str,
    backend: Backend,
    options: GradeOptions,
    run_id: str,
) -> SuiteRun:
    """Run the suite in a sandbox of its own."""
    nesting = backend.nesting()
    launcher = str(nesting["launcher"])
    share = Share(grader_site(backend), SITE)
    place = Place(f"{GRADER}/{secrets.token_hex(16)}")
    spec = SandboxSpec(
        Purpose.GRADE, suite_limits(problem), (share,), secrets=secrets_of(problem), run_id=run_id
    )
    with backend.create(spec) as sandbox:
        settings = kit_settings(
            problem,
            n,
            language=language,
            place=place,
            site=SITE,
            nesting=nesting,
            options=options,
            path=sandbox.path,
        )
        tree.seek(0)
        sandbox.put(tree, WORKSPACE)
        sandbox.put(suite_tar(problem, n, settings), place.folder)
        command = ["python3", "-I", "-S", sandbox.path(f"{SITE}/{KIT}"), "grade"]
        command.append(sandbox.path(place.settings))
        outcome = sandbox.exec(command, cwd="/", env={"PATH": PATH, "LC_ALL": "C.UTF-8"})
        return read_report(fetched(sandbox, place.results)), outcome, launcher


def suite_limits(problem: Problem) -> Limits:
    """What the grader and the program may use together; the kit holds the program below that."""
    limits = problem.limits
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
