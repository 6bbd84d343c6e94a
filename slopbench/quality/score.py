"""Scores a folder of source code."""

from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from slopbench.quality.facts import FileFacts
from slopbench.quality.files import Excluded, Scope, SourceFile, find_files
from slopbench.quality.fingerprint import measured_with, quality_fingerprint
from slopbench.quality.part import Part, share
from slopbench.quality.production import divide
from slopbench.quality.reader import read
from slopbench.quality.source import decode, read_bytes
from slopbench.quality.tokens import Interner

NO_SOURCE = "no_source"
RULES_MISSING = "rules_missing"


@dataclass(frozen=True)
class Score:
    """The measured production code and tests of a tree, and what was left out of both."""

    root: Path
    production: Part
    tests: Part
    excluded: tuple[Excluded, ...]

    @property
    def cause(self) -> str | None:
        """Why there are no numbers, None where there are some."""
        return None if self.production.files else NO_SOURCE

    @property
    def excluded_share(self) -> float | None:
        """Physical lines of source that were left out / all physical lines of source."""
        left_out = sum(entry.lines for entry in self.excluded)
        counted = sum(facts.lines for part in (self.production, self.tests) for facts in part.files)
        return share(left_out, left_out + counted)

    def to_json(self) -> dict[str, object]:
        """The score as `score PATH --json` prints it."""
        return {
            "cause": self.cause,
            **self.production.numbers(),
            **_verbosity(self.cause or RULES_MISSING),
            "excluded": [asdict(entry) for entry in self.excluded],
            "excluded_share": self.excluded_share,
            "tests_part": self.tests.numbers(),
            **self.production.details(),
            **_made_with(),
        }


def score_tree(folder: Path, scope: Scope = Scope.REPOSITORY) -> Score:
    """Score the code below a folder. Raises UsageError if it is no folder, InfrastructureError if
    something in it can't be read, LimitError if an agent's file is too large to measure."""
    tree = find_files(folder, scope)
    interner = Interner()
    facts = [_measure(file, interner) for file in tree.measured]
    tests = (file.name for file in tree.measured if file.language.is_test(PurePosixPath(file.name)))
    division = divide(facts, tests)
    return Score(folder, Part(division.production), Part(division.tests), tree.excluded)


def empty_score(cause: str) -> dict[str, object]:
    """The JSON of a score that couldn't be made: nulls with the cause, and no number."""
    nothing = dict.fromkeys(Part(()).numbers())
    return {
        "cause": cause,
        **nothing,
        **_verbosity(cause),
        "excluded": None,
        "excluded_share": None,
        "tests_part": nothing,
        **dict.fromkeys(Part(()).details()),
        **_made_with(),
    }


def _measure(file: SourceFile, interner: Interner) -> FileFacts:
    return read(decode(read_bytes(file.path), file.language), file.language, file.name, interner)


def _verbosity(reason: str) -> dict[str, object]:
    """Verbosity needs rules; without them it is null, and the reason is said."""
    return {
        "verbosity": None,
        "verbosity_reason": reason,
        "flagged_sloc": None,
        "rule_sloc": None,
    }


def _made_with() -> dict[str, object]:
    return {"quality_fingerprint": quality_fingerprint(), "measured_with": measured_with()}
