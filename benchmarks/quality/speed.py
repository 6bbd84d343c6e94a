"""What a score costs: seconds and peak memory, beside what other programs need for a part of it.

    python benchmarks/quality/speed.py [FOLDER …] [--lines 1000 10000 100000 1000000] [--rounds 5]
                                       [--jscpd PROGRAM] [--json]

Real Python code, as in clones.py: of the folders, or the standard library and the installed packages.
First a snapshot of 2,000 lines in ten files: cold, and again after one of the ten files has changed.
Then trees of the given sizes in physical lines, cold, with two jobs; the other programs run on the
largest. At last a fit of the processors' seconds over lines.

Rounds alternate and medians are shown; from 100,000 lines on there is one round. On a busy machine
look at the processors' seconds. Memory is that of a command and its children together.
"""

import argparse
import json
import random
import sysconfig
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
from clones import SEED, contents
from measured import ALL, Clock, Cost, Measure, Unusable, medians, peers, run, score_command
from rich.console import Console
from rich.table import Table

from slopbench.quality.reading import Means, available_jobs
from slopbench.quality.score import score_tree

SIZES = [1_000, 10_000, 100_000, 1_000_000]
ONE_ROUND = 100_000
"""Lines from which one round is enough."""
ENOUGH = 100_000
"""Lines among which there are enough files for the snapshot."""
SNAPSHOT_FILES, SHORTEST, LONGEST = 10, 180, 220
CHANGE = "\n\ndef changed_{0}(value):\n    return value + {0}\n"

Costs = Mapping[str, Cost | Unusable]
Content = tuple[str, bytes]
Results = dict[str, Any]


def lines_of(data: bytes) -> int:
    return data.count(b"\n") + 1


def corpus(folders: Sequence[Path], lines: int) -> list[Content]:
    """A sample of files with at least so many lines, or all if there are fewer."""
    files = list(contents(folders))
    random.Random(SEED).shuffle(files)
    ends = np.cumsum([lines_of(data) for _, data in files])
    return files[: int(np.searchsorted(ends, lines)) + 1]


def write_tree(files: Iterable[Content], folder: Path) -> int:
    """Writes each file into a folder of its own, so that none hides another; gives their lines."""
    total = 0
    for number, (path, data) in enumerate(files):
        place = folder / f"part{number // 100}" / f"p{number}" / Path(path).name
        place.parent.mkdir(parents=True)
        place.write_bytes(data)
        total += lines_of(data)
    return total


class Snapshot:
    """A small tree, its caches, and the measures on it."""

    def __init__(self, files: Sequence[Content], place: Path) -> None:
        self.folder, self._caches = place / "tree", place / "caches"
        self.lines = write_tree(files, self.folder)
        self._files = sorted(self.folder.rglob("*.py"))
        self._number = count()

    def fresh(self) -> Path:
        """A cache that nothing was kept in yet."""
        return self._caches / str(next(self._number))

    def change(self) -> None:
        """Changes one file, another one each time."""
        number = next(self._number)
        with self._files[number % len(self._files)].open("a") as file:
            file.write(CHANGE.format(number))

    def score(self, cache: Path | None) -> Cost:
        """A score inside this process."""
        clock = Clock(*ALL)
        score_tree(self.folder, means=Means(cache, available_jobs()))
        return clock.cost()

    def command(self, state: Path) -> Cost:
        """A score by the command."""
        return run(score_command(self.folder), {"SLOPBENCH_STATE": str(state)})

    def after_changes(self, score: Callable[[Path], Cost]) -> Measure:
        """A measure that changes a file before each score; the cache knows the others."""
        cache = self.fresh()
        score(cache)

        def measure() -> Cost:
            self.change()
            return score(cache)

        return measure


def snapshot_costs(
    files: Sequence[Content], scratch: Path, rounds: int, jscpd: str | None
) -> tuple[int, Costs]:
    """The lines of the snapshot; its costs cold and after a change, and those of others."""
    cold, inside, outside = (
        Snapshot(files, scratch / name) for name in ("cold", "inside", "outside")
    )
    cold.score(None)
    measures = {
        "score in a warm process, no cache": lambda: cold.score(None),
        "score in a warm process, empty cache": lambda: cold.score(cold.fresh()),
        "score in a warm process, one file of ten changed": inside.after_changes(inside.score),
        "slopbench score, empty cache": lambda: cold.command(cold.fresh()),
        "slopbench score, one file of ten changed": outside.after_changes(outside.command),
        **peers(cold.folder, jscpd),
    }
    return cold.lines, medians(measures, rounds)


