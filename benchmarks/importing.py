"""Imports a recorded run of 500 checkpoints: wall time and peak memory of `slopbench import`.

    python benchmarks/importing.py [--checkpoints 500] [--venv 4000] [--place DIR]

The run is made up, with sizes like real ones: 20 to 60 files in a snapshot, 300 in every 25th, and most
of them the same as one checkpoint before. --venv puts that many packages with a file each beside one
snapshot. Peak memory is the largest resident set of the command and of every git that it starts, each
for itself; the bare copy of the same folder with `cp -a` and `sync` is the yardstick for the time.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "run"))

from recorded_runs import recorded_run

A_PROBLEM = 5
LINES = ("def part_{n}(value):\n", "    return value * {n} + {n}\n", "\n")


def source(seed: int, size: int) -> str:
    """A file of so many lines, which no other seed gives."""
    lines = [LINES[n % 3].format(n=seed * 1000 + n) for n in range(size)]
    return "".join(lines)


def fill(run: Path, chance: random.Random) -> int:
    """Give every snapshot of a run its files; how many there are now."""
    total = 0
    for k, snapshot in enumerate(sorted(run.glob("*/checkpoint_*/snapshot"))):
        for n in range(300 if k % 25 == 24 else chance.randint(20, 60)):
            changed = chance.random() < 0.3
            seed = n + (1000 * k if changed else 0)
            path = snapshot / f"package_{n % 6}" / f"module_{n}.py"
            path.parent.mkdir(exist_ok=True)
            path.write_text(source(seed, 40 + seed % 160))
            total += 1
    return total


def add_packages(run: Path, count: int) -> None:
    """An installed environment in one snapshot, as agents leave them."""
    snapshot = sorted(run.glob("*/checkpoint_*/snapshot"))[-1]
    site = snapshot / ".venv" / "lib" / "python3.12" / "site-packages"
    for n in range(count):
        (site / f"package_{n}").mkdir(parents=True)
        (site / f"package_{n}" / "__init__.py").write_text(source(n, 60))
    (snapshot / ".venv" / "pyvenv.cfg").write_text("home = /usr/bin\n")
    (snapshot / ".venv" / "bin").mkdir()
    (snapshot / ".venv" / "bin" / "python").symlink_to("/usr/bin/python3")


def measured(words: list[str]) -> tuple[float, float]:
    """Seconds, and the largest resident set (MB) of the command and what it started."""
    started = time.monotonic()
    child = subprocess.Popen(words, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"{words[0]} ended with status {child.returncode}")
    return time.monotonic() - started, usage.ru_maxrss / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--checkpoints", type=int, default=500)
    parser.add_argument("--venv", type=int, default=4000)
    parser.add_argument("--place", type=Path, default=None)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.place) as name:
        folder = Path(name)
        problems = {f"problem_{n:03}": A_PROBLEM for n in range(asked.checkpoints // A_PROBLEM)}
        run = recorded_run(folder / "recorded", problems)
        files = fill(run, random.Random(1))
        add_packages(run, asked.venv)
        subprocess.run(["sync"], check=True)
        copying, _ = measured(["sh", "-c", f"cp -a {run} {folder / 'copy'} && sync"])
        shutil.rmtree(folder / "copy")
        command = [sys.executable, "-m", "slopbench", "import", "scbench-run", str(run)]
        seconds, memory = measured([*command, "--out", str(folder / "out")])
        print(f"{len(problems) * A_PROBLEM} checkpoints, {files + asked.venv} files")
        print(f"cp -a and sync   {copying:6.1f} s")
        print(f"slopbench import {seconds:6.1f} s, {seconds / copying:.1f} times as long")
        print(f"peak memory      {memory:6.0f} MB")


if __name__ == "__main__":
    main()
