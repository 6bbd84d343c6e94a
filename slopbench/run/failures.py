"""What a failure means: one frozen table, applied to every phase, and again to stored results.

Whatever code inside a sandbox can bring about is the agent's failure or a failed test. A cause is
counted as infrastructure only if something outside of every sandbox has seen it.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from slopbench.errors import InfrastructureError


class Status(StrEnum):
    """What a planned checkpoint counts as; the four counts add up to the plan."""

    GRADED = "graded"
    INFRA_FAILED = "infra_failed"
    NOT_REACHED = "not_reached"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Failure:
    """A row of the table.

    Attributes:
        retry: whether `resume` does the phase again.
        grade: whether the chain goes on with what is there.
        counts_as: the status of a checkpoint that ends with this cause.
        witness: what has seen it from outside of every sandbox; empty where none is needed.
        meaning: one line for people.
    """

    retry: bool
    grade: bool
    counts_as: Status
    witness: str
    meaning: str


def _agents(meaning: str) -> Failure:
    return Failure(False, True, Status.GRADED, "", meaning)


def _unstorable(witness: str, meaning: str) -> Failure:
    return Failure(False, False, Status.GRADED, witness, meaning)


def _infrastructure(witness: str, meaning: str) -> Failure:
    return Failure(True, False, Status.INFRA_FAILED, witness, meaning)


def _imported(meaning: str) -> Failure:
    return Failure(False, False, Status.INFRA_FAILED, "the folder that was imported", meaning)


FAILURES: dict[str, Failure] = {
    "time_limit": _agents("the agent reached its time limit"),
    "agent_failed": _agents("the agent ended without success"),
    "agent_memory": _agents("the agent's sandbox ran out of memory"),
    "agent_disk": _agents("the agent's sandbox ran out of disk"),
    "agent_files": _agents("the agent's sandbox ran out of files"),
    "agent_processes": _agents("the agent's sandbox ran out of processes"),
    "agent_output": _agents("the agent wrote more output than it may"),
    "sandbox_died": _unstorable(
        "the engine answers its ping", "the sandbox died under the agent, on a living engine"
    ),
    "snapshot_too_large": _unstorable("", "the agent's files are more than a snapshot may hold"),
    "snapshot_broken": _unstorable("", "the agent's files couldn't be read as a whole"),
    "build_failed": _agents("the solution didn't build"),
    "suite_timeout": _agents("the suite reached its time limit; tests without a result failed"),
    "grader_died": _agents("the grader died on a living engine; tests without a result failed"),
    "tests_broken": Failure(
        False,
        False,
        Status.INFRA_FAILED,
        "the hidden tests can't be collected, which no solution can bring about",
        "the problem's own tests are broken",
    ),
    "quality_time": _agents("scoring reached its time limit; quality is null"),
    "quality_memory": _agents("scoring ran out of memory; quality is null"),
    "quality_failed": _agents("scoring ended without a score; quality is null"),
    "engine_unreachable": _infrastructure(
        "the engine doesn't answer its ping", "the sandbox engine can't be reached"
    ),
    "host_disk_floor": _infrastructure(
        "free space measured on the host", "the host's disk is nearly full"
    ),
    "snapshot_missing": _agents("the imported run has no snapshot, or none that can be stored"),
    "nothing_left": _unstorable("", "in the imported run the agent failed and left no files"),
    "not_evaluated": _imported("the imported run has no outcomes of tests"),
    "evaluation_failed": _imported("the imported run's own machine failed while it tested"),
    "evaluation_unusable": _imported("the imported run's outcomes can't be read or don't add up"),
    "cancelled": Failure(
        True, False, Status.CANCELLED, "a signal to slopbench", "the run was interrupted"
    ),
}
"""Every cause that a phase may end with, beside None."""


class Witness(Protocol):
    """What can be seen from outside of every sandbox."""

    def engine_alive(self) -> bool:
        """Whether the sandbox engine answers."""

    def disk_low(self) -> bool:
        """Whether the host's free space is below the floor."""


BLAME = {
    "agent": "sandbox_died",
    "snapshot": "sandbox_died",
    "grade": "grader_died",
    "quality": "quality_failed",
}
"""By phase: whose fault a broken phase is when no witness speaks for the agent."""


def infrastructure_cause(witness: Witness) -> str | None:
    """The cause that the witness has seen, if any."""
    if witness.disk_low():
        return "host_disk_floor"
    return None if witness.engine_alive() else "engine_unreachable"


def cause_of_death(phase: str, witness: Witness) -> str:
    """The cause of a phase whose sandbox died: what the witness has seen, else `BLAME`."""
    return infrastructure_cause(witness) or BLAME[phase]


def failure(cause: str) -> Failure:
    """The row of a cause. Raises InfrastructureError for one that this version doesn't know."""
    if cause not in FAILURES:
        raise InfrastructureError(
            f"unknown cause {cause!r}", where="journal", mend="use the slopbench that wrote the run"
        )
    return FAILURES[cause]