def cold(folder: Path) -> Measure:
    """`slopbench score` without a cache."""
    return lambda: run(score_command(folder, "--no-cache"), {})


def size_costs(
    files: Sequence[Content], lines: int, folder: Path, rounds: int, others: Mapping[str, Measure]
) -> tuple[int, Costs]:
    """The true number of lines of a tree of this size, and the costs on it."""
    ends = np.cumsum([lines_of(data) for _, data in files])
    total = write_tree(files[: int(np.searchsorted(ends, lines)) + 1], folder)
    measures = {"slopbench score": cold(folder), **others}
    return total, medians(measures, 1 if lines >= ONE_ROUND else rounds)


def fit(start: Cost | Unusable, points: Sequence[tuple[int, Cost | Unusable]]) -> float | None:
    """The exponent of the processors' seconds over lines; those of an empty folder are taken off."""
    if isinstance(start, Unusable):
        return None
    pairs = [
        (lines, cost.processor_seconds - start.processor_seconds)
        for lines, cost in points
        if isinstance(cost, Cost) and cost.processor_seconds > start.processor_seconds
    ]
    if len(pairs) < 2:
        return None
    sizes, seconds = np.log(np.array(pairs)).T
    return float(np.polyfit(sizes, seconds, 1)[0])


def measured(arguments: argparse.Namespace, scratch: Path) -> Results:
    """Everything, as --json prints it."""
    files = corpus(arguments.folders, max(*arguments.lines, ENOUGH))
    short = [each for each in files if SHORTEST <= lines_of(each[1]) <= LONGEST]
    lines, small = snapshot_costs(
        short[:SNAPSHOT_FILES], scratch, arguments.rounds, arguments.jscpd
    )
    empty = scratch / "empty"
    empty.mkdir()
    start = medians({"": cold(empty)}, arguments.rounds)[""]
    points: list[tuple[int, Costs]] = []
    for size in sorted(arguments.lines):
        folder = scratch / str(size)
        others = peers(folder, arguments.jscpd) if size == max(arguments.lines) else {}
        points.append(size_costs(files, size, folder, arguments.rounds, others))
    exponent = fit(start, [(total, costs["slopbench score"]) for total, costs in points])
    return {
        "snapshot": {"lines": lines, "costs": plain(small)},
        "empty_folder": plain({"slopbench score": start}),
        "sizes": [{"lines": total, "costs": plain(costs)} for total, costs in points],
        "seconds_over_lines_exponent": exponent,
    }


def plain(costs: Costs) -> list[dict[str, Any]]:
    """The costs as rows; where there is none, why."""
    nothing = dict.fromkeys(field.name for field in fields(Cost))
    return [
        {"what": name, "why": str(cost), **nothing}
        if isinstance(cost, Unusable)
        else {"what": name, "why": None, **asdict(cost)}
        for name, cost in costs.items()
    ]


def show(results: Results) -> None:
    """The results as tables."""
    snapshot = results["snapshot"]
    console = Console()
    console.print(table(f"{snapshot['lines']:,} lines in ten files", snapshot["costs"]))
    console.print(table("an empty folder", results["empty_folder"]))
    for size in results["sizes"]:
        console.print(table(f"{size['lines']:,} lines", size["costs"]))
    exponent = results["seconds_over_lines_exponent"]
    if exponent is not None:
        console.print(
            f"processor seconds beyond those of an empty folder ~ lines ** {exponent:.2f}"
        )


def table(title: str, rows: Sequence[dict[str, Any]]) -> Table:
    """One row for each cost, and why there is none."""
    shown = Table("", box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")
    for column in ("seconds", "processor s", "MiB"):
        shown.add_column(column, justify="right")
    shown.add_column("")
    for row in rows:
        cells = [
            cell(row["seconds"], ".2f"),
            cell(row["processor_seconds"], ".2f"),
            cell(row["mebibytes"], ",.0f"),
        ]
        shown.add_row(row["what"], *cells, row["why"] or "")
    return shown


def cell(number: float | None, form: str) -> str:
    return "" if number is None else format(number, form)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--lines", nargs="+", type=int, default=SIZES)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jscpd", metavar="PROGRAM")
    parser.add_argument("--json", action="store_true", dest="as_json")
    arguments = parser.parse_args()
    if not arguments.folders:
        arguments.folders = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]
    with tempfile.TemporaryDirectory() as scratch:
        results = measured(arguments, Path(scratch))
    if arguments.as_json:
        print(json.dumps(results, indent=2))
    else:
        show(results)


if __name__ == "__main__":
    main()
