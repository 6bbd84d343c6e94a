"""The numbers of one part of a tree: its production code, its tests, or one language of these."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import chain, groupby

import numpy as np

from slopbench.quality.clone_lines import Clones, clones_of
from slopbench.quality.erosion import erosion, excess, sensitivity_grid
from slopbench.quality.facts import FileFacts, Finding, Function
from slopbench.quality.signals import share, signals
from slopbench.quality.tokens import Ints

NO_SOURCE = "no_source"
NO_RULES = "no_rules_for"
UNREAD = "unreadable"

Numbers = dict[str, object]


@dataclass(frozen=True)
class Part:
    """Files that are scored together. What can't be measured is None, never 0."""

    files: tuple[FileFacts, ...]

    @cached_property
    def languages(self) -> dict[str, "Part"]:
        """The files of each language, in the order of its name."""
        ordered = sorted(self.files, key=lambda facts: (facts.language, facts.file))
        groups = groupby(ordered, lambda facts: facts.language)
        return {name: Part(tuple(files)) for name, files in groups}

    @cached_property
    def clones(self) -> tuple[Clones, ...]:
        """The clones of each language: code of two languages is never a clone."""
        if len(self.languages) > 1:
            return tuple(chain.from_iterable(part.clones for part in self.languages.values()))
        return (clones_of(self.files),) if self.files else ()

    @cached_property
    def clone_rows(self) -> dict[str, Ints]:
        """The cloned rows with code, by file."""
        return {
            facts.file: rows
            for clones in self.clones
            for facts, rows in zip(clones.files, clones.rows, strict=True)
        }

    @cached_property
    def rule_rows(self) -> dict[str, Ints]:
        """The rows with code that a rule flags, by file."""
        return {facts.file: _flagged_rows(facts) for facts in self.files}

    @cached_property
    def functions(self) -> tuple[Function, ...]:
        """The named functions of all files."""
        return tuple(function for facts in self.files for function in facts.functions)

    @cached_property
    def lines_of_code(self) -> int:
        """SLOC of all files."""
        return sum(facts.sloc for facts in self.files)

    @property
    def unparsed(self) -> list[Numbers]:
        """The files that the grammar couldn't read whole, and where it failed first."""
        return [
            {"file": facts.file, "line": facts.error_line}
            for facts in self.files
            if facts.error_line is not None
        ]

    @property
    def verbosity_reason(self) -> str | None:
        """Why there is no verbosity; None where there is one."""
        if not self.lines_of_code:
            return NO_SOURCE
        without = sorted({facts.language for facts in self.files if facts.findings is None})
        if without:
            return f"{NO_RULES}: {', '.join(without)}"
        unread = [facts for facts in self.files if facts.unread_by]
        if unread:
            engines = ", ".join(sorted(unread[0].unread_by))
            others = f" and {len(unread) - 1} more" if len(unread) > 1 else ""
            return f"{UNREAD} by {engines}: {unread[0].file}{others}"
        return None

    @cached_property
    def headline(self) -> Numbers:
        """Erosion and verbosity, and what they are made of."""
        return {
            "sloc": self.lines_of_code if self.files else None,
            "files": len(self.files),
            "functions": len(self.functions) if self.files else None,
            "erosion": erosion(self.functions),
            "excess": excess(self.functions),
            **self._redundancy(),
        }

    def numbers(self) -> Numbers:
        """The headline and the files that it is less sure of."""
        return {**self.headline, "parse_errors": len(self.unparsed), "unparsed": self.unparsed}

    def details(self) -> Numbers:
        """What stands beside the headline."""
        return {
            "languages": {name: part.numbers() for name, part in self.languages.items()},
            "encodings": dict(sorted(Counter(facts.encoding for facts in self.files).items())),
            "grid": sensitivity_grid(self.functions),
            "signals": signals(self.files),
            "rules": self._rule_counts(True),
            "comment_rules": self._rule_counts(False),
            "rules_unread": [
                {"file": facts.file, "engines": sorted(facts.unread_by)}
                for facts in self.files
                if facts.unread_by
            ],
        }

    def flagged_rows(self, file: str) -> Ints:
        """The rows with code of a file that a rule or a clone flags."""
        return np.union1d(self.rule_rows[file], self.clone_rows[file])

    def _redundancy(self) -> Numbers:
        clone_sloc = _total(self.clone_rows.values()) if self.files else None
        verbatim = sum(clones.verbatim_sloc for clones in self.clones) if self.files else None
        rule_sloc = flagged = None
        if self.verbosity_reason is None:
            rule_sloc = _total(self.rule_rows.values())
            flagged = _total(self.flagged_rows(facts.file) for facts in self.files)
        return {
            "verbosity": share(flagged, self.lines_of_code),
            "verbosity_reason": self.verbosity_reason,
            "flagged_sloc": flagged,
            "rule_sloc": rule_sloc,
            "clone_sloc": clone_sloc,
            "clone_share": share(clone_sloc, self.lines_of_code),
            "clone_sloc_verbatim": verbatim,
        }

    def _rule_counts(self, about_code: bool) -> dict[str, int]:
        """How often each rule about code, or about comments, matches, the most frequent first."""
        found = Counter(
            finding.rule
            for facts in self.files
            for finding in _findings(facts)
            if finding.flags_code == about_code
        )
        return dict(sorted(found.items(), key=lambda entry: (-entry[1], entry[0])))


def _findings(facts: FileFacts) -> Iterator[Finding]:
    yield from facts.findings or ()


def _flagged_rows(facts: FileFacts) -> Ints:
    """The rows with code that the rules for code flag; those for comments flag none."""
    rows = {row for finding in _findings(facts) if finding.flags_code for row in finding.rows}
    return np.intersect1d(np.fromiter(rows, dtype=np.int64), facts.sloc_rows)


def _total(rows: Iterable[Ints]) -> int:
    return sum(map(len, rows))
