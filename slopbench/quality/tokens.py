"""The token stream of a file, as the clone search wants it.

Every token has two codes. `exact` is equal for equal text. `shape` is what is left under renaming:
identifiers are all NAME, literals are their class, everything else is its kind in the grammar.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Rows = npt.NDArray[np.int32]

NAME, OPEN, CLOSE, PART = -1, -2, -3, -4
"""Shapes of an identifier, of the two marks of a block, and of a piece of a literal."""
_LITERALS = -10
"""Shapes of literals are this and below."""
_TEXTS = 1 << 32
"""Codes below stand for kinds of the grammar; those of texts begin here."""

ContainerState = tuple[int, int, int, int]


def kind_code(kind: str) -> int:
    """The code of a token that is fully told by its kind in the grammar."""
    return crc32(kind.encode())


@cache
def literal_shape(kind: str) -> int:
    """The shape of a class of literals."""
    return _LITERALS - crc32(kind.encode())


def text_code(content: bytes) -> int:
    """The same number for the same text in every process: 62 bits of its hash."""
    return _TEXTS + (int.from_bytes(blake2b(content, digest_size=8).digest()) >> 2)


class Interner:
    """Remembers the codes of texts and of sequences of codes, which occur again and again."""

    def __init__(self) -> None:
        self._codes: dict[bytes, int] = {}

    def number(self, content: bytes) -> int:
        """The code of a text."""
        code = self._codes.get(content)
        if code is None:
            code = self._codes[content] = text_code(content)
        return code

    def sequence(self, codes: Sequence[int]) -> int:
        """The code of a sequence of codes."""
        return self.number(np.array(codes, dtype=np.int64).tobytes())


@dataclass(frozen=True)
class Tokens:
    """Parallel arrays over tokens; rows count from 0, a mark has the row of what precedes it."""

    shape: Ints
    exact: Ints
    first_row: Rows
    last_row: Rows


class TokenWriter:
    """Collects tokens and replaces a run of literals, nested or separated, by one literal token.

    A container that holds nothing but literals becomes one token when it closes, and so do two
    literals with a separator between them: a table of data is one token, whatever its length.
    """

    def __init__(self, interner: Interner, separator: int) -> None:
        self._interner = interner
        self._separator = separator
        self._shape: list[int] = []
        self._exact: list[int] = []
        self._start: list[int] = []
        self._end: list[int] = []
        self._solid = 0  # tokens so far that no literal is made of
        self._literals = 0
        self._floor = 0  # where the innermost open container begins

    def plain(self, kind: int, start: int, end: int) -> None:
        """A keyword or an operator: its kind says all about it."""
        self._solid += 1
        self._add(kind, kind, start, end)

    def bracket(self, kind: int, start: int, end: int) -> None:
        """Punctuation that may stand between literals."""
        self._add(kind, kind, start, end)

    def name(self, text: bytes, start: int, end: int) -> None:
        """An identifier."""
        self._solid += 1
        self._add(NAME, self._interner.number(text), start, end)

    def unparsed(self, kind: int, text: bytes, start: int, end: int) -> None:
        """Text that the grammar can make nothing of."""
        self._solid += 1
        self._add(kind, self._interner.number(text), start, end)

    def part(self, text: bytes, start: int, end: int) -> None:
        """A piece of a literal: a quote or the text between."""
        self._literals += 1
        self._add(PART, self._interner.number(text), start, end)

    def literal(self, kind: str, text: bytes, start: int, end: int) -> None:
        """A literal of one token."""
        self._add_literal(kind, self._interner.number(text), start, end)

    def mark(self, shape: int) -> None:
        """OPEN or CLOSE of a block; it has no place of its own in the text."""
        self._solid += 1
        last = self._end[-1] if self._end else 1
        self._add(shape, shape, last - 1, last)

    def enter_container(self) -> ContainerState:
        """Begin of a node that may be all literal; its end wants the result back."""
        state = (len(self._shape), self._solid, self._literals, self._floor)
        self._floor = len(self._shape)
        return state

    def leave_container(self, kind: str, state: ContainerState) -> None:
        """End of such a node: its tokens become one if there were literals and nothing else."""
        begin, solid, literals, self._floor = state
        if self._solid != solid or self._literals == literals:
            return
        exact = self._interner.sequence(self._exact[begin:])
        start, end = self._start[begin], self._end[-1]
        self._cut(begin)
        self._add_literal(kind, exact, start, end)

    def finish(self, line_ends: Ints) -> Tokens:
        """The arrays; `line_ends` are the offsets of the text's line ends."""
        start, end = (np.array(column, dtype=np.int64) for column in (self._start, self._end))
        return Tokens(
            np.array(self._shape, dtype=np.int64),
            np.array(self._exact, dtype=np.int64),
            np.searchsorted(line_ends, start).astype(np.int32),
            np.searchsorted(line_ends, end - 1).astype(np.int32),
        )

    def _add_literal(self, kind: str, exact: int, start: int, end: int) -> None:
        self._literals += 1
        if self._continues_run():
            exact = self._interner.sequence((*self._exact[-2:], exact))
            start = self._start[-2]
            self._cut(len(self._shape) - 2)
            kind = "run"
        self._add(literal_shape(kind), exact, start, end)

    def _continues_run(self) -> bool:
        shape = self._shape
        return (
            len(shape) - 2 >= self._floor
            and shape[-1] == self._separator
            and shape[-2] <= _LITERALS
        )

    def _add(self, shape: int, exact: int, start: int, end: int) -> None:
        self._shape.append(shape)
        self._exact.append(exact)
        self._start.append(start)
        self._end.append(end)

    def _cut(self, length: int) -> None:
        for column in (self._shape, self._exact, self._start, self._end):
            del column[length:]
