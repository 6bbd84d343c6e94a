"""The engine ast-grep: one start finds all matches of all rules in all files of a folder."""

import json
import re
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from slopbench.quality.facts import Finding
from slopbench.quality.rules.bundle import DIALECTS, Matcher
from slopbench.quality.rules.flags import Match, flagged_rows, rows_between
from slopbench.quality.rules.process import Command, Limits, binary, broken, output_lines
from slopbench.quality.rules.texts import number_of

NAME = "ast-grep"
_PACKAGE = "ast-grep-cli"
_IGNORED = ("hidden", "dot", "exclude", "global", "parent", "vcs")
_MOST_BYTES, _MOST_LINES = 3_000_000, 200_000
_COUNTS = re.compile(r"scannedFileCount=(\d+),skippedFileCount=(\d+)")


def reads(text: bytes) -> bool:
    """Whether ast-grep looks into a file: it passes over one with too many bytes and lines."""
    return len(text) <= _MOST_BYTES or text.count(b"\n") + 1 <= _MOST_LINES


def find(
    folder: Path, count: int, rules: Sequence[Matcher], limits: Limits
) -> Iterator[tuple[int, Finding]]:
    """Each match in the files of `folder`/texts, with the number of its file.

    Raises InfrastructureError if ast-grep fails, refuses a rule, or reads more or fewer than
    `count` files, LimitError if it reaches a limit.
    """
    by_id = {rule.rule: rule for rule in rules}
    errors: list[str] = []
    for line in output_lines(_command(folder, rules, limits), limits, errors):
        yield _found(line, by_id)
    _check_counts(errors, count)


def _command(folder: Path, rules: Sequence[Matcher], limits: Limits) -> Command:
    (folder / "rules").mkdir()
    (folder / "rules" / "all.yml").write_text(rule_file(tuple(rules)), "utf-8")
    (folder / "sgconfig.yml").write_text("ruleDirs: [rules]\n", "utf-8")
    unignored = [part for kind in _IGNORED for part in ("--no-ignore", kind)]
    arguments = ["scan", "--config=sgconfig.yml", "--json=stream", "--inspect=summary", *unignored]
    threads = ["--threads", str(limits.threads)]
    program = binary(_PACKAGE, NAME)
    return Command(NAME, [program, *arguments, *threads, "texts"], folder, frozenset({0}))


@cache
def rule_file(rules: tuple[Matcher, ...]) -> str:
    """The rules as ast-grep reads them, each once for every dialect that it applies to."""
    return "---\n".join(
        f"id: {rule.rule}@{dialect}\nlanguage: {dialect}\nseverity: hint\n{rule.body}\n"
        for rule in rules
        for dialect in DIALECTS[rule.language]
    )


def _found(line: bytes, rules: dict[str, Matcher]) -> tuple[int, Finding]:
    try:
        found = json.loads(line)
        rule = rules[found["ruleId"].partition("@")[0]]
        match = Match(_rows(found), _variables(found))
        number = number_of(found["file"])
    except (ValueError, KeyError, TypeError) as error:
        raise broken(NAME, f"prints what can't be read: {error!r}") from error
    first, last = match.rows
    return number, Finding(rule.rule, first, last, flagged_rows(match, rule.flags))


def _rows(found: dict[str, Any]) -> tuple[int, int]:
    return rows_between(found["range"]["start"], found["range"]["end"])


def _variables(found: dict[str, Any]) -> dict[str, tuple[int, int]]:
    single = (found.get("metaVariables") or {}).get("single", {})
    return {name: _rows(node) for name, node in single.items()}


def _check_counts(errors: list[str], count: int) -> None:
    counts = _COUNTS.search("\n".join(errors))
    if counts is None or (int(counts[1]), int(counts[2])) != (count, 0):
        raise broken(NAME, f"didn't read {count} files: {' '.join(errors)}")
