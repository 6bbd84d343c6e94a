"""A git repository of the user's own, read through git's plumbing and never changed.

Only commands that read objects and names are used. They run no program that the repository or its
attributes name: no hook, filter, pager, signature check or remote.
"""

import os
import posixpath
import subprocess
from dataclasses import dataclass
from pathlib import Path

from slopbench.errors import InfrastructureError, UsageError
from slopbench.printable import visible
from slopbench.snapshots.git import Git, GitFailed, environment, program

_PARTIAL = "extensions.partialclone"


@dataclass(frozen=True)
class Repository:
    """Where a repository's objects and names are; open it with `Repository.of`."""

    folder: Path
    """As the user named it; it may be one within the work tree."""
    git: Git
    prefix: str
    """The path of `folder` in the trees of commits; empty at the top and in a bare repository."""
    shallow: bool
    """Whether the older commits aren't here."""

    @classmethod
    def of(cls, folder: Path) -> "Repository":
        """The repository that a folder belongs to.

        Raises UsageError if there is none or if it lacks contents, InfrastructureError without git.
        """
        shallow, git_folder, *prefix = _discovered(folder).split(b"\n")
        git = Git(Path(os.fsdecode(git_folder)))
        _refuse_partial(folder, git)
        path = os.fsdecode(b"\n".join(prefix)).rstrip("\n").rstrip("/")
        return cls(folder, git, path, shallow == b"true")

    def resolve(self, revision: str) -> str:
        """The id of the commit that a revision names. Raises UsageError if it names none."""
        found = None if revision.startswith("-") else self._object(f"{revision}^{{commit}}")
        if found is None:
            raise UsageError(
                f"{visible(revision)} names no commit",
                where=str(self.folder),
                mend=self._ways_to_commits(),
            )
        return found

    def path_of(self, inside: str) -> str:
        """The path in the trees of commits of a folder that is named from `folder`.

        Raises UsageError if it leads out of the repository.
        """
        path = posixpath.normpath(posixpath.join(self.prefix, inside))
        if path.split("/")[0] in ("", ".."):
            raise UsageError(
                f"{visible(inside)} isn't in it",
                where=str(self.folder),
                mend="name a folder of the repository, from there",
            )
        return "" if path == "." else path

    def tree_of(self, commit: str, path: str) -> str | None:
        """The id of the folder `path` in a commit, of the whole tree for an empty path.

        None if the commit has no such folder.
        """
        found = self._object(f"{commit}:{path}")
        return found if found is not None and (not path or self._is_tree(found)) else None

    def _object(self, name: str) -> str | None:
        try:
            return self.git.run("rev-parse", "--verify", "--quiet", name).decode().strip()
        except GitFailed:
            return None

    def _is_tree(self, oid: str) -> bool:
        try:
            return self.git.run("cat-file", "-t", oid).strip() == b"tree"
        except GitFailed:
            return False

    def _ways_to_commits(self) -> str:
        fetch = "; the clone is shallow, the others come with: git fetch --unshallow"
        return "commit something, or see git branch --all and git tag" + fetch * self.shallow


def _discovered(folder: Path) -> bytes:
    """Whether the repository of a folder is shallow, where it lies, and the folder's path in it."""
    if not folder.is_dir():
        raise UsageError("is no folder", where=str(folder), mend="name a folder of a repository")
    places = {name: value for name, value in environment(folder).items() if name != "GIT_DIR"}
    questions = ["--is-shallow-repository", "--absolute-git-dir", "--show-prefix"]
    done = subprocess.run(
        [program(), "-c", "safe.directory=*", "rev-parse", *questions],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        cwd=folder,
        env=places,
    )
    if done.returncode == 0:
        return done.stdout
    said = done.stderr.decode("utf-8", "backslashreplace").strip().splitlines() or ["git failed"]
    if "not a git repository" in said[-1]:
        raise UsageError(
            "belongs to no git repository", where=str(folder), mend="name a folder of one"
        )
    raise InfrastructureError(visible(said[-1]), where=str(folder), mend="look at it with: git log")


def _refuse_partial(folder: Path, git: Git) -> None:
    """In a partial clone git would fetch what is missing; no score asks the network."""
    names = git.run("config", "-z", "--name-only", "--list").decode("utf-8", "replace").split("\0")
    if any(name == _PARTIAL or name.endswith(".promisor") for name in names):
        raise UsageError(
            "is a partial clone, which lacks contents of old revisions",
            where=str(folder),
            mend="use a clone that was made without --filter",
        )
