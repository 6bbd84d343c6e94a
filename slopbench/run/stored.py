"""The stored snapshots of a run, each checked to be the one that the journal knows."""

from functools import cached_property
from pathlib import Path
from typing import BinaryIO

from slopbench.errors import InfrastructureError
from slopbench.run.journal import Key
from slopbench.snapshots.model import Snapshot
from slopbench.snapshots.store import SnapshotStore


class StoredSnapshots:
    """Looks snapshots up by checkpoint and journaled tree id."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @cached_property
    def store(self) -> SnapshotStore:
        """The store itself, made when it is first needed."""
        if self.path.exists():
            return SnapshotStore.open(self.path)
        return SnapshotStore.create(self.path)

    def found(self, key: Key, tree: str | None) -> Snapshot:
        """The snapshot of a checkpoint. Raises InfrastructureError if it isn't the journaled one."""
        found = self.store.resolve(ref(key))
        if found is None or found.tree != tree:
            raise InfrastructureError(
                f"{ref(key)} isn't the snapshot {tree} that the journal knows",
                where=str(self.path),
                mend="put snapshots.git back from a copy",
            )
        return found

    def tar(self, key: Key, tree: str | None) -> BinaryIO:
        """A snapshot as a tar stream; see SnapshotStore.tar."""
        return self.store.tar(self.found(key, tree).commit)


def ref(key: Key) -> str:
    """The git reference of the snapshot of a checkpoint."""
    return f"refs/attempts/{key.problem}/{key.sample}/{key.checkpoint}"
