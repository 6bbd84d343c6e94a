"""The commits of a repository in the order of time, and the tree of one of them."""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from slopbench.errors import UsageError
from slopbench.quality.history.repository import Repository
from slopbench.quality.history.tree import MovingTree

_FORMAT = "--format=%H%x00%ct%x00%s"
_LATEST = int(datetime(9999, 12, 31, tzinfo=UTC).timestamp())


@dataclass(frozen=True)
class Commit:
    """A commit with what a person knows it by; `date` is when it was committed, in UTC."""

    oid: str
    date: datetime
    subject: str
    number: int | None = None
    """Its place among the first parents of the last one, from 1; None for one found by its tag."""
    tags: tuple[str, ...] = ()


def first_parents(repository: Repository, revision: str) -> list[Commit]:
    """The commit that a revision names and its first parents, the oldest first.

    Raises UsageError if the revision names none.
    """
    tip = repository.resolve(revision)
    found = _listed(repository, "--first-parent", "--reverse", tip)
    return [replace(commit, number=number) for number, commit in enumerate(found, 1)]


def tagged(repository: Repository, revision: str | None) -> list[Commit]:
    """The commits with a tag by date, those of one moment by version: all, or those in a revision.

    Raises UsageError if there are none.
    """
    within = [] if revision is None else [f"--merged={repository.resolve(revision)}"]
    order = ["--sort=version:refname", "--format=%(refname)"]
    refs = repository.git.run("for-each-ref", *order, *within, "refs/tags").splitlines()
    if not refs:
        raise UsageError(
            "has no tags",
            where=str(repository.folder),
            mend="leave out --tags, or git fetch --tags",
        )
    named = _tags_by_commit(repository, refs)
    ranks = {oid: rank for rank, oid in enumerate(named)}
    found = [
        replace(commit, tags=tuple(named[commit.oid]))
        for commit in _listed(repository, "--no-walk=unsorted", "--tags")
        if commit.oid in named
    ]
    return sorted(found, key=lambda commit: (commit.date, ranks[commit.oid]))


@contextmanager
def tree_before(folder: Path, revision: str) -> Iterator[Path]:
    """A temporary folder with what `folder`, one of a git repository, held in a revision.

    It is empty if the folder wasn't there. Raises UsageError if there is no repository or no such
    revision, InfrastructureError if git is missing or the tree can't be written.
    """
    repository = Repository.of(folder)
    commit = repository.resolve(revision)
    with TemporaryDirectory(prefix="slopbench-revision-") as place:
        tree = MovingTree(repository, Path(place), repository.prefix)
        tree.move_to(commit)
        yield tree.folder


def _listed(repository: Repository, *which: str) -> list[Commit]:
    """What `git rev-list` prints: a line with the id, then one in our format, and so on."""
    lines = repository.git.run("rev-list", "--encoding=UTF-8", _FORMAT, *which).split(b"\n")
    return [_commit(line) for line in lines[1::2]]


def _commit(line: bytes) -> Commit:
    oid, seconds, subject = line.split(b"\0", 2)
    when = datetime.fromtimestamp(min(int(seconds), _LATEST), UTC)
    return Commit(oid.decode(), when, subject.decode("utf-8", "replace"))


def _tags_by_commit(repository: Repository, refs: Sequence[bytes]) -> dict[str, list[str]]:
    """The tags of each object that some tag leads to, in the order of `refs`."""
    targets = {}
    for line in repository.git.run("show-ref", "--tags", "--dereference").splitlines():
        oid, _, ref = line.partition(b" ")
        targets[ref.removesuffix(b"^{}")] = oid.decode()
    found: defaultdict[str, list[str]] = defaultdict(list)
    for ref in refs:
        found[targets[ref]].append(os.fsdecode(ref.removeprefix(b"refs/tags/")))
    return found
