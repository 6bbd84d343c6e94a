"""Runs the two snippets of rules and compares what a caller sees, in an interpreter of their own."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tree_sitter_javascript
from tree_sitter import Language as Grammar
from tree_sitter import Parser

from slopbench.errors import InfrastructureError, LimitError

SECONDS_PER_RULE = 2.0
"""Time for a batch, beyond a minute. A single call that takes five seconds has failed."""

_HERE = Path(__file__).parent
Job = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """What a call showed after `bad` and after `good`, where these differ or failed to run."""

    call: str
    bad: str
    good: str


def differences(
    language: str, cases: Sequence[tuple[str, str, Sequence[str]]]
) -> list[list[Difference]]:
    """For each case of bad, good and calls, the calls after which a difference is seen.

    Compared are the value as the language prints it, or the type of the exception, what goes to the
    standard output, and the arguments after the call. Raises InfrastructureError where the
    language's interpreter is missing or fails, LimitError where the time is over.
    """
    if not cases:
        return []
    command, split = _interpreter(language)
    jobs = [
        {"code": code, "calls": [split(call) for call in calls]}
        for bad, good, calls in cases
        for code in (bad, good)
    ]
    seen = _run(language, command, jobs)
    return [
        _compared(calls, after_bad, after_good)
        for (_, _, calls), after_bad, after_good in zip(cases, seen[::2], seen[1::2], strict=True)
    ]


def _compared(calls: Sequence[str], bad: list[str], good: list[str]) -> list[Difference]:
    names = ["(the snippet itself)", *calls]
    return [
        Difference(name, before, after)
        for name, before, after in zip(names, bad, good, strict=False)
        if before != after or before.startswith("broken")
    ]


def _interpreter(language: str) -> tuple[list[str], Callable[[str], Job]]:
    """How to start it, and how it wants a call to be written."""
    if language == "python":
        return [sys.executable, "-I", str(_HERE / "calls.py")], lambda call: {"call": call}
    node = shutil.which("node")
    if node is None:
        raise InfrastructureError(
            "is not installed",
            where="node",
            mend="install Node.js 20 or later, or leave JavaScript out with --language",
        )
    return [node, str(_HERE / "calls.js")], _split


def _split(call: str) -> Job:
    """A JavaScript call with its arguments apart, so that they can be looked at afterwards."""
    grammar = Grammar(tree_sitter_javascript.language())
    root = Parser(grammar).parse(call.encode()).root_node
    statement = root.named_child(0) if root.named_child_count == 1 else None
    node = statement.named_child(0) if statement else None
    function = node.child_by_field_name("function") if node else None
    arguments = node.child_by_field_name("arguments") if node else None
    if not (function and arguments and function.type == "identifier"):
        return {"call": call}
    text = call.encode()[arguments.start_byte + 1 : arguments.end_byte - 1].decode()
    return {"call": call, "name": call[: function.end_byte], "arguments": text}


def _run(language: str, command: Sequence[str], jobs: Sequence[Job]) -> list[list[str]]:
    seconds = 60 + SECONDS_PER_RULE * len(jobs) / 2
    with tempfile.TemporaryDirectory(prefix="slopbench-calls-") as folder:
        try:
            done = subprocess.run(
                command,
                input=json.dumps(jobs),
                cwd=folder,
                env={"HOME": folder, "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "0"},
                capture_output=True,
                text=True,
                timeout=seconds,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise LimitError(
                f"took longer than {seconds:g} s", where=f"calls in {language}"
            ) from error
    try:
        answers: list[list[str]] = json.loads(done.stdout)
    except ValueError as error:
        said = " ".join(done.stderr.split())[-300:]
        raise InfrastructureError(f"failed: {said}", where=f"calls in {language}") from error
    return answers
