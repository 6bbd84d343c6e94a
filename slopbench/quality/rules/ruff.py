"""The engine ruff: one start finds all matches of the listed codes in all files of a folder."""

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from slopbench.quality.facts import Finding
from slopbench.quality.rules.bundle import Matcher
from slopbench.quality.rules.flags import Match, flagged_rows, rows_between
from slopbench.quality.rules.process import Command, Limits, binary, broken, output_lines
from slopbench.quality.rules.texts import number_of

NAME = "ruff"
_OPTIONS = (
    "check",
    "--isolated",
    "--ignore-noqa",
    "--no-respect-gitignore",
    "--no-cache",
    "--quiet",
    "--output-format=json-lines",
    "--target-version=py314",
    "--line-length=88",
    "--preview",
)
_DIDNT_PARSE = "invalid-syntax"


def find(
    folder: Path, rules: Sequence[Matcher], limits: Limits
) -> Iterator[tuple[int, Finding | None]]:
    """Each match in the files of `folder`/texts with the number of its file.

    None stands for a syntax error: ruff passes over the file, or over its part of it. Raises
    InfrastructureError if ruff fails or knows no such code, LimitError if it reaches a limit.
    """
    by_code: dict[str, list[Matcher]] = {}
    for rule in rules:
        by_code.setdefault(rule.code, []).append(rule)
    for line in output_lines(_command(folder, by_code, limits), limits, []):
        yield from _found(line, by_code)


def _command(folder: Path, codes: dict[str, list[Matcher]], limits: Limits) -> Command:
    threads = (("RAYON_NUM_THREADS", str(limits.threads)),) if limits.threads else ()
    arguments = [binary(NAME, NAME), *_OPTIONS, f"--select={','.join(codes)}", "texts"]
    return Command(NAME, arguments, folder, frozenset({0, 1}), threads)


def _found(line: bytes, rules: dict[str, list[Matcher]]) -> Iterator[tuple[int, Finding | None]]:
    try:
        found = json.loads(line)
        number = number_of(found["filename"])
        if found["name"] == _DIDNT_PARSE:
            yield number, None
            return
        match = Match(rows_between(_place(found["location"]), _place(found["end_location"])), {})
        meant = [rule for rule in rules[found["code"]] if re.search(rule.message, found["message"])]
    except (ValueError, KeyError, TypeError) as error:
        raise broken(NAME, f"prints what can't be read: {error!r}") from error
    first, last = match.rows
    for rule in meant:
        yield number, Finding(rule.rule, first, last, flagged_rows(match, rule.flags))


def _place(found: dict[str, Any]) -> dict[str, int]:
    return {"line": found["row"] - 1, "column": found["column"] - 1}
