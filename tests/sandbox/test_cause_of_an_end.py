"""Whose fault an end was: the kernel's count of what it killed for want of memory has the last word."""

import pytest

from slopbench.sandbox.protocol import Outcome, Purpose, SandboxSpec
from slopbench.sandbox.session_sandbox import SessionSandbox


class Ended:
    """A session in which every command ends the same way."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def exec(self, *arguments, **named) -> Outcome:
        return self.outcome


class Counting(SessionSandbox):
    """The kernel kills something with each command."""

    kills = 0

    def start(self) -> None: ...

    def kill(self) -> None: ...

    def stop(self) -> None: ...

    def rlimits(self) -> dict[str, int]:
        return {}

    def memory_kills(self) -> int:
        self.kills += 1
        return self.kills


@pytest.mark.parametrize(
    ("status", "cause", "told"),
    [
        (-9, None, (None, "memory")),
        (1, None, (None, "memory")),
        (None, "sandbox_died", (None, "memory")),
        (0, None, (0, None)),
        (None, "wall_time", (None, "wall_time")),
        (None, "disk", (None, "disk")),
    ],
)
def test_kill_for_want_of_memory_explains_an_end_that_nothing_else_explains(status, cause, told):
    sandbox = Counting(SandboxSpec(Purpose.AGENT))
    sandbox.session = Ended(Outcome(status, cause, b"out", b"err", 1.0))
    outcome = sandbox.exec(["x"], cwd="/", env={})
    assert (outcome.status, outcome.cause) == told
    assert (outcome.stdout, outcome.stderr, outcome.seconds) == (b"out", b"err", 1.0)


def test_end_without_a_kill_keeps_its_cause(monkeypatch):
    monkeypatch.setattr(Counting, "memory_kills", lambda self: 7)
    sandbox = Counting(SandboxSpec(Purpose.AGENT))
    sandbox.session = Ended(Outcome(None, "sandbox_died", b"", b"", 1.0))
    assert sandbox.exec(["x"], cwd="/", env={}).cause == "sandbox_died"
