"""What the rules of a bundle find in source files, by their content alone."""

import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from time import monotonic

from slopbench.quality.facts import Finding
from slopbench.quality.rules import ast_grep, ruff
from slopbench.quality.rules.bundle import DIALECTS, Matcher, languages_for, matchers, own_bundle
from slopbench.quality.rules.process import EngineDied, Limits
from slopbench.quality.rules.texts import RuleInput, Sheet, with_code, with_comments, write_texts

Answer = tuple[int, Finding | None]
"""The number of a file with a finding; None says that the engine couldn't read the file."""

MOST_DEEP = 1000
"""Nodes in each other beyond which engines overflow their stack or take quadratic time."""


@dataclass
class Findings:
    """What was found by number of file, and by engine the numbers of files that it couldn't read.

    Every file that some rule was tried on is in `by_number`, if only with an empty list.
    """

    by_number: dict[int, list[Finding]] = field(default_factory=dict)
    unread: dict[str, set[int]] = field(default_factory=dict)

    def add(self, engine: str, answers: Iterable[Answer]) -> None:
        """Take an engine's answers."""
        for number, finding in answers:
            if finding is None:
                self.unread.setdefault(engine, set()).add(number)
            elif finding.rows:
                self.by_number[number].append(finding)

    def sort(self) -> None:
        """Put the findings of each file in the order of their places."""
        for found in self.by_number.values():
            found.sort(key=lambda each: (each.first_row, each.last_row, each.rule, each.rows))


@dataclass(frozen=True)
class _Task:
    """Files for an engine, and how it is run over some of them in an empty folder."""

    engine: str
    sheets: Sequence[Sheet]
    run: Callable[[Path, Sequence[Sheet], Limits], list[Answer]]

    def placed(self, answers: Iterable[Answer]) -> Iterator[Answer]:
        """The answers with the rows of the files in the place of those of the texts."""
        rows = {sheet.file.number: sheet.rows for sheet in self.sheets}
        for number, finding in answers:
            yield number, finding and _placed(finding, rows[number])


def find(
    files: Sequence[RuleInput],
    rules: Sequence[Matcher] | None = None,
    limits: Limits | None = None,
) -> Findings:
    """All findings of the rules, those of the own bundle if none are given, sorted by place.

    Files of a dialect without rules aren't in the answer. Raises UsageError if a rule is faulty,
    InfrastructureError if an engine is missing or fails, LimitError if one reaches a limit.
    """
    if rules is None:
        rules = matchers(own_bundle(), languages_for({file.dialect for file in files}))
    known = {dialect for rule in rules for dialect in DIALECTS[rule.language]}
    read = [file for file in files if file.dialect in known]
    findings = Findings({file.number: [] for file in read})
    tasks = list(_tasks(read, rules))
    with ThreadPoolExecutor(max(1, len(tasks))) as pool:
        answers = list(pool.map(partial(_answers, limits=limits or Limits()), tasks))
    for task, answer in zip(tasks, answers, strict=True):
        findings.add(task.engine, task.placed(answer))
    findings.sort()
    return findings


def _placed(finding: Finding, rows: Sequence[int]) -> Finding:
    return Finding(
        finding.rule,
        rows[finding.first_row],
        rows[min(finding.last_row, len(rows) - 1)],
        tuple(rows[row] for row in finding.rows if row < len(rows)),
    )


def _tasks(files: Sequence[RuleInput], rules: Sequence[Matcher]) -> Iterable[_Task]:
    patterns = [rule for rule in rules if rule.engine == ast_grep.NAME]
    code = [rule for rule in patterns if not rule.about_comments]
    comments = [rule for rule in patterns if rule.about_comments]
    codes = [rule for rule in rules if rule.engine == ruff.NAME]
    sheets = list(with_code(files))
    if code:
        yield _Task(ast_grep.NAME, _of(code, sheets), partial(_by_ast_grep, code))
    if comments:
        commented = _of(comments, with_comments(files))
        yield _Task(ast_grep.NAME, commented, partial(_by_ast_grep, comments))
    if codes:
        yield _Task(ruff.NAME, _of(codes, sheets), partial(_by_ruff, codes))


def _of(rules: Sequence[Matcher], sheets: Iterable[Sheet]) -> list[Sheet]:
    """The files that one of the rules applies to."""
    dialects = {dialect for rule in rules for dialect in DIALECTS[rule.language]}
    return [sheet for sheet in sheets if sheet.file.dialect in dialects]


def _answers(task: _Task, limits: Limits) -> list[Answer]:
    """What the engine answers in the given time; files that are too much for it are unread."""
    end = monotonic() + limits.seconds
    readable = [sheet for sheet in task.sheets if _readable(task.engine, sheet)]
    unread: set[int] = {sheet.file.number for sheet in task.sheets}
    unread -= {sheet.file.number for sheet in readable}

    def attempt(sheets: Sequence[Sheet]) -> list[Answer]:
        left = replace(limits, seconds=max(0.0, end - monotonic()))
        with tempfile.TemporaryDirectory(prefix="slopbench-rules-") as folder:
            return task.run(Path(folder), sheets, left)

    answers: list[Answer] = [(number, None) for number in sorted(unread)]
    return answers + in_halves(attempt, readable)


def _readable(engine: str, sheet: Sheet) -> bool:
    if sheet.file.depth > MOST_DEEP:
        return False
    return engine != ast_grep.NAME or ast_grep.reads(sheet.text)


def in_halves(
    attempt: Callable[[Sequence[Sheet]], list[Answer]], sheets: Sequence[Sheet]
) -> list[Answer]:
    """The answers of an engine; where it dies, halves are tried, down to the file that kills it.

    That file is unread. Raises EngineDied if the engine dies of every file.
    """
    if not sheets:
        return []
    try:
        return attempt(sheets)
    except EngineDied:
        middle = len(sheets) // 2
    if middle:
        return in_halves(attempt, sheets[:middle]) + in_halves(attempt, sheets[middle:])
    file = sheets[0].file
    attempt([Sheet(file, b"a\n", [0])])
    return [(file.number, None)]


def _by_ast_grep(
    rules: Sequence[Matcher], folder: Path, sheets: Sequence[Sheet], limits: Limits
) -> list[Answer]:
    """Only rules of the dialects that are there are loaded."""
    there = {sheet.file.dialect for sheet in sheets}
    meant = [rule for rule in rules if not there.isdisjoint(DIALECTS[rule.language])]
    write_texts(folder / "texts", sheets)
    return list(ast_grep.find(folder, len(sheets), meant, limits))


def _by_ruff(
    rules: Sequence[Matcher], folder: Path, sheets: Sequence[Sheet], limits: Limits
) -> list[Answer]:
    write_texts(folder / "texts", sheets)
    return list(ruff.find(folder, rules, limits))
