"""Scores the stored snapshots of a run with the scoring of today."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slopbench.config import state_folder
from slopbench.quality.fingerprint import quality_fingerprint
from slopbench.run.directory import RunDirectory
from slopbench.run.host import disk_floor_mb, require_git, require_room
from slopbench.run.journal import Event
from slopbench.run.plan import Plan
from slopbench.run.revision import Item, Result, Revision
from slopbench.run.scoring import score_snapshot
from slopbench.run.stored import StoredSnapshots
from slopbench.run.workplace import Workplace


def rescoring(root: Path) -> tuple[RunDirectory, Plan, Revision]:
    """The run in a folder, and how its snapshots are scored anew. Raises UsageError if it is none."""
    require_git()
    directory = RunDirectory.open(root)
    plan = directory.plan()
    require_room((directory.root, state_folder()), disk_floor_mb())
    snapshots = StoredSnapshots(directory.snapshots)
    workplace = Workplace(state_folder() / "rescore" / plan.run_id)
    measure = {"quality_fingerprint": quality_fingerprint()}

    def make(item: Item) -> Result:
        cause, found = score_snapshot(snapshots, item.key, item.tree, workplace)
        return Result(cause, found)

    revision = Revision(
        event=Event.RESCORED,
        kind="quality",
        measure_of=lambda key: measure,
        decisive=tuple(measure),
        make=make,
        end=lambda: None,
        place=swept(workplace),
    )
    return directory, plan, revision


@contextmanager
def swept(workplace: Workplace) -> Iterator[None]:
    """A place without what a killed process has left in it; nothing of it stays."""
    workplace.sweep()
    try:
        yield
    finally:
        workplace.leave()
