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
class Finding:
    """A place that a rule matches, from its first to its last row, and the rows that it flags."""

    rule: str
    first_row: int
    last_row: int
    rows: tuple[int, ...]

    @property
    def flags_code(self) -> bool:
        """Whether the rule is about code; those about comments are no part of verbosity."""
        return "/comment-" not in self.rule


@dataclass(frozen=True)
class DeadCode:
    """What a file says about code that nothing uses."""

    unreachable: tuple[tuple[int, int], ...]
    """First and last row of each piece."""
    unused: tuple[tuple[str, int, int], ...]
    """Names that the file itself doesn't use, each with the first and last row of its definition."""
    used_names: frozenset[str]


@dataclass(frozen=True)
class FileFacts:
    """The measured facts of one source file. Rows count from 0 and are sorted."""

    file: str
    language: str
    encoding: str
    lines: int
    sloc_rows: Ints
    line_codes: Ints
    """A code for the text of each of these rows, without the space around it."""
    comments: Ints
    """The first byte of each comment and the one after its last, in turn. Docstrings are here where
    code of the same block stands beside them, so that it is a block without them too."""
    comment_lines: int
    """Lines with a comment or a docstring and no token."""
    functions: tuple[Function, ...]
    module: Function
    tokens: Tokens
    depth: int
    """How deep the syntax tree is."""
    error_line: int | None
    """The first line that the grammar couldn't read."""
    references: frozenset[str]
    """What the file imports; see `Language.imports`."""
    mentions: frozenset[str]
    """Other files that its strings may name, in the same form."""
    findings: tuple[Finding, ...] | None = None
    """What the rules found; None where no rule was tried."""
    unread_by: frozenset[str] = frozenset()
    """The rule engines that couldn't read the file."""
    dead_code: DeadCode | None = None
    """None where it can't be told."""

    @property
    def sloc(self) -> int:
        """Lines on which a token that is no comment and no bare docstring starts or continues."""
        return len(self.sloc_rows)
