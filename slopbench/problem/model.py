"""What a problem is: the frozen models behind problem.toml and mutants/<n>.toml."""

import re
import shlex
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from slopbench.config import CANARY
from slopbench.errors import UsageError
from slopbench.problem.content import content_hash

ROOT = "{root}"
"""In an entry command: the folder of the solution inside the sandbox."""

ENTRY = "{entry}"
"""In a spec: the command that the agent must make work in its directory."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
Count = Annotated[int, Field(strict=True, gt=0)]
Seconds = Annotated[float, Field(strict=True, gt=0, allow_inf_nan=False)]
TestId = Annotated[str, StringConstraints(pattern=r"^[1-9]\d*/test_\w+\.py(::Test\w+)?::test\w*$")]


class Frozen(BaseModel):
    """A model that can't change and that refuses keys it doesn't know."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Entry(Frozen):
    """How a solution in one language is started, and built if it must be.

    `{root}` in both commands stands for the solution's folder inside the sandbox.
    """

    command: Text
    build: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_a_bare_command(cls, value: Any) -> Any:
        return {"command": value} if isinstance(value, str) else value

    @field_validator("command")
    @classmethod
    def _names_the_solution(cls, command: str) -> str:
        if ROOT not in command:
            raise PydanticCustomError(
                "entry_root",
                "lacks {root}, the solution's folder; write it like python3 {root}/main.py",
            )
        return _splittable(command)

    @field_validator("build")
    @classmethod
    def _is_a_command(cls, build: str | None) -> str | None:
        return build and _splittable(build)

    def argv(self, root: str) -> list[str]:
        """The words of the command, with `{root}` replaced in each of them."""
        return [word.replace(ROOT, root) for word in shlex.split(self.command)]

    @property
    def in_workspace(self) -> str:
        """The command as it works inside the solution's folder, such as `python3 main.py`."""
        command = re.sub(r"^\{root\}/", "./", self.command)
        return command.replace(f"{ROOT}/", "").replace(ROOT, ".")


def _splittable(command: str) -> str:
    try:
        shlex.split(command)
    except ValueError as error:
        raise PydanticCustomError(
            "command_words",
            "is no command line ({reason}); close every quote",
            {"reason": str(error).lower()},
        ) from error
    return command


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

    `punishes` names the design that this step makes costly; an agent never sees it.
    `retired` holds ids of earlier tests that no longer hold, such as `1/test_x.py::test_name`;
    the id of a function covers all its parametrised rows.
    """

    n: Count
    title: Text
    punishes: Text
    retired: tuple[TestId, ...] = ()

    @model_validator(mode="after")
    def _retires_earlier_tests_only(self) -> "Checkpoint":
        for test in self.retired:
            if int(test.split("/")[0]) >= self.n:
                raise PydanticCustomError(
                    "retired_order",
                    "retired: {test} is not a test of an earlier checkpoint than {n}; remove it",
                    {"test": test, "n": self.n},
                )
        return self


class Mutant(Frozen):
    """A faulty variant of a reference: in `file`, `find` (which occurs once) becomes `replace`.

    `breaks` quotes the sentence of the specification that the variant breaks.
    """

    id: Annotated[str, StringConstraints(pattern=r"^\w[\w-]*$")]
    breaks: Text
    file: Text
    find: Annotated[str, StringConstraints(min_length=1)]
    replace: str

    @field_validator("file")
    @classmethod
    def _stays_inside(cls, file: str) -> str:
        if Path(file).is_absolute() or ".." in Path(file).parts:
            raise PydanticCustomError(
                "outside", "leaves the reference; give a path relative to the reference's folder"
            )
        return file

    @model_validator(mode="after")
    def _changes_something(self) -> "Mutant":
        if self.find == self.replace:
            raise PydanticCustomError(
                "no_change",
                "find and replace are equal; the variant must differ from the reference",
            )
        return self


class Problem(Frozen):
    """A program that grows through checkpoints, as problem.toml and its folder describe it."""

    schema_version: Literal[1] = Field(alias="schema")
    slug: Slug
    title: Text
    pitch: Text
    interface: Literal["cli", "stream", "repl", "http", "tcp"]
    difficulty: Literal["easy", "medium", "medium-hard", "hard"]
    tags: tuple[Text, ...] = Field(min_length=1)
    canary: Annotated[str, StringConstraints(pattern=r"^slopbench-canary [0-9a-f-]{36}$")] = CANARY
    entry: dict[str, Entry] = Field(min_length=1)
    limits: ProblemLimits = ProblemLimits()
    environment: dict[str, str] = {}
    checkpoints: tuple[Checkpoint, ...] = Field(alias="checkpoint", min_length=1)
    notes: dict[str, str] = {}
    folder: Path = Field(alias="(folder)")

    @classmethod
    def read(cls, data: Mapping[str, Any], folder: Path) -> "Problem":
        """The problem that the parsed problem.toml of `folder` describes.

        Raises pydantic's ValidationError.
        """
        return cls.model_validate({**data, "(folder)": folder})

    @field_validator("checkpoints")
    @classmethod
    def _numbered_without_gaps(cls, checkpoints: tuple[Checkpoint, ...]) -> tuple[Checkpoint, ...]:
        given = [checkpoint.n for checkpoint in checkpoints]
        wanted = list(range(1, len(given) + 1))
        if given != wanted:
            raise PydanticCustomError(
                "numbers",
                "n is {given}, expected {wanted}; number them from 1 in order, without gaps",
                {"given": _listed(given), "wanted": _listed(wanted)},
            )
        return checkpoints

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

    @cached_property
    def content_hash(self) -> str:
        """sha256 over the path and the content of every file of the problem's folder."""
        return content_hash(self.folder)


def without_canary(spec: str) -> str:
    """A specification without the comments and lines that carry a canary."""
    comment = r"<!--(?:(?!-->)[\s\S])*?slopbench-canary[\s\S]*?-->[ \t]*\n?"
    text = re.sub(comment, "", spec)
    kept = (line for line in text.splitlines(keepends=True) if "slopbench-canary" not in line)
    return "".join(kept).lstrip("\n")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
