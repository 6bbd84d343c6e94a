"""slopbench.toml beside the problem folders: what a user adds to a set that isn't changed."""

from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from slopbench.problem.entry import Frozen
from slopbench.problem.faults import BrokenProblem, Fault, faults_of, near_matches
from slopbench.problem.load import read_toml

FILE = "slopbench.toml"


class Added(Frozen):
    """What is said of one problem.

    `data = "visible"` shows the files beside the tests to the program: a weaker isolation, which
    results record.
    """

    data: Literal["hidden", "visible"] = "hidden"


class Sidecar(Frozen):
    """The content of slopbench.toml."""

    problems: dict[str, Added] = Field(default_factory=dict)


def added_to(slug: str, folder: Path, known: list[str]) -> Added:
    """What the sidecar in `folder` says of a problem; `known` are the names of all problems there.

    Raises BrokenProblem if the file is there and can't be used.
    """
    file = folder / FILE
    if not file.exists():
        return Added()
    try:
        sidecar = Sidecar.model_validate(read_toml(file))
    except ValidationError as error:
        raise BrokenProblem(faults_of(error, file, Sidecar)) from error
    strangers = [name for name in sidecar.problems if name not in known]
    if strangers:
        raise BrokenProblem(
            [
                Fault(file, "is no problem", near_matches(name, known), key=f"problems.{name}")
                for name in strangers
            ]
        )
    return sidecar.problems.get(slug, Added())
