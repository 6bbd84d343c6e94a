"""Gives grading the packages of a solution and of the tests, or says why there are none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from packaging.utils import canonicalize_name

from slopbench.errors import UsageError
from slopbench.grade.dependencies.imports import foreign_modules
from slopbench.grade.dependencies.install import Place, installed, program_place
from slopbench.grade.dependencies.interpreter import interpreter_of
from slopbench.grade.dependencies.lock import Wheel
from slopbench.grade.dependencies.model import Package, Provided, Reader, Source
from slopbench.grade.dependencies.requirements import (
    NAME,
    Refused,
    asks_for_packages,
    parse,
    plain_all,
    requirements_file,
)
from slopbench.grade.dependencies.resolve import Market, resolved
from slopbench.grade.dependencies.source import identity
from slopbench.grade.dependencies.uv import uv_binary
from slopbench.problem.model import Problem
from slopbench.problem.scbench.imports import BUNDLED
from slopbench.problem.scbench.model import ScbenchProblem
from slopbench.sandbox.backends import NONE
from slopbench.sandbox.protocol import Backend

GRADER_PLACE = Place("/grader/packages")
"""Where the tests' packages are shown in the grader's sandbox."""

NO_NETWORK = Provided(None, None, (), "none: the problem has no network", None)
CARRIED = frozenset(("pytest", "pytest-timeout", "pluggy", "iniconfig", "packaging", "pygments"))
"""Packages that the grader has of its own, whatever versions a problem asks for."""


@dataclass(frozen=True)
class Installed:
    """A folder of packages, None if there are none, and what is in it."""

    folder: Path | None = None
    wheels: tuple[Wheel, ...] = ()

    def packages(self, reader: Reader) -> tuple[Package, ...]:
        return tuple(Package(each.name, each.version, each.sha256, reader) for each in self.wheels)


NOTHING = Installed()


def provide(problem: Problem, solution: BinaryIO, backend: Backend, source: Source) -> Provided:
    """The packages with which a solution, a tar stream that is left at 0, is graded.

    What a solution asks for and can't have is `Provided.failure`. Raises UsageError if the tests'
    own packages can't be had from this source, InfrastructureError if the registry doesn't answer.
    """
    if not needs_packages(problem):
        return NO_NETWORK
    tests = test_packages(problem, backend, source)
    program, failure = NOTHING, None
    try:
        program, words = solution_packages(problem, solution, backend, source)
    except Refused as error:
        words, failure = f"none for the program, {error}", str(error)
    if source.kind == "none" and problem.installs_requirements and asks_for_packages(solution):
        failure = f"{words}; give --dependencies registry, or a folder of wheels"
    return Provided(
        program=program.folder,
        grader=tests.folder,
        packages=(*program.packages("program"), *tests.packages("tests")),
        record=f"{identity(source)}: {words}; {len(tests.wheels)} packages for the tests",
        failure=failure,
    )


def needs_packages(problem: Problem) -> bool:
    """Whether the source of packages can change a result of this problem."""
    return bool(problem.installs_requirements or problem.test_dependencies)


def measured_source(source: Source, problems: Iterable[Problem]) -> str:
    """The identity of the source as far as it can change a result of these problems, else `none`."""
    return identity(source) if any(map(needs_packages, problems)) else "none"


def require_test_packages(problems: Iterable[Problem], backend: Backend, source: Source) -> None:
    """Have the packages of all problems' tests at hand, before anything runs.

    Raises UsageError that names what is missing and how to give it, InfrastructureError if the
    registry doesn't answer.
    """
    for problem in filter(needs_packages, problems):
        if source.kind != "none":
            uv_binary()
        test_packages(problem, backend, source)


def test_packages(problem: Problem, backend: Backend, source: Source) -> Installed:
    """The packages of a problem's tests, less those that the grader has anyway."""
    if source.kind == "none":
        refuse_missing(problem)
        return NOTHING
    if backend.name == NONE:
        raise UsageError(
            "packages can be shown in a sandbox only",
            where=f"--sandbox {NONE}",
            mend="use --sandbox bubblewrap or docker, or --dependencies none",
        )
    market = Market(source, interpreter_of(backend))
    try:
        asked = plain_all(test_requirements(problem), market.interpreter.markers)
        wanted = tuple(each for each in asked if project(each) not in CARRIED)
        return install(wanted, GRADER_PLACE, market, backend)
    except Refused as error:
        raise UsageError(
            f"the packages of its tests can't be had: {error}",
            where=problem.slug,
            mend=f"give a source that has {', '.join(test_requirements(problem))} as wheels",
        ) from error


def test_requirements(problem: Problem) -> tuple[str, ...]:
    """What the tests need: what the problem names, and what foreign tests may use unnamed."""
    bundled = set(BUNDLED).intersection(foreign_imports(problem))
    return tuple(dict.fromkeys((*problem.test_dependencies, *sorted(bundled))))


def foreign_imports(problem: Problem) -> frozenset[str]:
    """The modules from elsewhere that a problem's tests import; those of our own import none."""
    if isinstance(problem, ScbenchProblem):
        return read_imports(problem.tests, problem.content_hash)
    return frozenset()


@lru_cache(maxsize=256)
def read_imports(tests: Path, content: str) -> frozenset[str]:
    """The foreign modules of a tests folder, read once for each content."""
    return foreign_modules(tests)


def refuse_missing(problem: Problem) -> None:
    """Without a source: raise UsageError if the tests need packages."""
    missing = set(filter(is_plugin, problem.test_dependencies)) | foreign_imports(problem)
    if missing:
        raise UsageError(
            f"its tests need packages: {', '.join(sorted(missing))}",
            where=problem.slug,
            mend="give --dependencies registry, or --dependencies DIR with their wheels",
        )


def is_plugin(requirement: str) -> bool:
    """Whether a requirement is for a plugin of pytest, which tests may need without importing it."""
    name = project(requirement)
    return name.startswith("pytest-") and name not in CARRIED


def project(requirement: str) -> str:
    """The normalised name at the beginning of a requirement."""
    found = NAME.match(requirement.strip())
    return canonicalize_name(found.group()) if found else ""


def solution_packages(
    problem: Problem, solution: BinaryIO, backend: Backend, source: Source
) -> tuple[Installed, str]:
    """The packages that a solution asks for, and a few words about them. Raises Refused."""
    if not problem.installs_requirements:
        return NOTHING, "requirements.txt is not looked at"
    data = requirements_file(solution)
    if data is None:
        return NOTHING, "the solution has no requirements.txt"
    if source.kind == "none":
        return NOTHING, "the solution's requirements.txt is not installed"
    interpreter = interpreter_of(backend)
    wanted = parse(data, interpreter.markers)
    place = program_place(interpreter.site)
    found = install(wanted, place, Market(source, interpreter), backend)
    return found, f"{len(found.wheels)} packages for the program"


def install(wanted: Sequence[str], place: Place, market: Market, backend: Backend) -> Installed:
    """The packages of plain requirements with all that they need. Raises Refused."""
    if not wanted:
        return NOTHING
    wheels = resolved(wanted, market)
    return Installed(installed(wheels, place, market, backend), wheels)
