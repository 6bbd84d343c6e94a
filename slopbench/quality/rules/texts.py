"""The texts that the engines read: numbered files without anything that switches a rule off."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slopbench.quality.rules.bundle import SUFFIXES

_SWITCH = re.compile(rb"ast-grep-ignore|noqa|ruff\s*:|isort\s*:", re.IGNORECASE)


@dataclass(frozen=True)
class RuleInput:
    """A file as the rules see it: nothing of its name or place but what is here."""

    number: int
    """Names the file in the answer; each number once."""
    dialect: str
    """One of `bundle.SUFFIXES`."""
    text: bytes
    """UTF-8, its lines ended by `\\n`."""
    comments: Sequence[int]
    """The first byte of each comment and the one after its last, in turn; see FileFacts."""
    code: Sequence[int] = ()
    """Rows with code; a blank one in a string is one, and is kept."""
    is_package_init: bool = False
    """Whether it is an `__init__.py`, whose imports are there for others."""
    depth: int = 0
    """How many nodes of its syntax tree stand in each other."""


@dataclass(frozen=True)
class Sheet:
    """A text that an engine reads, and the row of the file that each of its rows is."""

    file: RuleInput
    text: bytes
    rows: Sequence[int]


def without_comments(file: RuleInput) -> bytes:
    """The text with a space in the place of each comment, every row where it was."""
    pieces, end = [], 0
    offsets = iter(file.comments)
    for start, stop in zip(offsets, offsets, strict=True):
        pieces += [file.text[end:start], b" ", b"\n" * file.text.count(b"\n", start, stop)]
        end = stop
    return b"".join([*pieces, file.text[end:]])


def unswitched(text: bytes) -> bytes:
    """The text with an x for each letter of every word that an engine obeys in a comment."""
    return _SWITCH.sub(lambda match: b"x" * len(match[0]), text)


def write_texts(folder: Path, sheets: Iterable[Sheet]) -> None:
    """Write each text under its number; an `__init__.py` lies in a folder of its own."""
    folder.mkdir()
    for sheet in sheets:
        file = sheet.file
        path = folder / f"{file.number}{SUFFIXES[file.dialect]}"
        if file.is_package_init:
            path = folder / str(file.number) / "__init__.py"
            path.parent.mkdir()
        path.write_bytes(sheet.text)


def number_of(path: str) -> int:
    """The number of the file at a path that `write_texts` made."""
    *_, parent, name = ["", *Path(path).parts]
    return int(parent if name == "__init__.py" else name.partition(".")[0])


def with_code(files: Sequence[RuleInput]) -> Iterator[Sheet]:
    """Each file without comments and blank rows, which no rule may see, unless nothing is left."""
    for file in files:
        lines = unswitched(without_comments(file)).split(b"\n")
        code = set(file.code)
        rows = [row for row, line in enumerate(lines) if row in code or line.strip()]
        if rows:
            yield Sheet(file, b"\n".join([*(lines[row] for row in rows), b""]), rows)


def with_comments(files: Sequence[RuleInput]) -> Iterator[Sheet]:
    """Each file that has comments, with its text."""
    for file in files:
        if file.comments:
            text = unswitched(file.text)
            yield Sheet(file, text, range(text.count(b"\n") + 1))
