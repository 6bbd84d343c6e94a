"""What a problem is to every room, whatever its format, and the models behind problem.toml."""

import re
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from slopbench.config import CANARY
from slopbench.errors import UsageError
from slopbench.problem.content import content_hash
from slopbench.problem.entry import Entry, Frozen, Text
from slopbench.problem.markers import TestFunction, test_files, test_functions

ENTRY = "{entry}"
"""In a spec: the command that the agent must make work in its directory."""

Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Count = Annotated[int, Field(strict=True, gt=0)]
Seconds = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
TestId = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*/test_\w+\.py(::Test\w+)?::test\w*$")]


class ProblemLimits(Frozen):
    """What one start of the program, and one suite, may use: seconds, MiB, processes."""

    test_timeout_s: Seconds = 10.0
    suite_timeout_s: Seconds = 300.0
    memory_mb: Count = 1024
    disk_mb: Count = 512
    processes: Count = 64
    network: Annotated[bool, Field(strict=True)] = False

    @field_validator("network")
    @classmethod
    def _is_off(cls, network: bool) -> bool:
        if network:
            raise PydanticCustomError(
                "network", "true is not supported yet; set it to false or leave it out"
            )
        return network


class Checkpoint(Frozen):
    """One step of a problem.

    `punishes` names the design that this step makes costly, where that is known; an agent never
    sees it. `retired` holds ids of earlier tests that no longer hold.
    """

    n: Count
    title: Text
    punishes: str = ""
    retired: tuple[str, ...] = ()


class KitCheckpoint(Checkpoint):
    """One step as problem.toml gives it.

    The ids in `retired` look like `1/test_x.py::test_name`; the id of a function covers all its
    parametrised rows.
    """

    punishes: Text
    retired: tuple[TestId, ...] = ()

    @model_validator(mode="after")
    def _retires_earlier_tests_only(self) -> "KitCheckpoint":
        for test in self.retired:
            if int(test.split("/")[0]) >= self.n:
                raise PydanticCustomError(
                    "retired_order",
                    "retired: {test} is not a test of an earlier checkpoint than {n}; remove it",
                    {"test": test, "n": self.n},
                )
        return self


@dataclass(frozen=True)
class Asset:
    """A file or folder that a problem gives to agents beside the specification.

    Attributes:
        id: its name among the assets of the problem.
        path: where it lies on the host.
        save_path: where an agent finds it, relative to the workspace.
    """

    id: str
    path: Path
    save_path: str


class Problem(Frozen):
    """A program that grows through checkpoints. Each format of problems has a subclass."""

    slug: str
    title: Text
    pitch: Text
    interface: str
    difficulty: str
    tags: tuple[Text, ...] = Field(min_length=1)
    entry: dict[str, Entry] = Field(min_length=1)
    limits: ProblemLimits = ProblemLimits()
    environment: dict[str, str] = Field(default_factory=dict)
    checkpoints: tuple[Checkpoint, ...] = Field(alias="checkpoint", min_length=1)
    notes: dict[str, str] = Field(default_factory=dict)
    folder: Path = Field(alias="(folder)")

    @classmethod
    def read(cls, data: Mapping[str, Any], folder: Path) -> Self:
        """The problem in `folder` that the parsed file describes.

        Raises pydantic's ValidationError.
        """
        return cls.model_validate({**data, "(folder)": folder})

    @abstractmethod
    def spec(self, n: int, language: str) -> str:
        """The specification of checkpoint `n` as an agent sees it.

        Raises UsageError for an unknown checkpoint or language.
        """

    @abstractmethod
    def test_functions(self, n: int) -> list[TestFunction]:
        """The tests that are new at checkpoint `n`, found by reading; raises BrokenProblem."""

    @property
    @abstractmethod
    def secrets(self) -> tuple[Path, ...]:
        """Host folders that no solution may see, wherever they lie: tests, answers, later specs."""

    @property
    def assets(self) -> tuple[Asset, ...]:
        """What an agent finds in its workspace beside its own files."""
        return ()

    @property
    def test_dependencies(self) -> tuple[str, ...]:
        """The packages that the tests need beside pytest, as PEP 508 requirements."""
        return ()

    @property
    def installs_requirements(self) -> bool:
        """Whether the packages in a solution's requirements.txt are installed for it."""
        return False

    @property
    def data_visible(self) -> bool:
        """Whether the program may see the files beside the tests: a weaker isolation, recorded."""
        return False

    def limits_at(self, n: int) -> ProblemLimits:
        """The limits that hold at checkpoint `n`."""
        self.checkpoint(n)
        return self.limits

    def environment_at(self, n: int) -> Mapping[str, str]:
        """The variables that the program gets at checkpoint `n`."""
        self.checkpoint(n)
        return self.environment

    def checkpoint(self, n: int) -> Checkpoint:
        """Checkpoint number `n`; raises UsageError if there is none."""
        if not 1 <= n <= len(self.checkpoints):
            raise UsageError(
                f"has no checkpoint {n}",
                where=self.slug,
                mend=f"choose one of 1 to {len(self.checkpoints)}",
            )
        return self.checkpoints[n - 1]

    def entry_for(self, language: str) -> Entry:
        """How a solution in `language` is started; raises UsageError if the problem has none."""
        if language not in self.entry:
            raise UsageError(
                f"has no entry for the language {language!r}",
                where=self.slug,
                mend=f"choose one of: {', '.join(sorted(self.entry))}",
            )
        return self.entry[language]

    @cached_property
    def content_hash(self) -> str:
        """sha256 over the path and the content of every file of the problem's folder."""
        return content_hash(self.folder)


