"""The score of a stored snapshot, and the row of the failure table for one that couldn't be made."""

from typing import Any

from slopbench.quality.isolated import score_isolated
from slopbench.quality.part import NO_SOURCE
from slopbench.run.journal import Key
from slopbench.run.stored import StoredSnapshots
from slopbench.run.workplace import Workplace

QUALITY_SECONDS = 300.0
QUALITY_MEMORY_MB = 2048
SCORING_CAUSES = {"wall_time": "quality_time", "memory": "quality_memory"}


def score_snapshot(
    snapshots: StoredSnapshots, key: Key, tree: str | None, workplace: Workplace
) -> tuple[str | None, dict[str, Any]]:
    """The cause, None where there is a score, and the content of quality.<n>.json.

    Raises InfrastructureError if the snapshot isn't the one that the journal knows.
    """
    lineage = snapshots.store.lineage(snapshots.found(key, tree).commit)
    wanted = dict.fromkeys([*lineage[:2], lineage[-1]])
    with workplace.scratch() as scratch:
        folders = [scratch / str(number) for number, _ in enumerate(wanted)]
        for commit, folder in zip(wanted, folders, strict=True):
            folder.mkdir()
            snapshots.store.export(commit, folder)
        found = score_isolated(*folders, wall_seconds=QUALITY_SECONDS, memory_mb=QUALITY_MEMORY_MB)
    if found["cause"] in (None, NO_SOURCE):
        return None, found
    return SCORING_CAUSES.get(str(found["cause"]), "quality_failed"), found
