"""The scores of one folder in one commit after the other."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from slopbench.errors import SlopbenchError
from slopbench.quality.difference import Difference
from slopbench.quality.history.repository import Repository
from slopbench.quality.history.revisions import Commit
from slopbench.quality.history.tree import Move, MovingTree
from slopbench.quality.part import Part
from slopbench.quality.reading import Means
from slopbench.quality.score import Score, empty_score, score_tree

NO_FOLDER = "no_such_folder"
FAILED = "failed"
_MEASURED = (
    "sloc",
    "files",
    "functions",
    "erosion",
    "excess",
    "verbosity",
    "verbosity_reason",
    "clone_share",
)


@dataclass(frozen=True)
class Row:
    """The score of one commit. What can't be measured is None, and `cause` says why."""

    commit: str
    date: str
    subject: str
    number: int | None
    tags: tuple[str, ...]
    sloc: int | None
    files: int | None
    functions: int | None
    erosion: float | None
    excess: float | None
    verbosity: float | None
    verbosity_reason: str | None
    clone_share: float | None
    added_sloc: int | None
    """Lines of code that the row before it that has a score lacks; None for the first of these."""
    cause: str | None
    notes: tuple[str, ...] = field(default=())
    """What wasn't looked into, in words."""

    @property
    def failed(self) -> bool:
        """Whether something kept the commit from being scored."""
        return self.cause is not None and self.cause.startswith(FAILED)

    def to_json(self) -> dict[str, object]:
        """The members under their names."""
        return asdict(self)


def walk(
    repository: Repository,
    commits: Sequence[Commit],
    path: str,
    means: Means,
    heard: Callable[[Row], None],
) -> list[Row]:
    """A row for each commit, in their order; `heard` gets each as soon as it is there.

    A commit that can't be scored gets a row with the cause. Without a cache, one is used that goes
    away at the end.
    """
    rows: list[Row] = []
    with TemporaryDirectory(prefix="slopbench-history-") as place:
        (Path(place) / "tree").mkdir()
        kept = replace(means, cache=means.cache or Path(place) / "facts.sqlite")
        steps = _Steps(MovingTree(repository, Path(place) / "tree", path), kept)
        for commit in commits:
            rows.append(steps.row(commit))
            heard(rows[-1])
    return rows


class _Steps:
    """The tree that is being moved, and what the commit before gave."""

    def __init__(self, tree: MovingTree, means: Means) -> None:
        self._tree, self._means = tree, means
        self._score: Score | None = None
        """That of the tree as it is now, if it has one."""
        self._before: Part | None = None
        """The production code of the last commit that had some."""

    def row(self, commit: Commit) -> Row:
        """The score of a commit, or why it has none."""
        try:
            return self._scored(commit)
        except SlopbenchError as error:
            self._score = None
            return _row(commit, empty_score(FAILED), None, f"{FAILED}: {error}", ())

    def _scored(self, commit: Commit) -> Row:
        move = self._tree.move_to(commit.oid)
        if self._score is None or move.written or move.removed:
            self._score = None
            self._score = score_tree(self._tree.folder, means=self._means)
        score = self._score
        added = self._added(score.production) if score.cause is None else None
        numbers = score.production.headline
        return _row(commit, numbers, added, score.cause if move.found else NO_FOLDER, _notes(move))

    def _added(self, part: Part) -> int | None:
        before, self._before = self._before, part
        if before is None:
            return None
        if before is part:
            return 0
        return sum(map(len, Difference(before, part).added.values()))


def _row(
    commit: Commit,
    numbers: dict[str, object],
    added: int | None,
    cause: str | None,
    notes: tuple[str, ...],
) -> Row:
    measured: dict[str, Any] = {name: numbers[name] for name in _MEASURED}
    return Row(
        commit=commit.oid,
        date=commit.date.isoformat(),
        subject=commit.subject,
        number=commit.number,
        tags=commit.tags,
        **measured,
        added_sloc=added,
        cause=cause,
        notes=notes,
    )


def _notes(move: Move) -> tuple[str, ...]:
    counts = (
        (move.submodules, "submodules aren't looked into"),
        (move.pointers, "files lie in Git LFS: pointers were read in their place"),
    )
    return tuple(f"{count:,} {what}" for count, what in counts if count)
