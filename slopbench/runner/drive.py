"""Drives one runner on one checkpoint in a started sandbox."""

from collections.abc import Callable
from dataclasses import dataclass

from slopbench.config import WORKSPACE
from slopbench.problem.bench import Bench
from slopbench.runner.load import FILE
from slopbench.runner.model import CommandRunner, PlayedRunner, Runner
from slopbench.runner.played import played_tree
from slopbench.runner.trees import File, read_tree, tar_of
from slopbench.sandbox.protocol import Outcome, Sandbox

TASK = "/task"
"""Where an agent finds what it is given, outside of its workspace."""

ENVIRONMENT = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "LANG": "C.UTF-8",
    "TERM": "dumb",
}
PLACES = {
    "HOME": "/home/agent",
    "TMPDIR": "/tmp",  # noqa: S108 - inside the sandbox
    "SLOPBENCH_PROMPT": f"{TASK}/prompt.md",
    "SLOPBENCH_RUNNER": f"{TASK}/runner",
}
"""With ENVIRONMENT all that a command finds in its environment, beside what its runner.toml adds."""


@dataclass(frozen=True)
class Assignment:
    """One checkpoint to be worked on: `prompt` is the text for the agent."""

    bench: Bench
    slug: str
    language: str
    checkpoint: int
    prompt: str


@dataclass(frozen=True)
class AgentOutcome:
    """What became of an agent.

    `cause` is None for success, else `time_limit`, `agent_failed` (it ended with another status
    than 0), `agent_memory`, `agent_disk`, `agent_files`, `agent_output` or `sandbox_died`. What is
    in the workspace counts in every case but the last. `log` is stdout and stderr as they came.
    """

    cause: str | None
    status: int | None
    seconds: float
    log: bytes


def drive(
    runner: Runner,
    assignment: Assignment,
    sandbox: Sandbox,
    *,
    wall_seconds: float,
    on_output: Callable[[bytes], None] | None = None,
) -> AgentOutcome:
    """Let a runner work in a sandbox whose workspace holds what it left before.

    Raises SandboxDied if the sandbox is gone before the agent starts, UsageError if the runner
    can't do this checkpoint.
    """
    if isinstance(runner, PlayedRunner):
        return play(runner, assignment, sandbox)
    return run_command(runner, assignment.prompt, sandbox, wall_seconds, on_output)


def play(runner: PlayedRunner, assignment: Assignment, sandbox: Sandbox) -> AgentOutcome:
    """Replace the workspace by the tree that the runner plays, if it plays one."""
    at = assignment
    tree = played_tree(runner, at.bench, at.slug, at.language, at.checkpoint)
    if tree is None:
        return AgentOutcome(None, 0, 0.0, b"left the workspace as it was\n")
    sandbox.clear(WORKSPACE)
    sandbox.put(tar_of(tree), WORKSPACE)
    return AgentOutcome(None, 0, 0.0, b"put %d files into the workspace\n" % len(tree))


def run_command(
    runner: CommandRunner,
    prompt: str,
    sandbox: Sandbox,
    wall_seconds: float,
    on_output: Callable[[bytes], None] | None,
) -> AgentOutcome:
    """Run the command of a runner in the workspace, with the prompt in a file beside it."""
    words = runner.words()
    sandbox.put(tar_of(task_files(runner, prompt)), TASK)
    log = bytearray()

    def take(data: bytes) -> None:
        log.extend(data)
        if on_output is not None:
            on_output(data)

    places = {name: sandbox.path(inside) for name, inside in PLACES.items()}
    outcome = sandbox.exec(
        words,
        cwd=WORKSPACE,
        env={**ENVIRONMENT, **places, **runner.env},
        wall_seconds=wall_seconds,
        on_output=take,
    )
    return AgentOutcome(cause_of(outcome), outcome.status, outcome.seconds, bytes(log))


def task_files(runner: CommandRunner, prompt: str) -> dict[str, File]:
    """What an agent is given: the prompt, and the files that stand beside its runner.toml."""
    files = {
        f"runner/{name}": file for name, file in read_tree(runner.folder).items() if name != FILE
    }
    return {"prompt.md": File(prompt.encode()), **files}


def cause_of(outcome: Outcome) -> str | None:
    """The failure table's word for how a command ended."""
    match outcome.cause:
        case None:
            return None if outcome.status == 0 else "agent_failed"
        case "wall_time":
            return "time_limit"
        case "sandbox_died":
            return "sandbox_died"
        case limit:
            return f"agent_{limit}"
