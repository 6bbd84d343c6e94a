"""Faulty variants of a reference: reading them and making them."""

import shutil
import stat
from collections import Counter
from pathlib import Path
from typing import Annotated

from pydantic import StringConstraints, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError

from slopbench.errors import ValidationFailed
from slopbench.problem.content import CACHES
from slopbench.problem.entry import Frozen, Text
from slopbench.problem.faults import BrokenProblem, Fault, faults_of
from slopbench.problem.load import read_toml

FEWEST_MUTANTS = 3
"""How many mutants a checkpoint needs to show that its tests can fail."""


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


class MutantFile(Frozen):
    """The content of mutants/<n>.toml."""

    mutant: tuple[Mutant, ...] = ()


def load_mutants(file: Path) -> list[Mutant]:
    """The mutants of one checkpoint; none if there is no such file.

    Raises BrokenProblem if the file is there and can't be used.
    """
    if not file.exists():
        return []
    try:
        mutants = MutantFile.model_validate(read_toml(file)).mutant
    except ValidationError as error:
        raise BrokenProblem(faults_of(error, file, MutantFile)) from error
    repeated = [name for name, times in Counter(m.id for m in mutants).items() if times > 1]
    if repeated:
        raise BrokenProblem(
            [Fault(file, f"id {name!r} is given twice", "rename one") for name in repeated]
        )
    return list(mutants)


def occurrences(reference: Path, mutant: Mutant) -> int:
    """How often the text that a mutant replaces occurs in its file.

    0 if the file can't be read or lies behind a symbolic link.
    """
    file = reference.resolve() / mutant.file
    try:
        return file.read_text(encoding="utf-8").count(mutant.find) if file == file.resolve() else 0
    except (OSError, UnicodeDecodeError):
        return 0


def apply_mutant(source: Path, target: Path, mutant: Mutant) -> None:
    """Copy the reference `source` to the new folder `target` and make the replacement there.

    Caches are left out; symbolic links are copied as links, never followed. Raises
    ValidationFailed unless the text to replace occurs exactly once in a file of the reference.
    """
    times = occurrences(source, mutant)
    if times != 1:
        raise ValidationFailed(
            f"the text that mutant {mutant.id!r} replaces occurs {times} times, expected once",
            where=str(source / mutant.file),
            mend="adapt its find to the reference",
        )
    shutil.copytree(source, target, symlinks=True, ignore=shutil.ignore_patterns(*CACHES))
    changed = target / mutant.file
    changed.chmod(changed.stat().st_mode | stat.S_IWUSR)
    text = changed.read_text(encoding="utf-8")
    changed.write_text(text.replace(mutant.find, mutant.replace), encoding="utf-8")
