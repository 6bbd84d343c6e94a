"""The snapshots of a run: one bare git repository that standard git can clone, log and diff."""

import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import UsageError
from slopbench.snapshots.git import Git
from slopbench.snapshots.intake import Intake
from slopbench.snapshots.manifest import FILE_MODES, FOLDER_MODE, Manifest
from slopbench.snapshots.model import Snapshot, SnapshotLimits
from slopbench.snapshots.reading import FOLDER, LINK, Node, commit_parts, contents, nodes
from slopbench.snapshots.tarball import entry, file_time, packed, read_tar
from slopbench.snapshots.walk import read_folder
from slopbench.snapshots.writing import Importer

PREFIX = "refs/attempts/"
REF = re.compile(r"refs/attempts/[A-Za-z0-9_-]+(/[A-Za-z0-9_-]+)*")
COMMIT = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
CHUNK = 1 << 20
LIMITS = SnapshotLimits()
ABOUT = b"""Snapshots of a slopbench run.

Every branch is one snapshot: <problem>/<sample>/<checkpoint>/<try>.
    git branch -r                                               list them
    git log origin/<problem>/<sample>/<checkpoint>/<try>        the way to one
    git diff origin/<problem>/1/1/1 origin/<problem>/1/2/1      what a checkpoint changed
The message of each commit holds, as JSON, what a git tree can't: empty folders, permissions,
skipped entries.
"""


