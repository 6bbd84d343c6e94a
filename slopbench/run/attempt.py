"""One attempt: the checkpoints of a problem in order, each through the chain of phases."""

import dataclasses
import errno
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from slopbench.errors import InfrastructureError
from slopbench.run.artefacts import next_number, read_result, write_atomically
from slopbench.run.directory import RunDirectory
from slopbench.run.failures import cause_of_death, infrastructure_cause
from slopbench.run.journal import Event, Journal, Key
from slopbench.run.phase import PhaseResult, Phases, Work
from slopbench.run.state import CheckpointState, PhaseRecord, RunState
from slopbench.sandbox.protocol import SandboxDied


@dataclass(frozen=True)
class Context:
    """What all attempts of a run share. `session` counts the processes that worked on it."""

    directory: RunDirectory
    journal: Journal
    state: RunState
    phases: Phases
    cancel: threading.Event
    stop_on: str
    session: int


class Attempt:
    """Brings one attempt as far as it goes; what the journal has as finished isn't done again."""

    def __init__(self, keys: Sequence[Key], context: Context) -> None:
        self.keys, self.context = keys, context

    def run(self) -> None:
        """Work through the checkpoints until one ends the attempt. Raises InfrastructureError."""
        begun, base = False, None
        for key in self.keys:
            state = self.context.state.at(key)
            if state.next_phase and not begun:
                session = {"session": self.context.session}
                self.context.journal.append(Event.ATTEMPT_STARTED, key, None, session)
                begun = True
            if not self._finish(key, base) or self._stops_here(key):
                return
            base = self.context.state.at(key).snapshot

    def _finish(self, key: Key, base: str | None) -> bool:
        """Do what is left of a checkpoint; whether the next one can follow."""
        while phase := self.context.state.at(key).next_phase:
            if self.context.cancel.is_set():
                return False
            work = self._work(key, phase, base)
            if phase == "snapshot" and not self.context.phases.keeps_workspace(work):
                phase, work = "agent", self._work(key, "agent", base)
            if not self._do(phase, work).carries_on:
                return False
        return self.context.state.at(key).complete

    def _work(self, key: Key, phase: str, base: str | None) -> Work:
        state = self.context.state.at(key)
        kind = "tests" if phase == "grade" else "quality"
        files = state.current.files if state.current else {}
        number = len(state.tries) + (phase == "agent")
        return Work(key, number, base, state.snapshot, next_number(files, kind))

    def _do(self, phase: str, work: Work) -> PhaseRecord:
        """One phase, from its first to its last line in the journal."""
        journal, key, attempt = self.context.journal, work.key, work.attempt
        journal.append(Event.PHASE_STARTED, key, attempt, {"phase": phase})
        started = time.monotonic()
        result, files = self._guarded(phase, work)
        record = PhaseRecord(
            phase=phase,
            cause=result.cause,
            seconds=round(time.monotonic() - started, 3),
            waiting_seconds=result.waiting_seconds,
            cost_usd=result.cost_usd,
            tokens=result.tokens,
            snapshot=result.snapshot,
            files=files,
        )
        journal.append(Event.PHASE_FINISHED, key, attempt, record.to_data())
        if result.cause == "cancelled":
            journal.append(Event.CANCELLED, key, attempt, {"phase": phase})
        return record

    def _guarded(self, phase: str, work: Work) -> tuple[PhaseResult, dict[str, str]]:
        """The result of a phase and its stored files; what goes wrong gets a row of the table."""
        try:
            result = self._run(phase, work)
            if self.context.cancel.is_set():
                result = _cancelled(phase, result)
            return result, self._store(work, result.artefacts)
        except (OSError, InfrastructureError) as error:
            result = self._explained(phase, error)
            return result, self._store_error(phase, work, error)
        except Exception:
            if not self.context.cancel.is_set():
                raise
            return PhaseResult("cancelled"), {}

    def _run(self, phase: str, work: Work) -> PhaseResult:
        phases = self.context.phases
        steps: Mapping[str, Callable[[Work], PhaseResult]] = {
            "agent": phases.agent,
            "snapshot": phases.snapshot,
            "grade": phases.grade,
            "quality": phases.quality,
        }
        if phases.witness.disk_low():
            return PhaseResult("host_disk_floor")
        return steps[phase](work)

    def _explained(self, phase: str, error: OSError | InfrastructureError) -> PhaseResult:
        """The result of a phase that raised; raises InfrastructureError if no row fits."""
        witness = self.context.phases.witness
        if self.context.cancel.is_set():
            return PhaseResult("cancelled")
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            return PhaseResult("host_disk_floor")
        if isinstance(error, SandboxDied):
            return PhaseResult(cause_of_death(phase, witness))
        if cause := infrastructure_cause(witness):
            return PhaseResult(cause)
        if isinstance(error, InfrastructureError):
            raise error
        raise InfrastructureError(
            f"{phase} failed: {error.strerror or error}", where=str(error.filename or "")
        ) from error

    def _store_error(self, phase: str, work: Work, error: Exception) -> dict[str, str]:
        """Keep what was said about a broken phase, if the disk still takes it."""
        try:
            return self._store(work, {f"{phase}.error.txt": f"{error}\n".encode()})
        except OSError:
            return {}

    def _store(self, work: Work, artefacts: Mapping[str, bytes]) -> dict[str, str]:
        folder = self.context.directory.attempt(work.key, work.attempt)
        root = self.context.directory.root
        return {
            str((folder / name).relative_to(root)): write_atomically(folder / name, content)
            for name, content in artefacts.items()
        }

    def _stops_here(self, key: Key) -> bool:
        return self.context.stop_on == "fail" and not is_strict(
            self.context.directory, self.context.state.at(key)
        )


def is_strict(directory: RunDirectory, state: CheckpointState) -> bool:
    """Whether a checkpoint was graded and passed every test. Raises InfrastructureError."""
    if state.current is None:
        return False
    tests = read_result(directory.root, state.current.files, "tests")
    return bool(tests and tests["strict"])


def _cancelled(phase: str, result: PhaseResult) -> PhaseResult:
    """What is kept of a phase that was interrupted: what it cost, and the log of an agent."""
    kept = result.artefacts if phase == "agent" else {}
    return dataclasses.replace(result, cause="cancelled", snapshot=None, artefacts=kept)
