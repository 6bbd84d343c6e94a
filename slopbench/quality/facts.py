"""What one file says about itself: its functions, its lines, its tokens."""

from dataclasses import dataclass
from math import sqrt

from slopbench.quality.tokens import Ints, Tokens

MODULE = "<module>"
"""The pseudo-function of code outside every function; reported, never part of the headline."""


@dataclass(frozen=True)
class Function:
    """A named function, with what belongs to it and to no function inside it.

    `cc` is the cyclomatic complexity, 1 + decisions; `cognitive` the cognitive complexity. Lines count
    from 1. `digest` changes with the function's text.
    """

    file: str
    name: str
    line: int
    last_line: int
    cc: int
    cognitive: int
    sloc: int
    digest: int

    @property
    def mass(self) -> float:
        """CC * sqrt(SLOC), the weight of a function (arXiv 2603.24755)."""
        return self.cc * sqrt(self.sloc)


@dataclass(frozen=True)
class FileFacts:
    """The measured facts of one source file. Rows count from 0 and are sorted."""

    file: str
    language: str
    encoding: str
    lines: int
    sloc_rows: Ints
    comment_lines: int
    """Lines with a comment or a docstring and no token."""
    functions: tuple[Function, ...]
    module: Function
    tokens: Tokens
    error_line: int | None
    """The first line that the grammar couldn't read."""
    references: frozenset[str]
    """Other files that this one may load; see `Language.imports`."""

    @property
    def sloc(self) -> int:
        """Lines on which a token that is no comment and no bare docstring starts or continues."""
        return len(self.sloc_rows)
