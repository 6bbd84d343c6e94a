"""Scores a folder of source code."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path, PurePosixPath

from slopbench.quality.facts import FileFacts
from slopbench.quality.files import Excluded, Scope, SourceFile, find_files, only_languages
from slopbench.quality.fingerprint import measured_with, quality_fingerprint
from slopbench.quality.part import NO_SOURCE, Part
from slopbench.quality.production import Division, divide
from slopbench.quality.reading import ALONE, Means, read_files
from slopbench.quality.signals import share


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
            "excluded": [asdict(entry) for entry in self.excluded],
            "excluded_share": self.excluded_share,
            "tests_part": self.tests.numbers(),
            **self.production.details(),
            **made_with(),
        }


def score_tree(
    folder: Path,
    scope: Scope = Scope.REPOSITORY,
    means: Means = ALONE,
    languages: Collection[str] = (),
) -> Score:
    """Score the code below a folder; only that in some languages if any are named.

    Raises UsageError if it is no folder, InfrastructureError if something in it can't be read or a
    rule engine fails, LimitError if an agent's file is too large to measure.
    """
    tree = find_files(folder, scope)
    if languages:
        tree = only_languages(tree, languages)
    division = divided(tree.measured, read_files(tree.measured, means))
    return Score(folder, Part(division.production), Part(division.tests), tree.excluded)


def divided(files: Sequence[SourceFile], facts: Sequence[FileFacts]) -> Division:
    """The facts of files, divided into production and tests."""
    named = (file.name for file in files if file.language.is_test(PurePosixPath(file.name)))
    return divide(facts, named)


def empty_score(cause: str) -> dict[str, object]:
    """The JSON of a score that couldn't be made: nulls with the cause, and no number."""
    nothing = {**dict.fromkeys(Part(()).numbers()), "verbosity_reason": cause}
    return {
        "cause": cause,
        **nothing,
        "excluded": None,
        "excluded_share": None,
        "tests_part": nothing,
        **dict.fromkeys(Part(()).details()),
        **made_with(),
    }


def made_with() -> dict[str, object]:
    """What another score must share with this one to be compared with it."""
    return {"quality_fingerprint": quality_fingerprint(), "measured_with": measured_with()}
