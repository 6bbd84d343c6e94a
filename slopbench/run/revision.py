"""Results that are made anew from stored snapshots: which ones, and how each comes into the journal."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from slopbench.errors import UsageError
from slopbench.run.artefacts import next_number, write_atomically
from slopbench.run.directory import RunDirectory
from slopbench.run.engine import signals_set, supervise
from slopbench.run.journal import Event, Journal, Key
from slopbench.run.measures import measured_with
from slopbench.run.plan import Plan
from slopbench.run.standing import load_state, refuse_strangers
from slopbench.run.state import REVISED, CheckpointState, RunState

Measure = Mapping[str, Any]
NO_RESULT = "there was no result"


class Fate(StrEnum):
    """What becomes of the result of a checkpoint: it is due until it has been made anew."""

    DUE = "due"
    RECOMPUTED = "recomputed"
    REUSED = "reused"
    KEPT = "kept"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class Item:
    """A checkpoint: what becomes of its result and why; `tree` is its snapshot, `number` the next n."""

    key: Key
    fate: Fate
    reason: str
    attempt: int = 0
    tree: str | None = None
    number: int = 0


@dataclass(frozen=True)
class Result:
    """A new result, or, with `kept`, why the one before stays."""

    cause: str | None = None
    content: Mapping[str, Any] = field(default_factory=dict)
    kept: str | None = None


@dataclass(frozen=True)
class Revision:
    """A kind of result and how it is made.

    Attributes:
        event: what the journal says of a new one.
        kind: how its files are named: tests or quality.
        measure_of: what the result of a checkpoint would be measured with now.
        decisive: the members of that measure with which a result is the same.
        make: makes a result; called from several threads.
        end: ends what `make` is doing. Called again and again until all calls have returned.
        place: entered for the time of the work, while no other process works on the run.
    """

    event: Event
    kind: str
    measure_of: Callable[[Key], Measure]
    decisive: tuple[str, ...]
    make: Callable[[Item], Result]
    end: Callable[[], None]
    place: AbstractContextManager[object] = field(default_factory=nullcontext)


@dataclass(frozen=True)
class Revised:
    """What became of each planned checkpoint, and the signal that ended the work early, if any."""

    directory: RunDirectory
    plan: Plan
    items: tuple[Item, ...]
    interrupted: str | None = None

    def of(self, fate: Fate) -> list[Item]:
        """The checkpoints with this fate."""
        return [item for item in self.items if item.fate is fate]


def foresee(directory: RunDirectory, plan: Plan, revision: Revision) -> Revised:
    """What `revise` would do; nothing is written or locked. Raises what reading a run raises."""
    state = load_state(directory, plan)
    return Revised(directory, plan, tuple(survey(plan, state, revision)))


def revise(
    directory: RunDirectory,
    plan: Plan,
    revision: Revision,
    jobs: int,
    progress: Callable[[Item], None],
) -> Revised:
    """Make anew every result that would come out differently; each is journaled as soon as it is there.

    Raises UsageError if another process works on the run, InfrastructureError if the machine fails;
    what was journaled by then is reused the next time.
    """
    cancel = threading.Event()
    with (
        _opened(directory, plan) as (journal, state),
        revision.place,
        signals_set(cancel) as received,
    ):
        items = {item.key: item for item in survey(plan, state, revision)}
        worker = Worker(directory, journal, revision, cancel)

        def work(item: Item) -> None:
            done = worker.work(item)
            if done is not None:
                items[item.key] = done
                progress(done)

        with ThreadPoolExecutor(jobs, thread_name_prefix="revision") as pool:
            due = [item for item in items.values() if item.fate is Fate.DUE]
            supervise([pool.submit(work, item) for item in due], revision.end, cancel)
        return Revised(directory, plan, tuple(items.values()), received[0] if received else None)


def survey(plan: Plan, state: RunState, revision: Revision) -> Iterator[Item]:
    """Every planned checkpoint with what is to be done."""
    for key in plan.planned():
        yield foreseen(plan, key, state.at(key), revision)


def foreseen(plan: Plan, key: Key, state: CheckpointState, revision: Revision) -> Item:
    """What is to be done at one checkpoint."""
    if state.current is None or state.snapshot is None:
        return Item(key, Fate.IMPOSSIBLE, "there is no snapshot of it")
    number = next_number(state.current.files, revision.kind)
    due = NO_RESULT if number == 1 else reason_to_redo(plan, key, state, revision)
    place = (state.current.number, state.snapshot, number)
    return Item(key, Fate.DUE if due else Fate.REUSED, due or "measured with the same", *place)


def reason_to_redo(plan: Plan, key: Key, state: CheckpointState, revision: Revision) -> str | None:
    """Why the result of a checkpoint could come out differently now; None if it couldn't.

    A score that failed may have failed for lack of time, so it is tried again.
    """
    phase = REVISED[revision.event]
    before, now = measured_with(plan, key, state, phase) or {}, revision.measure_of(key)
    changed = [name for name in revision.decisive if before.get(name) != now.get(name)]
    if changed:
        return f"{', '.join(changed)} changed"
    record = state.current.last(phase) if state.current else None
    return record.cause if record and phase == "quality" else None


class Worker:
    """Makes results and journals them."""

    def __init__(
        self,
        directory: RunDirectory,
        journal: Journal,
        revision: Revision,
        cancel: threading.Event,
    ) -> None:
        self.directory, self.journal, self.revision = directory, journal, revision
        self.cancel = cancel

    def work(self, item: Item) -> Item | None:
        """The checkpoint as it is now; None if the work was cancelled before it was done."""
        if self.cancel.is_set():
            return None
        started = time.monotonic()
        try:
            result = self.revision.make(item)
        except Exception:
            if self.cancel.is_set():
                return None
            self.cancel.set()
            raise
        if self.cancel.is_set():
            return None
        if result.kept is not None:
            return replace(item, fate=Fate.KEPT, reason=result.kept)
        self._journal(item, result, time.monotonic() - started)
        return replace(item, fate=Fate.RECOMPUTED)

    def _journal(self, item: Item, result: Result, seconds: float) -> None:
        folder = self.directory.attempt(item.key, item.attempt)
        path = folder / f"{self.revision.kind}.{item.number}.json"
        sha256 = write_atomically(path, json.dumps(result.content).encode())
        data = {
            "cause": result.cause,
            "seconds": round(seconds, 3),
            "files": {str(path.relative_to(self.directory.root)): sha256},
            "measure": dict(self.revision.measure_of(item.key)),
        }
        self.journal.append(self.revision.event, item.key, item.attempt, data)


@contextmanager
def _opened(directory: RunDirectory, plan: Plan) -> Iterator[tuple[Journal, RunState]]:
    """The journal of a run that was begun, open for writing."""
    state = RunState()
    with Journal(directory.journal_file, state.apply) as journal:
        refuse_strangers(directory, plan, state)
        if state.plan_sha256 is None:
            raise UsageError(
                "has not begun: there is nothing to make anew",
                where=str(directory.root),
                mend=f"go on with it: slopbench resume {directory.root}",
            )
        yield journal, state
