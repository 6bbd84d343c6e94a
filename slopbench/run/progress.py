"""What a run does right now, on stderr: a live view on a terminal, plain lines elsewhere."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.table import Table
from rich.text import Text

from slopbench.run.engine import Engine
from slopbench.run.failures import failure
from slopbench.run.journal import Entry, Event, Key
from slopbench.run.plan import Plan
from slopbench.run.standing import counts
from slopbench.run.state import RunState

REFRESH_PER_SECOND = 4


@contextmanager
def shown(engine: Engine) -> Iterator[None]:
    """Show what the engine does while inside."""
    console = Console(stderr=True, highlight=False)
    if console.is_terminal:
        view = LiveView(engine.plan, engine.state)
        engine.listen(view.take)
        with Live(
            console=console, get_renderable=view.rendered, refresh_per_second=REFRESH_PER_SECOND
        ):
            yield
    else:
        engine.listen(say)
        yield


def say(entry: Entry) -> None:
    """One plain line for what somebody waits for; a run goes on when nobody reads any more."""
    line = described(entry)
    if line:
        with suppress(BrokenPipeError):
            print(line, file=sys.stderr, flush=True)


def described(entry: Entry) -> str | None:
    """A journal entry in words; None if nobody waits for it."""
    if entry.event is Event.PHASE_STARTED and entry.key and entry.data["phase"] == "agent":
        return f"{_named(entry.key)}: agent started"
    if entry.event is Event.PHASE_FINISHED and entry.key:
        cause = entry.data["cause"]
        meaning = f": {failure(cause).meaning}" if cause else ""
        phase, seconds = entry.data["phase"], entry.data["seconds"]
        return f"{_named(entry.key)}: {phase} finished in {seconds:.1f} s{meaning}"
    return None


class LiveView:
    """The running phase of each attempt, and how many checkpoints have come how far."""

    def __init__(self, plan: Plan, state: RunState) -> None:
        self.plan, self.state = plan, state
        self.running: dict[Key, tuple[str, float]] = {}
        self.failures: dict[Key, str] = {}
        self.started = time.monotonic()

    def take(self, entry: Entry) -> None:
        """Take one more entry of the journal into account."""
        if entry.key is None:
            return
        if entry.event is Event.PHASE_STARTED:
            self.running[entry.key] = (entry.data["phase"], time.monotonic())
        elif entry.event is Event.PHASE_FINISHED:
            self.running.pop(entry.key, None)
            if entry.data["cause"]:
                self.failures[entry.key] = failure(entry.data["cause"]).meaning

    def rendered(self) -> RenderableType:
        """What is on the screen now."""
        now = time.monotonic()
        table = Table.grid(padding=(0, 2))
        for key, (phase, since) in sorted(self.running.items()):
            table.add_row(
                Text(_named(key)), Text(phase, "cyan"), Text(f"{now - since:.0f} s", "dim")
            )
        found = counts(self.plan, self.state)
        done = f"{found['graded']} of {found['planned']} checkpoints graded"
        failed = f", {found['infra_failed']} infra failed" if found["infra_failed"] else ""
        last = [
            Text(f"{_named(key)}: {meaning}", "yellow")
            for key, meaning in sorted(self.failures.items())[-3:]
        ]
        return Group(*last, table, Text(f"{done}{failed}, {now - self.started:.0f} s", "bold"))


def _named(key: Key) -> str:
    sample = f" #{key.sample}" if key.sample > 1 else ""
    return f"{key.problem}{sample} checkpoint {key.checkpoint}"
