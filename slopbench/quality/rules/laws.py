"""The laws that every rule keeps, checked for many rules at once.

`python -m slopbench.quality.rules.laws FILE|FOLDER…` checks rule files, or all below a folder.

1. `bad` is matched by the rule, `good` is not; both parse.
2. `good` has fewer tokens than `bad`.
3. Flagged are no more lines with code than the rewrite saves, and at least one.
4. Each call shows the same after `bad` and after `good`, where the language can be run.

A rule about comments flags no code: its `good` is the shorter text, and the third law is void.
"""

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from slopbench.errors import InfrastructureError, SlopbenchError
from slopbench.quality.facts import Finding
from slopbench.quality.rules.behaviour import differences
from slopbench.quality.rules.bundle import DIALECTS, Matcher, matcher, rule_id
from slopbench.quality.rules.find import find
from slopbench.quality.rules.rule import RUN, Rule, load_rule
from slopbench.quality.rules.snippet import Snippet

PARSES, MATCHES, SHORTER, MINIMAL, BEHAVES = "parses", "matches", "shorter", "minimal", "behaves"
COMMENT = "comment"


@dataclass(frozen=True)
class Broken:
    """A law that a rule breaks."""

    rule: str
    law: str
    what: str


@dataclass(frozen=True)
class Written:
    """A rule as it is in its file, and as the engines get it."""

    rule: Rule
    matcher: Matcher


@dataclass(frozen=True)
class _Trial:
    """A rule's snippets in one dialect, and what the rule finds in them."""

    rule: Rule
    bad: Snippet
    good: Snippet
    in_bad: Sequence[Finding]
    in_good: Sequence[Finding]


def written(file: Path) -> Written:
    """The rule in a file. Raises UsageError if it is faulty."""
    return Written(load_rule(file), matcher(file))


def broken_laws(rules: Sequence[Written]) -> list[Broken]:
    """Every law that one of the rules breaks.

    Raises InfrastructureError if an engine, or an interpreter of the snippets, is missing.
    """
    trials, refused = _trials(rules)
    static = [fault for trial in trials for fault in _static_faults(trial)]
    return [*refused, *static, *_differing([each.rule for each in rules])]


def _trials(rules: Sequence[Written]) -> tuple[list[_Trial], list[Broken]]:
    """Each rule's trials. If an engine refuses the rules, each is tried alone to find the culprit."""
    try:
        return _trials_together(rules), []
    except InfrastructureError as error:
        if len(rules) <= 1:
            return [], [Broken(each.rule.id, MATCHES, str(error)) for each in rules]
    trials, refused = [], []
    for each in rules:
        more, faults = _trials([each])
        trials += more
        refused += faults
    return trials, refused


def _trials_together(rules: Sequence[Written]) -> list[_Trial]:
    pairs = [pair for each in rules for pair in _pairs(each.rule)]
    snippets = [snippet for _, bad, good in pairs for snippet in (bad, good)]
    files = [snippet.as_input(number) for number, snippet in enumerate(snippets)]
    found = find(files, [each.matcher for each in rules]).by_number
    return [
        _Trial(rule, bad, good, *(_own(rule, found.get(number, ())) for number in (at, at + 1)))
        for at, (rule, bad, good) in zip(range(0, len(files), 2), pairs, strict=True)
    ]


def _pairs(rule: Rule) -> Iterator[tuple[Rule, Snippet, Snippet]]:
    """The snippets in every dialect that the rule applies to and that can read them."""
    first, *others = DIALECTS[rule.language]
    yield rule, Snippet(first, rule.bad), Snippet(first, rule.good)
    for dialect in others:
        bad, good = Snippet(dialect, rule.bad), Snippet(dialect, rule.good)
        if bad.parses and good.parses:
            yield rule, bad, good


def _own(rule: Rule, findings: Sequence[Finding]) -> list[Finding]:
    return [finding for finding in findings if finding.rule == rule.id]


def _static_faults(trial: _Trial) -> Iterator[Broken]:
    bad, good = trial.bad, trial.good
    for name, snippet in (("bad", bad), ("good", good)):
        if not snippet.parses:
            line = snippet.facts.error_line
            yield _fault(trial, PARSES, f"{name} has a syntax error in its line {line}")
    if not trial.in_bad:
        yield _fault(trial, MATCHES, "the rule doesn't match bad")
    for finding in trial.in_good:
        yield _fault(trial, MATCHES, f"the rule matches good in line {finding.first_row + 1}")
    if trial.rule.category == COMMENT:
        yield from _faults_about_comments(trial)
        return
    if good.tokens >= bad.tokens:
        yield _fault(trial, SHORTER, f"good has {good.tokens} tokens, bad {bad.tokens}")
    if trial.in_bad:
        yield from _too_many_lines(trial)


def _too_many_lines(trial: _Trial) -> Iterator[Broken]:
    rows = {row for finding in trial.in_bad for row in finding.rows}
    flagged, saved = trial.bad.flagged_sloc(rows), trial.bad.sloc - trial.good.sloc
    if not 1 <= flagged <= max(1, saved):
        lines = ", ".join(str(row + 1) for row in sorted(rows))
        yield _fault(
            trial, MINIMAL, f"flags {flagged} lines with code (of {lines}), good saves {saved}"
        )


def _faults_about_comments(trial: _Trial) -> Iterator[Broken]:
    if len(trial.good.text) >= len(trial.bad.text):
        yield _fault(trial, SHORTER, "good is no shorter than bad")


def _fault(trial: _Trial, law: str, what: str) -> Broken:
    return Broken(trial.rule.id, law, f"{what} ({trial.bad.dialect})")


def _differing(rules: Sequence[Rule]) -> Iterator[Broken]:
    for language in RUN:
        tried = [rule for rule in rules if rule.language == language and rule.calls]
        cases = [(rule.bad, rule.good, rule.calls) for rule in tried]
        for rule, seen in zip(tried, differences(language, cases), strict=True):
            for each in seen:
                what = f"{each.call}: after bad {each.bad}, after good {each.good}"
                yield Broken(rule.id, BEHAVES, what)


def main(arguments: Sequence[str]) -> int:
    """Print every law that a rule breaks; returns 1 if there is one, 2 if a file is faulty."""
    files = [file for name in arguments for file in _files(Path(name))]
    rules, status = [], 0
    for file in files:
        try:
            rules.append(written(file))
        except SlopbenchError as error:
            print(f"{rule_id(file)}: faulty: {error}")
            status = 2
    broken = broken_laws(rules)
    for fault in broken:
        print(f"{fault.rule}: {fault.law}: {fault.what}")
    print(f"{len(rules)} rules, {len({fault.rule for fault in broken})} break a law")
    return status or int(bool(broken))


def _files(path: Path) -> list[Path]:
    return sorted(path.rglob("*.yml")) if path.is_dir() else [path]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
