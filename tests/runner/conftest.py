"""A small benchmark, and a sandbox such as agents get."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from slopbench.problem.bench import Bench
from slopbench.sandbox.backends import pick_backend
from slopbench.sandbox.protocol import Limits, Purpose, Sandbox, SandboxSpec

MAIN = '''"""Adds up its arguments."""

import sys


def total(words):
    result = 0
    for word in words:
        result += int(word)
    return result


if __name__ == "__main__":
    print(total(sys.argv[1:]))
'''


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    """One problem `adder` with references for two checkpoints; notes.txt is in the first alone."""
    reference = tmp_path / "bench" / "checkpoints" / "adder" / "reference" / "python"
    (tmp_path / "bench" / "problems").mkdir(parents=True)
    for n in (1, 2):
        folder = reference / str(n)
        (folder / "part").mkdir(parents=True)
        (folder / "main.py").write_text(MAIN.replace("Adds", f"{n}: adds"))
        (folder / "part" / "run.sh").write_text("#!/bin/sh\n")
        (folder / "part" / "run.sh").chmod(0o755)
        (folder / "__pycache__").mkdir()
        (folder / "__pycache__" / "main.pyc").write_bytes(b"cache")
    (reference / "1" / "notes.txt").write_text("only at first\n")
    return Bench(tmp_path / "bench")


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    limits = Limits(wall_seconds=30, disk_mb=64, output_mb=1)
    made = pick_backend("bubblewrap").create(SandboxSpec(Purpose.AGENT, limits))
    with made:
        yield made
