"""What isolation costs: grading on each backend beside bare pytest on the same tests, as ratios in one run.

    python benchmarks/overhead.py [--rounds 3] [--backend bubblewrap --backend docker]

Bare is the same kit and tests with plain subprocesses, in one pytest process on the host. The rounds
alternate, so that a drift of the machine hits all alike; medians are compared. The second table is
one start of a sandbox. For one start of a program see program_start.py.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

from slopbench.grade.grading import grade
from slopbench.grade.model import GradeOptions
from slopbench.grade.site import KIT, write_member
from slopbench.grade.suite import Place, kit_settings, suite_tar
from slopbench.problem.bench import Bench
from slopbench.problem.model import Problem
from slopbench.sandbox.backends import BACKENDS
from slopbench.sandbox.protocol import Backend, Purpose, SandboxSpec
from slopbench.snapshots.store import SnapshotStore

ENGINE = Path(__file__).parents[1] / "slopbench"


def bare_seconds(problem: Problem, n: int, reference: Path) -> float:
    """Wall time of pytest over the tests of 1…n, each start a plain subprocess."""
    with tempfile.TemporaryDirectory() as folder:
        place = Place(folder)
        settings = kit_settings(
            problem,
            n,
            language="python",
            place=place,
            site="",
            nesting={"launcher": "bare"},
            options=GradeOptions(),
            path=str,
        )
        settings |= {"root": str(reference), "site": None, "work": f"{folder}/work"}
        with tarfile.open(fileobj=suite_tar(problem, n, settings)) as archive:
            for member in archive:
                write_member(archive, member, Path(folder))
        command = [sys.executable, "-I", str(ENGINE / "grade" / KIT), "grade", place.settings]
        started = time.monotonic()
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.monotonic() - started
        outcomes = [json.loads(line) for line in Path(place.results).read_text().splitlines()]
        if done.returncode != 0 or not outcomes:
            sys.exit(f"bare pytest failed:\n{done.stdout}{done.stderr}")
        return seconds


def graded_seconds(problem: Problem, n: int, reference: Path, backend: Backend) -> float:
    """Wall time of one grading, sandbox and all."""
    with tempfile.TemporaryDirectory() as folder:
        store = SnapshotStore.create(Path(folder, "snapshots.git"))
        commit = store.add_folder(reference, "refs/attempts/overhead/1/1").commit
        started = time.monotonic()
        result = grade(problem, n, solution=store.tar(commit), language="python", backend=backend)
        if not result.strict:
            sys.exit(f"{backend.name}: the reference fails at checkpoint {n}:\n{result.log}")
        return time.monotonic() - started


def medians(measures: dict[str, Callable[[], float]], rounds: int) -> dict[str, float]:
    """The median of each measure over alternating rounds, after one round that isn't counted."""
    seconds: dict[str, list[float]] = {name: [] for name in measures}
    for round_number in range(rounds + 1):
        for name, measure in measures.items():
            taken = measure()
            if round_number:
                seconds[name].append(taken)
    return {name: statistics.median(taken) for name, taken in seconds.items()}


def checkpoint_table(backends: list[Backend], rounds: int) -> Table:
    bench = Bench.locate(None)
    problem = bench.problem("tallyroom")
    table = Table("checkpoint", "bare s", *(f"{backend.name} s (ratio)" for backend in backends))
    for checkpoint in problem.checkpoints:
        n = checkpoint.n
        reference = bench.reference("tallyroom", "python", n)
        measures: dict[str, Callable[[], float]] = {
            "bare": lambda n=n, reference=reference: bare_seconds(problem, n, reference)
        }
        for backend in backends:
            measures[backend.name] = lambda n=n, reference=reference, backend=backend: (
                graded_seconds(problem, n, reference, backend)
            )
        found = medians(measures, rounds)
        bare = found.pop("bare")
        row = [f"{seconds:.2f} ({seconds / bare:.2f})" for seconds in found.values()]
        table.add_row(str(n), f"{bare:.2f}", *row)
    return table


def start_table(backends: list[Backend]) -> Table:
    """Making a sandbox, running `true`, removing it; and a further `true` in a warm one."""
    table = Table("backend", "make, run true, remove: ms", "true in a warm one: ms")
    for backend in backends:
        spec = SandboxSpec(Purpose.BUILD)

        def fresh(backend: Backend = backend, spec: SandboxSpec = spec) -> float:
            started = time.monotonic()
            with backend.create(spec) as sandbox:
                sandbox.exec(["true"], cwd="/", env={"PATH": "/usr/bin:/bin"})
            return time.monotonic() - started

        with backend.create(spec) as warm:

            def again(sandbox=warm) -> float:
                started = time.monotonic()
                sandbox.exec(["true"], cwd="/", env={"PATH": "/usr/bin:/bin"})
                return time.monotonic() - started

            found = medians({"fresh": fresh, "again": again}, 9)
        table.add_row(backend.name, *(f"{seconds * 1000:.0f}" for seconds in found.values()))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--backend", action="append", choices=sorted(BACKENDS))
    options = parser.parse_args()
    backends = [BACKENDS[name]() for name in options.backend or ["bubblewrap"]]
    Console().print(checkpoint_table(backends, options.rounds), start_table(backends))


if __name__ == "__main__":
    main()
