"""How a solution is started: the part of a problem that each language has of its own."""

import re
import shlex
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, StringConstraints, field_validator, model_validator
from pydantic_core import PydanticCustomError

ROOT = "{root}"
"""In an entry command: the folder of the solution inside the sandbox."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


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
        return _relative(self.command)

    @property
    def build_in_workspace(self) -> str | None:
        """The build command as it works inside the solution's folder, if there is one."""
        return self.build and _relative(self.build)


def _relative(command: str) -> str:
    command = re.sub(r"^\{root\}/", "./", command)
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
