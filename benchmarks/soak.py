"""Grades one reference snapshot many times: are all outcomes equal, and what is left behind?

    python benchmarks/soak.py [--times 100] [--backend NAME] [--bench DIR] [--problem SLUG] [--checkpoint N]

Left behind are processes of sandboxes, control groups, containers with our label and mounts, counted
before and after; nothing else of slopbench may run meanwhile.
"""

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from slopbench.grade.grading import grade
from slopbench.grade.model import Grade
from slopbench.problem.bench import Bench
from slopbench.sandbox import cgroup
from slopbench.sandbox.backends import BACKENDS
from slopbench.snapshots.store import SnapshotStore


def outcome_of(found: Grade) -> tuple[object, ...]:
    """All that must be equal: every test with its outcome, the rates and the cause."""
    tests = tuple((test.id, test.group, test.outcome) for test in found.tests)
    return tests, found.cause, found.strict, found.isolated, found.core


def traces() -> dict[str, int]:
    """What sandboxes could leave on this machine, now."""
    commands = [path.read_bytes() for path in readable("/proc/[0-9]*/cmdline")]
    return {
        "processes": sum(b"bwrap" in line or b"/grader/" in line for line in commands),
        "control groups": sum(
            1 for parent in set(cgroup.parents().values()) for _ in parent.glob(f"{cgroup.PREFIX}*")
        ),
        "mounts": len(Path("/proc/self/mountinfo").read_text().splitlines()),
        "containers": containers(),
    }


def readable(pattern: str) -> list[Path]:
    return [path for path in Path("/").glob(pattern.lstrip("/")) if path.exists()]


def containers() -> int:
    from slopbench.sandbox.docker_engine import alive, connect

    if not alive():
        return 0
    client = connect()
    return len(client.containers(all=True, filters={"label": "slopbench"}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=100)
    parser.add_argument("--backend", choices=sorted(BACKENDS), default="bubblewrap")
    parser.add_argument("--bench", type=Path)
    parser.add_argument("--problem", default="tallyroom")
    parser.add_argument("--checkpoint", type=int, default=1)
    options = parser.parse_args()
    bench = Bench.locate(options.bench)
    problem = bench.problem(options.problem)
    backend = BACKENDS[options.backend]()
    before = traces()
    started = time.monotonic()
    outcomes: Counter[tuple[object, ...]] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        store = SnapshotStore.create(Path(folder, "snapshots.git"))
        reference = bench.reference(problem.slug, "python", options.checkpoint)
        commit = store.add_folder(reference, "refs/attempts/soak/1/1").commit
        for _ in range(options.times):
            found = grade(
                problem,
                options.checkpoint,
                solution=store.tar(commit),
                language="python",
                backend=backend,
            )
            outcomes[outcome_of(found)] += 1
    seconds = time.monotonic() - started
    after = traces()
    left = {name: after[name] - before[name] for name in before}
    (common, count), *_ = outcomes.most_common()
    print(f"{count} of {options.times} equal, strict: {common[2]}, {len(common[0])} tests each")
    print(f"{seconds / options.times:.2f} s a grading; left behind: {left}")
    sys.exit(count != options.times or any(value > 0 for value in left.values()))


if __name__ == "__main__":
    main()