class SnapshotStore:
    """Content-addressed file trees.

    `refs/attempts/<problem>/<sample>/<checkpoint>` is the newest snapshot of a checkpoint. Each one
    is also a branch of its own, `<problem>/<sample>/<checkpoint>/<try>` with tries counted from 1,
    so that a later one never makes an earlier one unreachable and a plain clone carries them all.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._git = Git(path)

    @classmethod
    def create(cls, path: Path) -> "SnapshotStore":
        """A new, empty store, whole or not at all. Raises UsageError if `path` exists."""
        if os.path.lexists(path):
            raise UsageError(
                "already exists", where=str(path), mend="choose another folder or open this one"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.new")
        shutil.rmtree(unfinished, ignore_errors=True)
        git = Git(unfinished)
        git.run(
            "init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(unfinished)
        )
        with Importer(git) as importer:
            importer.commit([], message=ABOUT, refs=["refs/heads/main"], parent=None)
        unfinished.rename(path)
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> "SnapshotStore":
        """The store at `path`. Raises UsageError if there is none."""
        if not (path / "objects").is_dir() or not (path / "HEAD").is_file():
            raise UsageError(
                "holds no snapshots", where=str(path), mend="give the snapshots.git of a run"
            )
        return cls(path)

    def add_tar(
        self,
        stream: BinaryIO,
        ref: str,
        *,
        parent: str | None = None,
        limits: SnapshotLimits = LIMITS,
    ) -> Snapshot:
        """Store the tree in a seekable tar stream out of a sandbox.

        `parent` is the commit that it continues. Raises SnapshotTooLarge, BrokenStream
        for a stream that isn't a whole archive, GitFailed.
        """
        return self._add(lambda intake: read_tar(stream, intake), ref, parent, limits)

    def add_folder(
        self,
        folder: Path,
        ref: str,
        *,
        parent: str | None = None,
        limits: SnapshotLimits = LIMITS,
    ) -> Snapshot:
        """Store the tree below a folder of the host, without following a link; see add_tar."""
        return self._add(lambda intake: read_folder(folder, intake), ref, parent, limits)

    def resolve(self, ref: str) -> Snapshot | None:
        """The newest snapshot under `ref`, if any. Raises UsageError for an impossible ref."""
        self._check_ref(ref)
        found = self._git.run("for-each-ref", "--format=%(objectname) %(refname)", ref).decode()
        commits = [line.split(" ")[0] for line in found.splitlines() if line.endswith(f" {ref}")]
        return self.snapshot(commits[0]) if commits else None

    def snapshot(self, commit: str) -> Snapshot:
        """The snapshot that a commit holds. Raises GitFailed if there is none."""
        tree, manifest = self._read(commit)
        return manifest.snapshot(tree, commit)

    def lineage(self, commit: str) -> list[str]:
        """The commit, the one that it continues, and so on to the first. Raises GitFailed."""
        lines = self._git.run("rev-list", "--first-parent", self._checked(commit)).decode()
        return lines.split()

    def tar(self, commit: str) -> BinaryIO:
        """The tree as a tar stream at position 0: files, links, permissions, empty folders.

        It is a function of the commit. Owner and group are 0; a file's time depends on its content
        alone. Raises GitFailed if there is no such commit.
        """
        _, manifest = self._read(commit)
        tree = nodes(self._git, commit) + [Node(FOLDER, "", path) for path in manifest.empty]
        tree.sort(key=lambda node: node.path)
        with contents(self._git, [node for node in tree if node.mode != FOLDER]) as open_next:
            return packed(packing(tree, manifest, open_next))

    def export(self, commit: str, folder: Path) -> None:
        """Write the files and links of a tree, without modes, into an empty folder.

        Links stand as they are and may lead anywhere: whoever reads the folder must not follow them.
        Raises UsageError if the folder isn't there or isn't empty, GitFailed if there is no such
        commit.
        """
        if not folder.is_dir() or any(folder.iterdir()):
            raise UsageError("is no empty folder", where=str(folder), mend="make a new one")
        tree = nodes(self._git, self._checked(commit))
        links = [node for node in tree if node.mode == LINK]
        # Links last, so that nothing is written through one.
        wanted = [node for node in tree if node.mode in FILE_MODES] + links
        with contents(self._git, wanted) as open_next:
            for node in wanted:
                stream, size = open_next()
                path = folder / os.fsdecode(node.path)
                path.parent.mkdir(parents=True, exist_ok=True)
                if node.mode == LINK:
                    path.symlink_to(os.fsdecode(stream.read(size)))
                else:
                    write_file(path, stream, size)

    def _add(
        self,
        read: Callable[[Intake], None],
        ref: str,
        parent: str | None,
        limits: SnapshotLimits,
    ) -> Snapshot:
        self._check_ref(ref)
        branch = self._next_branch(ref)
        with Importer(self._git) as importer:
            intake = Intake(importer, limits)
            read(intake)
            message = intake.manifest().message(branch.removeprefix("refs/heads/"))
            importer.commit(
                intake.items.values(),
                message=message,
                refs=[branch, ref],
                parent=parent and self._checked(parent),
            )
        return self.snapshot(self._git.run("rev-parse", "--verify", branch).decode().strip())

    def _next_branch(self, ref: str) -> str:
        folder = f"refs/heads/{ref.removeprefix(PREFIX)}/"
        tries = self._git.run("for-each-ref", "--format=%(refname)", folder).decode().split()
        numbers = [
            int(name.removeprefix(folder)) for name in tries if name.removeprefix(folder).isdigit()
        ]
        return f"{folder}{max(numbers, default=0) + 1}"

    def _read(self, commit: str) -> tuple[str, Manifest]:
        tree, message = commit_parts(self._git, self._checked(commit))
        try:
            return tree, Manifest.from_message(message)
        except ValueError as error:
            raise self._git.failure("cat-file", f"{commit}: {error}".encode()) from error

    def _checked(self, commit: str) -> str:
        if not COMMIT.fullmatch(commit):
            raise UsageError(
                f"{commit!r} is no commit id", where=str(self.path), mend="give all its hex digits"
            )
        return commit

    def _check_ref(self, ref: str) -> None:
        if not REF.fullmatch(ref):
            raise UsageError(
                f"{ref!r} can't name a snapshot",
                where=str(self.path),
                mend="write refs/attempts/<problem>/<sample>/<checkpoint>",
            )


def packing(
    tree: list[Node], manifest: Manifest, open_next: Callable[[], tuple[BinaryIO, int]]
) -> Iterator[tuple[tarfile.TarInfo, BinaryIO | None]]:
    """The tar entries of a tree, folders before what is in them."""
    for node in tree:
        if node.mode == FOLDER:
            mode = manifest.modes.get(node.path, FOLDER_MODE)
            yield entry(node.path, tarfile.DIRTYPE, mode), None
            continue
        stream, size = open_next()
        if node.mode == LINK:
            info = entry(node.path, tarfile.SYMTYPE, 0o777)
            info.linkname = stream.read(size).decode("utf-8", "surrogateescape")
            yield info, None
        else:
            mode = manifest.modes.get(node.path, FILE_MODES[node.mode])
            info = entry(node.path, tarfile.REGTYPE, mode)
            info.size, info.mtime = size, file_time(node.oid)
            yield info, stream


def write_file(path: Path, stream: BinaryIO, size: int) -> None:
    with path.open("xb") as file:
        while size:
            piece = stream.read(min(size, CHUNK))
            size -= len(piece)
            file.write(piece)
