"""What the grader is given: the tests of 1…k, the modules that they share, and the settings of the kit."""

import io
import json
import tarfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from slopbench.config import WORKSPACE
from slopbench.errors import UsageError
from slopbench.grade.model import GradeOptions, Until
from slopbench.problem.model import KitProblem, Problem

IGNORED = frozenset({"__pycache__"})
WORK = "/tmp/run"  # noqa: S108 - a path inside the sandbox
GRADER = "/grader"
SITE = f"{GRADER}/site"


@dataclass(frozen=True)
class Place:
    """Where things lie inside the grading sandbox: a folder whose name nobody can guess."""

    folder: str

    @property
    def problem(self) -> str:
        return f"{self.folder}/problem"

    @property
    def settings(self) -> str:
        return f"{self.folder}/settings.json"

    @property
    def results(self) -> str:
        return f"{self.folder}/results.jsonl"


class SuitePlace(Protocol):
    """The paths that grading itself needs."""

    @property
    def folder(self) -> str: ...

    @property
    def problem(self) -> str: ...

    @property
    def settings(self) -> str: ...

    @property
    def results(self) -> str: ...


class Suite(Protocol):
    """The tests of one checkpoint, as they are put into a grading sandbox."""

    @property
    def place(self) -> SuitePlace:
        """Where they lie."""

    def settings(
        self,
        language: str,
        nesting: Mapping[str, Any],
        options: GradeOptions,
        path: Callable[[str], str],
    ) -> dict[str, Any]:
        """The kit's settings; `path` is the sandbox's."""

    def tar(self, settings: Mapping[str, Any]) -> io.BytesIO:
        """What is unpacked into the folder of the place."""

    @property
    def weaknesses(self) -> tuple[str, ...]:
        """What programs may do here that they may not do elsewhere."""


@dataclass(frozen=True)
class KitSuite:
    """Tests that use the kit."""

    problem: Problem
    n: int
    place: Place
    weaknesses: tuple[str, ...] = ()

    def settings(
        self,
        language: str,
        nesting: Mapping[str, Any],
        options: GradeOptions,
        path: Callable[[str], str],
    ) -> dict[str, Any]:
        return kit_settings(
            self.problem,
            self.n,
            language=language,
            place=self.place,
            site=SITE,
            nesting=nesting,
            options=options,
            path=path,
        )

    def tar(self, settings: Mapping[str, Any]) -> io.BytesIO:
        return suite_tar(self.problem, self.n, settings)


def retired_tests(problem: Problem, n: int) -> tuple[str, ...]:
    """The ids of earlier tests that no longer hold at checkpoint `n`."""
    return tuple(
        test
        for checkpoint in problem.checkpoints
        if checkpoint.n <= n
        for test in checkpoint.retired
    )


def kit_settings(
    problem: Problem,
    n: int,
    *,
    language: str,
    place: SuitePlace,
    site: str,
    nesting: Mapping[str, Any],
    options: GradeOptions,
    path: Callable[[str], str],
) -> dict[str, Any]:
    """The kit's settings file as an object (see kit/settings.py); `path` is the sandbox's."""
    limits = problem.limits_at(n)
    return {
        "entry": list(options.entry) or problem.entry_for(language).argv("{root}"),
        "root": path(WORKSPACE),
        "launcher": nesting["launcher"],
        "work": path(WORK),
        "environment": {**problem.environment_at(n), **options.environment},
        "limits": {
            "start_seconds": limits.test_timeout_s,
            "memory_mb": limits.memory_mb,
            "processes": limits.processes,
            "disk_mb": limits.disk_mb,
        },
        "problem": path(place.problem),
        "checkpoint": n,
        "retired": list(retired_tests(problem, n)),
        "results": path(place.results),
        "site": path(site),
        "order": options.order.value,
        "stop_at_first_failure": options.until is Until.FIRST_FAILURE,
        "bwrap": nesting.get("bwrap", ""),
        "toolchain": nesting.get("binds", []),
        "seccomp": nesting.get("seccomp"),
        "shared": nesting.get("shared", []),
    }


def suite_tar(problem: Problem, n: int, settings: Mapping[str, Any]) -> io.BytesIO:
    """A tar stream with settings.json and problem/, without the specs and later checkpoints."""
    if not isinstance(problem, KitProblem):
        raise UsageError("has no tests that use the kit", where=problem.slug)
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=tarfile.PAX_FORMAT) as archive:
        add_file(archive, "settings.json", json.dumps(settings).encode())
        for path in sorted(problem.folder.glob("*.py")):
            add_file(archive, f"problem/{path.name}", path.read_bytes())
        for number in range(1, n + 1):
            tests = problem.tests_folder(number)
            for path in test_files(tests):
                name = f"problem/{number}/tests/{path.relative_to(tests)}"
                add_file(archive, name, path.read_bytes())
    stream.seek(0)
    return stream


def test_files(folder: Path) -> list[Path]:
    """The files below a tests folder, without byte code."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not IGNORED.intersection(path.relative_to(folder).parts)
    )


def add_file(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size, info.mode = len(data), 0o600
    archive.addfile(info, io.BytesIO(data))
