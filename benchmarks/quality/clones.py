"""What the clone search costs: seconds of one core, and memory beyond the facts of the files.

    python benchmarks/quality/clones.py [FOLDER …] [--lines 10000 100000 1000000] [--worst]

Real code: the Python files below the folders (without one: the standard library and the installed
packages of this interpreter), each content once and, as releases of one library are nearly copies,
each path in a library once; a sample of whole files for each size, and a fit of seconds over tokens.
Lines are physical lines. With --worst: made-up trees that are hard for the search instead.

Time and memory are measured in two passes, as watching the memory takes time.
"""

import argparse
import random
import re
import sysconfig
import time
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import TypeVar

import numpy as np
from rich.console import Console
from rich.table import Table

from slopbench.quality.clone_lines import Clones, clones_of
from slopbench.quality.facts import FileFacts
from slopbench.quality.languages.python import PYTHON
from slopbench.quality.reader import read
from slopbench.quality.source import MAX_FILE_BYTES, decode
from slopbench.quality.tokens import Interner

T = TypeVar("T")
SIZES = [10_000, 100_000, 1_000_000]
LIBRARY = re.compile(r".*(site-packages|dist-packages|python\d(\.\d+)?)/")
SEED = 4
FUNCTION = """
def total_{0}(orders, rate):
    result = {0}
    for order in orders:
        if order.paid and order.amount > 10:
            result += order.amount * rate
        elif order.open:
            result -= order.fee
    if result < 0:
        result = 0
    return round(result, 2)
"""
LINE = "value = make(value, other) + 1"
WORST: dict[str, Callable[[], list[str]]] = {
    "200,000 equal lines": lambda: [f"{LINE}\n" * 200_000],
    "200,000 lines that nest": lambda: ["".join(map(_nested, range(1, 633)))],
    "one line of 2 MB": lambda: [f"{LINE}; " * (2_000_000 // (len(LINE) + 2))],
    "1,000 equal files of 100 lines": lambda: [_module(range(9))] * 1000,
    "20,000 files of 5 lines": lambda: [f"{LINE}\n" * 4 + f"f({n})\n" for n in range(20_000)],
    "2,000 files that share ever more": lambda: [_module(range(n % 20)) for n in range(2000)],
}


def _nested(size: int) -> str:
    """Equal lines, more in each piece, with an end that no other piece has."""
    return f"{LINE}\n" * size + f"f({'g(' * (size % 40)}x{')' * (size % 40)})\n"


def _module(numbers: Sequence[int]) -> str:
    return "".join(FUNCTION.format(number) for number in numbers)


@dataclass(frozen=True)
class Cost:
    """Seconds of the search, of making all groups, of naming the groups of each line; peak memory
    of the search in MiB beyond the facts."""

    search: float
    groups: float
    by_line: float
    memory: float


def contents(folders: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """Path and bytes of the Python files, each content once and each path in a library once."""
    seen: set[object] = set()
    for path in (path for folder in folders for path in sorted(folder.rglob("*.py"))):
        if not path.is_file() or path.stat().st_size > MAX_FILE_BYTES:
            continue
        data = path.read_bytes()
        keys = {sha256(data).digest(), LIBRARY.sub("", str(path))}
        if not keys & seen:
            yield str(path), data
        seen |= keys


def read_lines(folders: Sequence[Path], lines: int) -> list[FileFacts]:
    """The facts of a sample of files with so many lines, or of all if there are fewer."""
    files = list(contents(folders))
    random.Random(SEED).shuffle(files)
    facts: list[FileFacts] = []
    interner = Interner()
    for path, data in files:
        if lines <= 0:
            break
        facts.append(read(decode(data, PYTHON), PYTHON, path, interner))
        lines -= facts[-1].lines
    return facts


def cost_of(files: Sequence[FileFacts]) -> tuple[Cost, Clones]:
    """What the search costs, and what it finds."""
    search, clones = seconds(lambda: clones_of(files))
    groups, _ = seconds(lambda: list(clones.groups))
    by_line, _ = seconds(lambda: sum(1 for _ in clones.groups.by_line()))
    tracemalloc.start()
    clones_of(files)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    return Cost(search, groups, by_line, peak), clones


def seconds(call: Callable[[], T]) -> tuple[float, T]:
    started = time.process_time()
    result = call()
    return time.process_time() - started, result


def row(table: Table, name: str, files: Sequence[FileFacts]) -> tuple[int, float]:
    """Adds a row; gives the number of tokens and the seconds of the search."""
    cost, clones = cost_of(files)
    table.add_row(
        name,
        *(f"{n:,}" for n in (len(files), len(clones.stream), clones.sloc, len(clones.groups))),
        *(f"{n:.2f}" for n in (cost.search, cost.groups, cost.by_line)),
        f"{cost.memory:,.0f}",
    )
    return len(clones.stream), cost.search


def new_table(title: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), title=title, title_justify="left")
    table.add_column("")
    columns = ("files", "tokens", "cloned SLOC", "groups", "search s", "all groups s", "by line s")
    for column in (*columns, "search MiB"):
        table.add_column(column, justify="right")
    return table


def real_code(folders: Sequence[Path], sizes: Sequence[int]) -> None:
    """Samples of all sizes, and the exponent of seconds over tokens."""
    facts = read_lines(folders, max(sizes))
    table, points = new_table("real code"), []
    for size in sorted(sizes):
        lines = np.cumsum([each.lines for each in facts])
        count = int(np.searchsorted(lines, size)) + 1
        sample = sorted(facts[:count], key=lambda each: each.file)
        name = f"{sum(each.lines for each in sample):,} lines"
        points.append(row(table, name, sample))
    Console().print(table)
    if len(points) > 1:
        tokens, times = np.log(np.array(points)).T
        print(f"seconds ~ tokens ** {np.polyfit(tokens, times, 1)[0]:.2f}")


def worst_cases() -> None:
    """Trees that repeat themselves as no person writes them."""
    table, interner = new_table("worst cases"), Interner()
    for name, make in WORST.items():
        texts = (decode(text.encode(), PYTHON) for text in make())
        row(table, name, [read(text, PYTHON, f"{n}.py", interner) for n, text in enumerate(texts)])
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="*", type=Path)
    parser.add_argument("--lines", nargs="+", type=int, default=SIZES)
    parser.add_argument("--worst", action="store_true")
    arguments = parser.parse_args()
    if arguments.worst:
        worst_cases()
        return
    default = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]
    real_code(arguments.folders or default, arguments.lines)


if __name__ == "__main__":
    main()
