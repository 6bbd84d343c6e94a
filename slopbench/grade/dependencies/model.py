"""Where packages may come from, and what grading is given of them."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Kind = Literal["none", "registry", "folder"]
"""No packages; those of the one index that uv is configured for; those of a folder of wheels."""

Reader = Literal["program", "tests"]
"""Who sees a package: the program under test, or the tests in the grader's own place."""


@dataclass(frozen=True)
class Source:
    """Where packages come from; `folder` is that of the wheels, absolute."""

    kind: Kind
    folder: Path | None = None


NO_PACKAGES = Source("none")


@dataclass(frozen=True)
class Package:
    """An installed package; `sha256` is that of its wheel, `of` tells who sees it."""

    name: str
    version: str
    sha256: str
    of: Reader


@dataclass(frozen=True)
class Provided:
    """The packages for grading one solution.

    Attributes:
        program: the folder of packages that the program sees, None if there are none.
        grader: the folder of packages that the tests see, None if there are none.
        packages: all of both.
        record: what was provided and from where, in one line.
        failure: why the solution's packages can't be had; its tests then run without them.
    """

    program: Path | None
    grader: Path | None
    packages: tuple[Package, ...]
    record: str
    failure: str | None