class KitProblem(Problem):
    """A problem in our own format: problem.toml, and tests that use the test kit."""

    schema_version: Literal[1] = Field(alias="schema")
    slug: Slug
    interface: Literal["cli", "stream", "repl", "http", "tcp"]
    difficulty: Literal["easy", "medium", "medium-hard", "hard"]
    canary: Annotated[str, StringConstraints(pattern=r"^slopbench-canary [0-9a-f-]{36}$")] = CANARY
    checkpoints: tuple[KitCheckpoint, ...] = Field(alias="checkpoint", min_length=1)

    @field_validator("checkpoints")
    @classmethod
    def _numbered_without_gaps(
        cls, checkpoints: tuple[KitCheckpoint, ...]
    ) -> tuple[KitCheckpoint, ...]:
        given = [checkpoint.n for checkpoint in checkpoints]
        wanted = list(range(1, len(given) + 1))
        if given != wanted:
            raise PydanticCustomError(
                "numbers",
                "n is {given}, expected {wanted}; number them from 1 in order, without gaps",
                {"given": _listed(given), "wanted": _listed(wanted)},
            )
        return checkpoints

    @property
    def secrets(self) -> tuple[Path, ...]:
        """The benchmark: it has the answers too."""
        return (self.folder.absolute().parents[1],)

    def spec_file(self, n: int) -> Path:
        """The file with the specification of checkpoint `n`, canary included."""
        return self.folder / str(self.checkpoint(n).n) / "spec.md"

    def spec(self, n: int, language: str) -> str:
        """The specification of checkpoint `n` as an agent sees it.

        The canary is stripped; `{entry}` becomes the command that must work in its directory.
        """
        text = without_canary(self.spec_file(n).read_text(encoding="utf-8"))
        return text.replace(ENTRY, self.entry_for(language).in_workspace)

    def tests_folder(self, n: int) -> Path:
        """The folder with the tests that are new at checkpoint `n`."""
        return self.folder / str(self.checkpoint(n).n) / "tests"

    def test_functions(self, n: int) -> list[TestFunction]:
        """The tests that are new at checkpoint `n`, found by reading; raises BrokenProblem."""
        files = test_files(self.tests_folder(n))
        return [test for file in files for test in test_functions(file, n)]


def without_canary(spec: str) -> str:
    """A specification without the comments and lines that carry a canary."""
    comment = r"<!--(?:(?!-->)[\s\S])*?slopbench-canary[\s\S]*?-->[ \t]*\n?"
    text = re.sub(comment, "", spec)
    kept = (line for line in text.splitlines(keepends=True) if "slopbench-canary" not in line)
    return "".join(kept).lstrip("\n")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
