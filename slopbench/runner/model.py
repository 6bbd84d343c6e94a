"""What a runner is: the frozen models behind runner.toml."""

import hashlib
from pathlib import Path
from typing import Annotated, Final, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from slopbench.errors import UsageError
from slopbench.problem.content import content_hash
from slopbench.problem.entry import Frozen, Text

FOLDER: Final = "(folder)"
"""The key under which loading hands over the runner's folder; no key of a file has this name."""

Variable = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Word = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
ShellCommand = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, pattern=r"^[^\x00]*$")
]


class Definition(Frozen):
    """What every runner.toml says. The runner's name is that of its folder."""

    schema_version: Literal[1] = Field(alias="schema")
    version: Text
    summary: Text
    folder: Path = Field(alias=FOLDER)

    @property
    def name(self) -> str:
        """The name of the runner's folder."""
        return self.folder.name


class PlayedRunner(Definition):
    """A runner that needs no model: the engine puts a known tree into the workspace.

    `plays` is `reference` (the known answer), `sloppy` (the known answer, correct and ever worse),
    `previous` (the first known answer, and never more) or `nothing`.
    """

    kind: Literal["played"]
    plays: Literal["reference", "sloppy", "previous", "nothing"]

    @property
    def identity(self) -> str:
        """What tells this runner's results from those of another edition of it."""
        return self.version


class CommandRunner(Definition):
    """A runner that is a command: it reads the prompt from a file and works in the current folder.

    `command` is for `sh -c`, `argv` is started as it is; one of them, or neither if the command
    comes from the command line. `env` is added to the environment of the agent.
    """

    kind: Literal["command"]
    command: ShellCommand | None = None
    argv: tuple[Word, ...] | None = None
    env: dict[Variable, Word] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _has_one_command(self) -> "CommandRunner":
        if self.argv == ():
            raise PydanticCustomError(
                "no_words", "argv: is empty; name a program and its arguments"
            )
        if self.command is not None and self.argv is not None:
            raise PydanticCustomError(
                "two_commands", "argv: stands beside command; keep one of both"
            )
        return self

    def with_command(self, command: str) -> "CommandRunner":
        """This runner with another shell command."""
        return self.model_copy(update={"command": command, "argv": None})

    def words(self) -> tuple[str, ...]:
        """The command line. Raises UsageError if the runner has no command."""
        if self.argv is not None:
            return self.argv
        if self.command is None:
            raise UsageError(
                "has no command",
                where=f"runner {self.name}",
                mend="add --command 'CMD', or command = \"CMD\" in a runner.toml of your own",
            )
        return ("sh", "-c", self.command)

    @property
    def identity(self) -> str:
        """The version with a digest of the command, the environment and the files beside them."""
        said = repr((self.words(), sorted(self.env.items()), content_hash(self.folder)))
        return f"{self.version}+{hashlib.sha256(said.encode()).hexdigest()[:12]}"


Runner = PlayedRunner | CommandRunner
