"""Which files are tests: not by name alone, for what production code loads is production."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from slopbench.quality.facts import FileFacts
from slopbench.quality.names import files_by_ending


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
    by_ending = files_by_ending(tests)
    pending = [facts for facts in files if facts.file not in tests]
    known = {facts.file: facts for facts in files}
    while pending:
        referred = tests & _named_by(pending.pop(), by_ending)
        tests -= referred
        pending.extend(known[file] for file in referred)
    return Division(
        tuple(facts for facts in files if facts.file not in tests),
        tuple(facts for facts in files if facts.file in tests),
    )


def _named_by(facts: FileFacts, by_ending: Mapping[str, set[str]]) -> set[str]:
    named = facts.references | facts.mentions
    return set().union(*(by_ending.get(each, ()) for each in named))
