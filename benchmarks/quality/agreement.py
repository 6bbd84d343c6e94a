"""How far radon and lizard agree with our cyclomatic complexity, for each language.

    python benchmarks/quality/agreement.py FOLDER … [--files 300]

For each language so many files of the folders, by the hash of their path, without minified ones.
"""

import argparse
from collections import defaultdict
from collections.abc import Iterator, Sequence
from hashlib import sha256
from pathlib import Path

from rich.console import Console
from rich.table import Table

from slopbench.quality.crosscheck import Counts, cross_check
from slopbench.quality.facts import FileFacts
from slopbench.quality.languages import LANGUAGES, language_of_name
from slopbench.quality.reader import read
from slopbench.quality.source import decode, read_bytes
from slopbench.quality.tokens import Interner

LARGEST = 400_000
"""Bytes; larger files are mostly generated."""


def sample(folders: Sequence[Path], count: int) -> Iterator[tuple[str, list[Path]]]:
    """The names of the languages, and so many files of each."""
    found: dict[str, set[Path]] = defaultdict(set)
    for path in (path for folder in folders for path in folder.resolve().rglob("*.*")):
        language = language_of_name(path.name)
        if language in LANGUAGES and ".min." not in path.name and is_source(path):
            found[language.name].add(path)
    for name, paths in sorted(found.items()):
        yield name, sorted(paths, key=lambda path: sha256(str(path).encode()).digest())[:count]


def is_source(path: Path) -> bool:
    return path.is_file() and path.stat().st_size <= LARGEST


def facts_of(paths: Sequence[Path]) -> list[FileFacts]:
    """The facts of files; their names are whole paths."""
    interner = Interner()
    facts = []
    for path in paths:
        language = language_of_name(path.name)
        if language in LANGUAGES:
            facts.append(read(decode(read_bytes(path), language), language, str(path), interner))
    return facts


def row(language: str, tool: str, files: int, counts: Counts, unread: int) -> list[str]:
    whole = counts.compared or 1
    shares = (counts.equal / whole, counts.across_cut / whole)
    numbers = (files, counts.compared, counts.missing, unread)
    return [language, tool, *(f"{n:,}" for n in numbers), *(f"{share:.2%}" for share in shares)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--files", type=int, default=300)
    arguments = parser.parse_args()
    table = Table("language", "", box=None, padding=(0, 2, 0, 0))
    for column in ("files", "compared", "not seen", "files unread", "equal", "across 10"):
        table.add_column(column, justify="right")
    for language, paths in sample(arguments.folders, arguments.files):
        for tool, agreement in cross_check(Path("/"), facts_of(paths)).items():
            if counts := agreement.by_language.get(language):
                table.add_row(*row(language, tool, len(paths), counts, len(agreement.unread)))
    Console().print(table)


if __name__ == "__main__":
    main()
