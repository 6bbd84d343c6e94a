"""Writes recorded checkpoints into a run directory: files, snapshots, and the journal of both."""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Any, Self

from slopbench.run.artefacts import write_unsynced
from slopbench.run.directory import RunDirectory
from slopbench.run.imported.checkpoint import EVALUATION, Recording, read_checkpoint
from slopbench.run.imported.layout import SNAPSHOT
from slopbench.run.imported.source import SourceFolder
from slopbench.run.journal import Event, Journal, Key, Line
from slopbench.run.plan import Plan
from slopbench.run.standing import counts
from slopbench.run.state import PhaseRecord, RunState
from slopbench.run.stored import ref
from slopbench.snapshots.model import Snapshot, SnapshotTooLarge
from slopbench.snapshots.store import SnapshotStore

TRY = 1
"""A recorded run keeps one try at each checkpoint."""


class RunWriter:
    """The one writer of a new run directory. Use it with `with`; `notes` are of its checkpoints."""

    def __init__(self, directory: RunDirectory, plan: Plan) -> None:
        self.directory, self.plan, self.state = directory, plan, RunState()
        self.notes: list[str] = []
        self.store = SnapshotStore.create(directory.snapshots)
        self.journal = Journal(directory.journal_file, self.state.apply)
        planned = {"run_id": plan.run_id, "plan_sha256": directory.plan_sha256}
        self.journal.append(Event.RUN_PLANNED, None, None, planned)
        self._newest: tuple[Key, str] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.journal.close()

    def write(
        self,
        folder: SourceFolder,
        place: tuple[str, int, Sequence[str]],
        rows: Sequence[Mapping[str, Any]],
    ) -> None:
        """Bring over a checkpoint; one that was only prepared is left as not reached.

        `place` as in outcomes.convert. Raises Refused, and what storing a snapshot raises.
        """
        slug, n, names = place
        key = Key(slug, 1, n)
        recording = read_checkpoint(folder, place, rows)
        self.notes += [f"{slug}/{names[n - 1]}: {note}" for note in recording.notes]
        if recording.begun:
            lines = [
                line
                for record in self._records(folder, key, recording)
                for line in both_ends(key, record)
            ]
            self.journal.append_all(lines)

    def finish(self) -> list[str]:
        """Journal the end of the run; the notes of all checkpoints."""
        found = counts(self.plan, self.state)
        self.journal.append(Event.RUN_FINISHED, None, None, found)
        return self.notes

    def _records(self, folder: SourceFolder, key: Key, recording: Recording) -> list[PhaseRecord]:
        """The phases that a recording amounts to, with their files written."""
        agent = recording.agent
        records = [
            PhaseRecord(
                "agent",
                "agent_failed" if agent.failed else None,
                agent.seconds,
                cost_usd=agent.cost_usd,
                tokens=agent.tokens,
                files=self._files(key, recording.agent_artefacts()),
            ),
            self._snapshot(folder, key, recording),
        ]
        return [*records, self._grade(key, recording)] if records[-1].carries_on else records

    def _snapshot(self, folder: SourceFolder, key: Key, recording: Recording) -> PhaseRecord:
        if not recording.has_snapshot:
            lost = recording.agent.failed and recording.outcome is None
            return PhaseRecord("snapshot", "nothing_left" if lost else "snapshot_missing", None)
        try:
            stored = self._stored(folder, key)
        except SnapshotTooLarge as error:
            self.notes.append(f"{key.problem}: snapshot {key.checkpoint} isn't stored: {error}")
            files = self._files(key, {"snapshot.error.txt": f"{error}\n".encode()})
            return PhaseRecord("snapshot", "snapshot_missing", None, files=files)
        self._newest = (key, stored.commit)
        return PhaseRecord("snapshot", None, None, snapshot=stored.tree)

    def _stored(self, folder: SourceFolder, key: Key) -> Snapshot:
        """The stored snapshot, a child of the last one of the same problem."""
        before = self._newest
        parent = before[1] if before and before[0].problem == key.problem else None
        return self.store.add_folder(folder.path / SNAPSHOT, ref(key), parent=parent)

    def _grade(self, key: Key, recording: Recording) -> PhaseRecord:
        artefacts = recording.grade_artefacts()
        if recording.grade_cause == "evaluation_unusable":
            reasons = [note for note in recording.notes if note.startswith(EVALUATION)]
            artefacts = {"grade.error.txt": "\n".join([*reasons, ""]).encode()}
        seconds = recording.outcome.seconds if recording.outcome else None
        return PhaseRecord(
            "grade", recording.grade_cause, seconds, files=self._files(key, artefacts)
        )

    def _files(self, key: Key, artefacts: Mapping[str, bytes]) -> dict[str, str]:
        folder, root = self.directory.attempt(key, TRY), self.directory.root
        return {
            str((folder / name).relative_to(root)): write_unsynced(folder / name, content)
            for name, content in artefacts.items()
        }


def both_ends(key: Key, record: PhaseRecord) -> list[Line]:
    """The two lines of a phase."""
    return [
        (Event.PHASE_STARTED, key, TRY, {"phase": record.phase}),
        (Event.PHASE_FINISHED, key, TRY, record.to_data()),
    ]
