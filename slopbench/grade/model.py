"""What grading gives: outcomes by test, counts by group, the three rates."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from slopbench.grade.dependencies.model import Package

SCHEMA_VERSION = 1
"""Changes only when a result can change: tests selected, outcomes, groups or rates."""


class Group(StrEnum):
    """The four groups of tests; regression is derived: every test of an earlier checkpoint."""

    CORE = "core"
    FUNCTIONALITY = "functionality"
    ERROR = "error"
    REGRESSION = "regression"


class SuiteOrder(StrEnum):
    """The order in which a suite runs."""

    FORWARD = "forward"
    REVERSE = "reverse"


class Until(StrEnum):
    """How far a suite runs."""

    END = "end"
    FIRST_FAILURE = "first_failure"


@dataclass(frozen=True)
class GradeOptions:
    """How a suite is run; the defaults are what counts.

    `environment` overrides the program's variables; `entry` replaces the argv of the program (null programs).
    """

    order: SuiteOrder = SuiteOrder.FORWARD
    until: Until = Until.END
    environment: Mapping[str, str] = field(default_factory=dict)
    entry: tuple[str, ...] = ()


@dataclass(frozen=True)
class TestResult:
    """One hidden test: its id (`2/test_x.py::test_name[row]`), its group, and why it failed, if it did.

    `outcome` is passed, failed or, in a foreign suite alone, skipped, which isn't passed. `detail`
    shows the starts of the program with input and output; it may quote the hidden test.
    """

    __test__: ClassVar[bool] = False  # pytest would take the name for that of a test class

    id: str
    group: Group
    outcome: str
    reason: str | None
    seconds: float
    detail: str | None = None

    @property
    def passed(self) -> bool:
        return self.outcome == "passed"


@dataclass(frozen=True)
class BuildResult:
    """The build step: `None` status where the language has none."""

    command: str | None
    status: int | None
    cause: str | None
    log: str
    seconds: float


@dataclass(frozen=True)
class Grade:
    """The grading of one snapshot at one checkpoint.

    Attributes:
        tests: every test that was selected; one without an outcome of its own has failed.
        cause: `None`, `build_failed`, `suite_timeout`, `grader_died`, or `tests_broken`, with which
            nothing was graded.
        isolation: how starts of the program were kept apart from the tests.
        dependencies: how the solution's dependencies were provided.
        packages: the packages that program and tests had.
        dependencies_failure: why the program went without the packages that it asks for.
        log: the end of what the grader printed, for people.
    """

    tests: tuple[TestResult, ...]
    cause: str | None
    build: BuildResult
    isolation: str
    dependencies: str
    seconds: float
    log: str
    packages: tuple[Package, ...] = ()
    dependencies_failure: str | None = None

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """`{group: {passed, total}}` for all four groups."""
        return {
            group.value: {
                "passed": sum(test.passed for test in self._of(group)),
                "total": len(self._of(group)),
            }
            for group in Group
        }

    def _of(self, *groups: Group) -> list[TestResult]:
        return [test for test in self.tests if test.group in groups]

    def _all_pass(self, *groups: Group) -> bool:
        tests = self._of(*groups)
        return bool(tests) and all(test.passed for test in tests)

    @property
    def strict(self) -> bool:
        """Whether every test passes, regression included."""
        return self._all_pass(*Group)

    @property
    def isolated(self) -> bool:
        """Whether every test of this checkpoint passes, whatever became of earlier ones."""
        return self._all_pass(Group.CORE, Group.FUNCTIONALITY, Group.ERROR)

    @property
    def core(self) -> bool:
        """Whether every core test passes."""
        return self._all_pass(Group.CORE)

    def to_json(self) -> dict[str, Any]:
        """What is stored as tests.<n>.json."""
        return {
            "schema_version": SCHEMA_VERSION,
            "cause": self.cause,
            "strict": self.strict,
            "isolated": self.isolated,
            "core": self.core,
            "counts": self.counts,
            "tests": [asdict(test) for test in self.tests],
            "build": asdict(self.build),
            "isolation": self.isolation,
            "dependencies": self.dependencies,
            "packages": [asdict(package) for package in self.packages],
            "dependencies_failure": self.dependencies_failure,
            "seconds": round(self.seconds, 3),
            "log": self.log,
        }
