"""Recursion without a limit on its depth."""

from collections.abc import Generator
from typing import Any

Steps = Generator["Steps", Any, Any]
"""A generator that yields the calls it needs, gets their results and returns its own."""


def run(steps: Steps) -> Any:
    """The result of a call whose inner calls are made on a list instead of the stack."""
    calls = [steps]
    result = None
    while calls:
        try:
            calls.append(calls[-1].send(result))
            result = None
        except StopIteration as end:
            calls.pop()
            result = end.value
    return result
