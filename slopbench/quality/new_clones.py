"""What of the code that was added is cloned: the share of copies in the newest work alone."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TypeVar

import numpy as np

from slopbench.quality.clone_lines import Clones
from slopbench.quality.clones import cloned_tokens
from slopbench.quality.facts import FileFacts
from slopbench.quality.stream import Flags

T = TypeVar("T")


@dataclass(frozen=True)
class NewClones:
    """Tokens on new lines of code, and those of them that are cloned.

    A line is new if no line of the tree before is its partner. A line's text, without the space
    around it, has at most as many partners as the tree before had lines of that text. Lines of the
    file of the same name are taken first, then any of the language: so what was moved or indented
    isn't new, and one of two copies is where there was one text. Among equal lines of a file the
    first ones have the partners.

    A token belongs to the line that it begins on. Marks of blocks are no tokens here. Cloned means
    up to renaming, with any place of the tree after: a new copy of old code counts, the old code
    doesn't.
    """

    added: int
    cloned: int

    def __add__(self, other: "NewClones") -> "NewClones":
        return NewClones(self.added + other.added, self.cloned + other.cloned)

    @property
    def share(self) -> float | None:
        """Newly cloned tokens / new tokens; None where nothing was added."""
        return self.cloned / self.added if self.added else None


def new_clones(before: Sequence[FileFacts], after: Clones) -> NewClones:
    """The new clones of one language, from the files before a change and the clones after it.

    Sums of languages are those of a tree; a file name is in a tree once.
    """
    is_new = new_lines(before, after.files)
    stream = after.stream
    tokens = is_new[stream.first_line[~stream.is_mark]]
    cloned = cloned_tokens(after.classes, len(stream))[~stream.is_mark]
    return NewClones(int(np.count_nonzero(tokens)), int(np.count_nonzero(tokens & cloned)))


def new_lines(before: Sequence[FileFacts], after: Sequence[FileFacts]) -> Flags:
    """For each line of code of the files after a change, one file after the other, whether it is
    new; see NewClones."""
    in_file = Counter(_texts(before))
    unpaired = [place for place, text in enumerate(_texts(after)) if not _take(in_file, text)]
    elsewhere: Counter[int] = Counter()
    for (_, code), count in in_file.items():
        elsewhere[code] += count
    codes = [code for _, code in _texts(after)]
    is_new = np.zeros(len(codes), dtype=np.bool_)
    is_new[[place for place in unpaired if not _take(elsewhere, codes[place])]] = True
    return is_new


def _texts(files: Sequence[FileFacts]) -> Iterator[tuple[str, int]]:
    """Each line of code by its file and the code of its text."""
    for facts in files:
        yield from zip(repeat(facts.file), facts.line_codes.tolist(), strict=False)


def _take(left: Counter[T], key: T) -> bool:
    """Takes one of the key; False if none is left."""
    if left[key] <= 0:
        return False
    left[key] -= 1
    return True
