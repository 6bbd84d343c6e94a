"""The state of a run: what replaying its journal gives."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from slopbench.errors import InfrastructureError
from slopbench.run.failures import Status, failure
from slopbench.run.journal import Entry, Event, Key

PHASES = ("agent", "snapshot", "grade", "quality")
"""The chain of one checkpoint, in order."""

REVISED = {Event.REGRADED: "grade", Event.RESCORED: "quality"}
"""The phase of which an event brings a newer record."""


@dataclass(frozen=True)
class PhaseRecord:
    """A finished phase, as `phase_finished.data` has it; seconds, US dollars, tokens by class.

    `seconds` is None where an imported run doesn't say it. `snapshot` is a git tree id, `files` maps
    paths below the run directory to their sha256.
    """

    phase: str
    cause: str | None
    seconds: float | None
    waiting_seconds: float = 0.0
    cost_usd: float | None = None
    tokens: Mapping[str, int] | None = None
    snapshot: str | None = None
    files: Mapping[str, str] = field(default_factory=dict)

    def to_data(self) -> dict[str, Any]:
        """The members of `phase_finished.data`, in their order."""
        return dict(vars(self))

    @property
    def carries_on(self) -> bool:
        """Whether the chain goes on after it."""
        return self.cause is None or failure(self.cause).grade


@dataclass
class Try:
    """One start of the agent at a checkpoint, and the phases that followed.

    `measures` has, by phase, what a later regrading or rescoring was measured with.
    """

    number: int
    running: str | None = None
    records: list[PhaseRecord] = field(default_factory=list)
    measures: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def last(self, phase: str) -> PhaseRecord | None:
        """The newest record of a phase."""
        return next((record for record in reversed(self.records) if record.phase == phase), None)

    @property
    def newest(self) -> list[PhaseRecord]:
        """The newest record of each phase that was finished, in the order of the chain."""
        return [record for phase in PHASES if (record := self.last(phase))]

    @property
    def files(self) -> dict[str, str]:
        """Every journaled file of this try."""
        return {name: sha for record in self.records for name, sha in record.files.items()}


@dataclass
class CheckpointState:
    """What is known of one planned checkpoint."""

    tries: list[Try] = field(default_factory=list)

    @property
    def current(self) -> Try | None:
        """The newest try."""
        return self.tries[-1] if self.tries else None

    @property
    def next_phase(self) -> str | None:
        """The phase that has to be done next, None if nothing is left to do."""
        if self.current is None:
            return PHASES[0]
        for phase in PHASES:
            record = self.current.last(phase)
            if record is None:
                return phase
            if not record.carries_on:
                return phase if record.cause and failure(record.cause).retry else None
        return None

    @property
    def cause(self) -> str | None:
        """What ended the checkpoint, or else the first thing that went wrong before quality."""
        stopped = self._stopped_by
        if stopped:
            return stopped.cause
        return next((r.cause for r in self._newest if r.cause and r.phase != "quality"), None)

    @property
    def status(self) -> Status:
        """What the checkpoint counts as."""
        stopped = self._stopped_by
        if stopped and stopped.cause:
            return failure(stopped.cause).counts_as
        graded = self.current and self.current.last("grade")
        return Status.GRADED if graded else Status.NOT_REACHED

    @property
    def complete(self) -> bool:
        """Whether every phase is done, so that the next checkpoint can follow."""
        return self.next_phase is None and self._stopped_by is None

    @property
    def _stopped_by(self) -> PhaseRecord | None:
        return next((record for record in self._newest if not record.carries_on), None)

    @property
    def _newest(self) -> list[PhaseRecord]:
        return self.current.newest if self.current else []

    @property
    def snapshot(self) -> str | None:
        """The tree id of the stored snapshot, if there is one."""
        record = self.current.last("snapshot") if self.current else None
        return record.snapshot if record else None


@dataclass
class RunState:
    """Every checkpoint that was begun, the sessions of work, and whether the run has ended."""

    checkpoints: dict[Key, CheckpointState] = field(default_factory=dict)
    sessions: dict[int, tuple[str, str]] = field(default_factory=dict)
    finished: bool = False
    plan_sha256: str | None = None

    @classmethod
    def replayed(cls, entries: Iterable[Entry]) -> "RunState":
        """The state after these entries. Raises InfrastructureError if one can't follow."""
        state = cls()
        for entry in entries:
            state.apply(entry)
        return state

    def at(self, key: Key) -> CheckpointState:
        """The state of a checkpoint; an untouched one if nothing is known of it."""
        return self.checkpoints.get(key) or CheckpointState()

    def apply(self, entry: Entry) -> None:
        """Take one more entry into account."""
        if entry.event is Event.RUN_PLANNED:
            self.plan_sha256 = entry.data["plan_sha256"]
        elif entry.event is Event.ATTEMPT_STARTED:
            self.finished = False
            self.sessions.setdefault(entry.data["session"], (entry.time, entry.time))
        elif entry.event is Event.RUN_FINISHED:
            self.finished = True
        elif entry.key and entry.attempt:
            self._apply_to_try(entry, self._try(entry, entry.key, entry.attempt))
        if self.sessions and entry.event not in REVISED:
            session = max(self.sessions)
            self.sessions[session] = (self.sessions[session][0], entry.time)

    @property
    def session(self) -> int:
        """The number of the newest session; 0 before the first."""
        return max(self.sessions, default=0)

    @property
    def wall_seconds(self) -> float:
        """Wall time of all sessions, pauses between them left out."""
        spans = self.sessions.values()
        return sum(
            max(0.0, (_moment(end) - _moment(start)).total_seconds()) for start, end in spans
        )

    def _try(self, entry: Entry, key: Key, number: int) -> Try:
        tries = self.checkpoints.setdefault(key, CheckpointState()).tries
        if number == len(tries) + 1 and entry.event is Event.PHASE_STARTED:
            tries.append(Try(number))
        if number != len(tries):
            raise _misplaced(entry, f"try {number} after try {len(tries)}")
        return tries[-1]

    def _apply_to_try(self, entry: Entry, current: Try) -> None:
        if entry.event is Event.PHASE_STARTED:
            current.running = entry.data["phase"]
        elif entry.event is Event.PHASE_FINISHED:
            record = PhaseRecord(**entry.data)
            if record.phase != current.running:
                raise _misplaced(entry, f"end of {record.phase}, which wasn't running")
            current.records.append(record)
            current.running = None
        elif entry.event in REVISED:
            phase, data = REVISED[entry.event], dict(entry.data)
            current.measures[phase] = data.pop("measure")
            current.records.append(PhaseRecord(phase=phase, **data))


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time)


def _misplaced(entry: Entry, what: str) -> InfrastructureError:
    return InfrastructureError(
        f"seq {entry.seq} reports the {what}",
        where="journal",
        mend="put the journal back from a copy; nothing was changed",
    )
