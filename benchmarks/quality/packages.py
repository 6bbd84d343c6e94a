"""The scores of packages as a Markdown table.

    python benchmarks/quality/packages.py PACKAGE …

A package is a wheel, a source distribution (.tar.gz) or a folder. Nothing of it is built or run. The
record of a wheel's files is left out: it would make the scorer take them for installed ones.
"""

import argparse
import re
import tarfile
import tempfile
import zipfile
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from slopbench.quality.reading import Means, available_jobs
from slopbench.quality.score import score_tree

COLUMNS = ("erosion", "excess", "verbosity", "rule share", "clone share")
FULL_NAME = re.compile(r"(?P<name>.+?)-(?P<version>\d[^-]*)")
RECORD = re.compile(r"[^/]+\.(dist-info|data)/")


def unpack(archive: Path, folder: Path) -> None:
    """Unpacks a wheel or a source distribution."""
    if archive.suffix == ".whl":
        with closing(zipfile.ZipFile(archive)) as wheel:
            wheel.extractall(folder, [name for name in wheel.namelist() if not RECORD.match(name)])
    else:
        with tarfile.open(archive) as source:
            source.extractall(folder, filter="data")


def numbers_of(package: Path) -> dict[str, Any]:
    """The score of a package's production code, as `slopbench score --json` prints it."""
    means = Means(jobs=available_jobs())
    if package.is_dir():
        return score_tree(package, means=means).to_json()
    with tempfile.TemporaryDirectory() as folder:
        unpack(package, Path(folder))
        return score_tree(Path(folder), means=means).to_json()


def row(package: Path) -> list[str]:
    """The cells of a package."""
    numbers = numbers_of(package)
    bare = package.resolve().name.removesuffix(".tar.gz").removesuffix(".whl")
    match = FULL_NAME.match(bare)
    name, version = match.group("name", "version") if match else (bare, "")
    rule_sloc, sloc = numbers["rule_sloc"], numbers["sloc"]
    numbers["rule share"] = rule_sloc / sloc if sloc and rule_sloc is not None else None
    numbers["clone share"] = numbers["clone_share"]
    counts = [f"{numbers[key]:,}" if numbers["files"] else "" for key in ("sloc", "functions")]
    return [name, version, *counts, *map(shown, (numbers[column] for column in COLUMNS))]


def shown(share: float | None) -> str:
    return "" if share is None else f"{share:.3f}"


def markdown(rows: Sequence[Sequence[str]]) -> str:
    """A table; names to the left, numbers to the right."""
    header = ["package", "version", "SLOC", "functions", *COLUMNS]
    rule = ["---", "---", *["---:"] * (len(header) - 2)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [header, rule, *rows])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("packages", nargs="+", type=Path, metavar="PACKAGE")
    packages = parser.parse_args().packages
    print(markdown([row(package) for package in sorted(packages, key=lambda each: each.name)]))


if __name__ == "__main__":
    main()
