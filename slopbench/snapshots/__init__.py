"""Snapshots of workspaces: content-addressed trees in one bare git repository a run.

No code of a snapshot is ever run here, and nothing of it is unpacked under its own names.
"""

from slopbench.snapshots.model import (
    BrokenStream,
    Skipped,
    Snapshot,
    SnapshotLimits,
    SnapshotTooLarge,
)
from slopbench.snapshots.store import SnapshotStore

__all__ = [
    "BrokenStream",
    "Skipped",
    "Snapshot",
    "SnapshotLimits",
    "SnapshotStore",
    "SnapshotTooLarge",
]
