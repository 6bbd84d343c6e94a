"""What a rule is given, what it reports, and what a rule is."""

import re
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Generic, Literal, TypeVar

from slopbench.problem.bench import Bench
from slopbench.problem.markers import TestFunction, test_files
from slopbench.problem.model import KitProblem

Severity = Literal["error", "warning"]
Looked = TypeVar("Looked")
"""What the rules of a format look at."""


@dataclass(frozen=True)
class Spot:
    """One place that breaks a rule: where, what is wrong there, and how to mend it."""

    file: Path
    line: int | None
    message: str
    mend: str


@dataclass(frozen=True)
class Finding:
    """A spot together with the rule that it breaks."""

    problem: str
    rule: str
    severity: Severity
    file: str
    line: int | None
    message: str
    mend: str

    def to_json(self) -> dict[str, Any]:
        """The finding as `problems lint --json` prints it."""
        return asdict(self)


@dataclass(frozen=True)
class Spec:
    """One specification; in `text`, HTML comments are blanked so that lines keep their numbers."""

    n: int
    file: Path
    raw: str

    @cached_property
    def text(self) -> str:
        return re.sub(r"<!--[\s\S]*?-->", lambda found: "\n" * found[0].count("\n"), self.raw)

    def line_at(self, offset: int) -> int:
        """The number of the line in which the character at `offset` stands."""
        return self.text.count("\n", 0, offset) + 1


@dataclass(frozen=True)
class Subject:
    """A loaded problem with everything that rules look at."""

    bench: Bench
    problem: KitProblem

    @cached_property
    def numbers(self) -> list[int]:
        """The numbers of the checkpoints."""
        return [checkpoint.n for checkpoint in self.problem.checkpoints]

    @cached_property
    def specs(self) -> list[Spec]:
        """The specifications, in order."""
        files = [(n, self.problem.spec_file(n)) for n in self.numbers]
        return [Spec(n, file, file.read_text(encoding="utf-8")) for n, file in files]

    @cached_property
    def test_files(self) -> list[tuple[int, Path]]:
        """Each test file with the checkpoint that it belongs to."""
        return [
            (n, file) for n in self.numbers for file in test_files(self.problem.tests_folder(n))
        ]

    @cached_property
    def tests(self) -> list[TestFunction]:
        """The test functions of all checkpoints."""
        return [test for n in self.numbers for test in self.problem.test_functions(n)]

    @cached_property
    def shared_modules(self) -> list[Path]:
        """The Python files beside problem.toml, which all tests may import."""
        return sorted(self.problem.folder.glob("*.py"))


@dataclass(frozen=True)
class Rule(Generic[Looked]):
    """One rule of the standard: `check` yields every spot of a problem that breaks it."""

    id: str
    severity: Severity
    about: str
    check: Callable[[Looked], Iterator[Spot]]
