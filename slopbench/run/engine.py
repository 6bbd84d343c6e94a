"""Runs the attempts of a plan side by side, and ends them in order when it is told to."""

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from types import FrameType

from slopbench.run.attempt import Attempt, Context
from slopbench.run.directory import RunDirectory
from slopbench.run.journal import Entry, Event, Journal
from slopbench.run.phase import Phases
from slopbench.run.plan import Plan
from slopbench.run.standing import counts, refuse_strangers
from slopbench.run.state import RunState

POLL_SECONDS = 0.2


class Engine:
    """One session of work on a run: it holds the journal open from start to end."""

    def __init__(self, directory: RunDirectory, plan: Plan) -> None:
        """Open the run for writing. Raises UsageError if somebody else has it open."""
        self.directory, self.plan, self.state = directory, plan, RunState()
        self.journal = Journal(directory.journal_file, self.state.apply)
        try:
            refuse_strangers(directory, plan, self.state)
            if self.state.plan_sha256 is None:
                data = {"run_id": plan.run_id, "plan_sha256": directory.plan_sha256}
                self.journal.append(Event.RUN_PLANNED, None, None, data)
        except BaseException:
            self.journal.close()
            raise

    def listen(self, listener: Callable[[Entry], None]) -> None:
        """Have every further line of the journal shown to `listener`."""
        self.journal.listeners.append(listener)

    def run(self, phases: Phases, jobs: int) -> str | None:
        """Bring every attempt as far as it goes; the signal that ended it early, if any.

        Raises InfrastructureError if the machine fails in a way that no row of the table covers.
        In every case all phases have returned, and what they did is journaled.
        """
        cancel = threading.Event()
        context = Context(
            directory=self.directory,
            journal=self.journal,
            state=self.state,
            phases=phases,
            cancel=cancel,
            stop_on=self.plan.settings.stop_on,
            session=self.state.session + 1,
        )
        with self.journal, signals_set(cancel) as received:
            with ThreadPoolExecutor(jobs, thread_name_prefix="attempt") as pool:
                attempts = [Attempt(keys, context) for keys in self.plan.attempts()]
                running = [pool.submit(attempt.run) for attempt in attempts]
                supervise(running, phases.cancel, cancel)
            if received:
                return received[0]
            if not self.state.finished:
                self.journal.append(Event.RUN_FINISHED, None, None, counts(self.plan, self.state))
        return None


def supervise(
    running: list[Future[None]], end_work: Callable[[], None], cancel: threading.Event
) -> None:
    """Wait for all of them. The first exception ends the others; then it is raised.

    While `cancel` is set, `end_work` is called again and again.
    """
    pending: set[Future[None]] = set(running)
    while pending:
        done, pending = wait(pending, POLL_SECONDS, FIRST_EXCEPTION)
        if any(future.exception() for future in done):
            cancel.set()
        if cancel.is_set():
            end_work()
    for future in running:
        future.result()


@contextmanager
def signals_set(cancel: threading.Event) -> Iterator[list[str]]:
    """Meanwhile SIGINT and SIGTERM set `cancel` and are listed; a second one kills at once."""
    received: list[str] = []

    def handle(number: int, frame: FrameType | None) -> None:
        received.append(signal.Signals(number).name)
        cancel.set()
        for each in before:
            signal.signal(each, signal.SIG_DFL)

    before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM)}
    for each in before:
        signal.signal(each, handle)
    try:
        yield received
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
