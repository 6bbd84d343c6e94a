"""Commands that are measured: seconds and peak memory, of slopbench and of others on the same folder."""

import os
import resource
import shutil
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

PAGE = os.sysconf("SC_PAGE_SIZE")
FIRST_LOOK, LAST_LOOK = 0.002, 0.05
"""Seconds between two looks at the memory, in the first moments and after some seconds."""
BIN = Path(sys.executable).parent
ACCEPTED = {0, 1}
"""What linters exit with, whether or not they find something."""


@dataclass(frozen=True)
class Cost:
    """Wall seconds, seconds of processors, and the peak of the resident memory of a command and its
    children in MiB; pages that they share count for each of them. None where memory isn't looked at."""

    seconds: float
    processor_seconds: float
    mebibytes: float | None = None


Measure = Callable[[], Cost]


class Unusable(Exception):
    """A command isn't installed, or fails."""


class Clock:
    """Both kinds of seconds since it was made; one measure at a time."""

    def __init__(self, *whose: int) -> None:
        self._whose = whose
        self._wall, self._processors = time.monotonic(), self._used()

    def cost(self) -> Cost:
        """What has gone by until now."""
        return Cost(time.monotonic() - self._wall, self._used() - self._processors)

    def _used(self) -> float:
        usages = [resource.getrusage(who) for who in self._whose]
        return sum(usage.ru_utime + usage.ru_stime for usage in usages)


CHILDREN = (resource.RUSAGE_CHILDREN,)
ALL = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)


def run(command: Sequence[str], environment: Mapping[str, str]) -> Cost:
    """Runs a command to its end. Raises Unusable if it fails."""
    clock = Clock(*CHILDREN)
    with subprocess.Popen(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as process:
        watch = Watch(process.pid)
        _, errors = process.communicate()
        cost = clock.cost()
    if process.returncode not in ACCEPTED:
        last = errors.decode("utf-8", "replace").strip().splitlines()[-1:]
        raise Unusable(f"{Path(command[0]).name} ended with {process.returncode}: {''.join(last)}")
    return replace(cost, mebibytes=watch.peak())


class Watch:
    """Looks at the memory of a process and its children until it has ended."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._most = 0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def peak(self) -> float:
        """The most that was seen, in MiB. Waits for the end."""
        self._thread.join()
        return self._most / 2**20

    def _look(self) -> None:
        interval = FIRST_LOOK
        while size := sum(resident(pid) for pid in family(self._pid)):
            self._most = max(self._most, size)
            time.sleep(interval)
            interval = min(LAST_LOOK, interval * 1.02)


def family(pid: int) -> Iterator[int]:
    """A process and all that it has started, directly or not."""
    yield pid
    with suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from family(int(child))


def resident(pid: int) -> int:
    """The bytes of a process that are in memory; 0 when it has ended."""
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    return 0


def medians(measures: Mapping[str, Measure], rounds: int) -> dict[str, Cost | Unusable]:
    """The median of each measure over alternating rounds, so that a drift of the machine hits all
    alike. One that can't be used is left out of the rounds that follow."""
    costs: dict[str, list[Cost]] = {name: [] for name in measures}
    unusable: dict[str, Unusable] = {}
    for _ in range(rounds):
        for name in [name for name in measures if name not in unusable]:
            try:
                costs[name].append(measures[name]())
            except Unusable as error:
                unusable[name] = error
    return {name: unusable.get(name) or _median(costs[name]) for name in measures}


def _median(costs: Sequence[Cost]) -> Cost:
    memory = [cost.mebibytes for cost in costs if cost.mebibytes is not None]
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.processor_seconds for cost in costs),
        statistics.median(memory) if memory else None,
    )


def score_command(folder: Path, *options: str) -> list[str]:
    """`slopbench score` as a user starts it."""
    return [str(BIN / "slopbench"), "score", str(folder), "--json", "-j", "2", *options]


def peers(folder: Path, jscpd: str | None) -> dict[str, Measure]:
    """What others offer for a part of the same work: complexity, complexity, lint, clones, slop."""
    commands = {
        "radon cc": ["radon", "cc", "--json", str(folder)],
        "lizard, 2 jobs": ["lizard", "--working_threads", "2", str(folder)],
        "ruff check": ["ruff", "check", "--isolated", "--no-cache", "--exit-zero", str(folder)],
        "jscpd": [
            jscpd or "jscpd",
            *("--min-tokens", "50", "--min-lines", "3", "--reporters", "silent"),
            *("--max-lines", "1000000", "--max-size", "100mb", str(folder)),
        ],
        "scb-check": ["scb-check", "check", str(folder)],
    }
    return {name: _measure(command) for name, command in commands.items()}


def _measure(command: Sequence[str]) -> Measure:
    def measure() -> Cost:
        program = shutil.which(command[0], path=f"{BIN}{os.pathsep}{os.environ['PATH']}")
        if program is None:
            raise Unusable("not installed")
        return run([program, *command[1:]], {})

    return measure
