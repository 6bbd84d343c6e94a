"""Which files are tests: not by name alone, for what production code loads is production."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from slopbench.quality.facts import FileFacts


@dataclass(frozen=True)
class Division:
    """The files of a tree, each in one of the two parts."""

    production: tuple[FileFacts, ...]
    tests: tuple[FileFacts, ...]


def divide(files: Sequence[FileFacts], named_as_tests: Iterable[str]) -> Division:
    """Divide by name, then move to production what production refers to, through others as well.

    A reference that could mean a test file means it: search paths are set by programs, and what
    looks like a test must not hide code.
    """
    tests = set(named_as_tests)
    by_ending = _by_ending(tests)
    pending = [facts for facts in files if facts.file not in tests]
    known = {facts.file: facts for facts in files}
    while pending:
        referred = _resolved(pending.pop().references, by_ending) & tests
        tests -= referred
        pending.extend(known[file] for file in referred)
    return Division(
        tuple(facts for facts in files if facts.file not in tests),
        tuple(facts for facts in files if facts.file in tests),
    )


def _by_ending(files: Iterable[str]) -> Mapping[str, set[str]]:
    """The files by what a reference may call them: an ending of their path without suffix, or the
    whole of it after a slash; the file of a package by the package's path too."""
    found: dict[str, set[str]] = {}
    for file in files:
        path = PurePosixPath(file).with_suffix("")
        names = [path.parts, path.parent.parts] if path.name == "__init__" else [path.parts]
        for parts in names:
            endings = ["/".join(parts[begin:]) for begin in range(len(parts))]
            for ending in [*endings, "/" + "/".join(parts)]:
                found.setdefault(ending, set()).add(file)
    return found


def _resolved(references: Iterable[str], by_ending: Mapping[str, set[str]]) -> set[str]:
    return set().union(*(by_ending.get(reference, ()) for reference in references))
