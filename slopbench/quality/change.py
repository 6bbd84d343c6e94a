"""What a checkpoint changed: the shape of the difference between two states of one tree.

Lines are compared as bags over the whole tree, by their text without the space around it, so that a
line that only moved hasn't changed.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from slopbench.quality.facts import FileFacts


@dataclass(frozen=True)
class Change:
    """From `before` to `after`; lines are lines of code."""

    lines_added: int
    lines_removed: int
    lines_before: int
    files_touched: int
    """Files that were added or removed, or of which a line of code changed its text or place."""
    functions_touched: int
    """Functions that were added or removed, or of which the text changed."""

    @property
    def churn(self) -> float | None:
        """(Lines added + removed) / lines before; None for the first state."""
        if not self.lines_before:
            return None
        return (self.lines_added + self.lines_removed) / self.lines_before

    def to_json(self) -> dict[str, float | None]:
        """The signals by their names."""
        return {
            "lines_added": self.lines_added,
            "lines_removed": self.lines_removed,
            "churn": self.churn,
            "files_touched": self.files_touched,
            "functions_touched": self.functions_touched,
        }


def change(before: Sequence[FileFacts], after: Sequence[FileFacts]) -> Change:
    """The change between two states of a tree."""
    old, new = _lines(before), _lines(after)
    return Change(
        lines_added=(new - old).total(),
        lines_removed=(old - new).total(),
        lines_before=old.total(),
        files_touched=_differences(
            [(facts.file, facts.line_codes.tobytes()) for facts in before],
            [(facts.file, facts.line_codes.tobytes()) for facts in after],
        ),
        functions_touched=_differences(_functions(before), _functions(after)),
    )


def survival(first: Sequence[FileFacts], now: Sequence[FileFacts]) -> float | None:
    """Share of the lines of code of the first state that are still there; None if it had none."""
    old = _lines(first)
    return (old & _lines(now)).total() / old.total() if old else None


def _lines(files: Iterable[FileFacts]) -> Counter[int]:
    lines: Counter[int] = Counter()
    for facts in files:
        lines.update(facts.line_codes.tolist())
    return lines


def _functions(files: Iterable[FileFacts]) -> list[tuple[str, int]]:
    """Names and digests. A function of the same name in the same file is the same one."""
    return [
        (f"{facts.file}:{function.name}", function.digest)
        for facts in files
        for function in facts.functions
    ]


def _differences(before: Iterable[tuple[str, object]], after: Iterable[tuple[str, object]]) -> int:
    """The number of names of which the values aren't the same in both."""
    old, new = Counter(before), Counter(after)
    return len({name for name, _ in (old - new) + (new - old)})
