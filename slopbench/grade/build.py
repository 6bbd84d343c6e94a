"""The build step of languages that have one: in a sandbox of its own, without network and without tests."""

import shlex
from dataclasses import replace
from typing import BinaryIO

from slopbench.config import WORKSPACE
from slopbench.grade.model import BuildResult
from slopbench.problem.entry import ROOT
from slopbench.problem.model import Problem, ProblemLimits
from slopbench.sandbox.protocol import Backend, Limits, Purpose, SandboxDied, SandboxSpec

BUILD_SECONDS = 300.0
LOG_BYTES = 16_384
PATH = "/usr/local/bin:/usr/bin:/bin"


def build(
    problem: Problem, n: int, language: str, solution: BinaryIO, backend: Backend
) -> tuple[BinaryIO, BuildResult]:
    """The tree to grade, and how its build went; without a build command the tree as it is.

    Raises InfrastructureError where no sandbox can be made.
    """
    command = problem.entry_for(language).build
    if command is None:
        return solution, BuildResult(None, None, None, "", 0.0)
    try:
        return built(problem, n, command, solution, backend)
    except SandboxDied as error:
        return solution, BuildResult(command, None, "sandbox_died", str(error), 0.0)


def built(
    problem: Problem, n: int, command: str, solution: BinaryIO, backend: Backend
) -> tuple[BinaryIO, BuildResult]:
    """The tree as a build command leaves it, the solution itself if the command fails."""
    limits = replace(build_limits(problem.limits_at(n)), wall_seconds=BUILD_SECONDS)
    with backend.create(SandboxSpec(Purpose.BUILD, limits, secrets=problem.secrets)) as sandbox:
        sandbox.put(solution, WORKSPACE)
        done = sandbox.exec(
            [word.replace(ROOT, sandbox.path(WORKSPACE)) for word in shlex.split(command)],
            cwd=WORKSPACE,
            env={"PATH": PATH, "HOME": "/home/agent", **problem.environment_at(n)},
        )
        result = BuildResult(
            command, done.status, done.cause, log_of(done.stdout + done.stderr), done.seconds
        )
        if done.status != 0:
            return solution, result
        return sandbox.get(WORKSPACE), result


def build_limits(limits: ProblemLimits) -> Limits:
    """Room for a compiler beside what the program itself may use."""
    return Limits(
        memory_mb=max(2048, limits.memory_mb),
        processes=max(256, limits.processes),
        disk_mb=max(1024, limits.disk_mb),
    )


def log_of(output: bytes) -> str:
    """The end of a command's output as text."""
    return output[-LOG_BYTES:].decode("utf-8", "replace")
