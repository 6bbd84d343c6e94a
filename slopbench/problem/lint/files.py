"""Rules on files as such: the canary line."""

import re
from collections.abc import Iterator
from pathlib import Path

from slopbench.problem.content import entries
from slopbench.problem.lint.finding import Rule, Spot, Subject

WITH_COMMENTS = frozenset(
    {".c", ".cc", ".cpp", ".cs", ".go", ".h", ".hpp", ".java", ".js", ".kt", ".mjs", ".py", ".rb"}
    | {".rs", ".sh", ".swift", ".ts"}
    | {".cfg", ".css", ".html", ".ini", ".md", ".toml", ".yaml", ".yml"}
)
"""Suffixes of the formats that have comments."""


def files_without_canary(subject: Subject) -> Iterator[Spot]:
    """Files with content, in a format with comments, in which the canary line is missing."""
    canary = subject.problem.canary.encode()
    for file in _files(subject):
        content = file.read_bytes()
        if content.strip() and canary not in content:
            yield Spot(file, 1, "lacks the canary", f"add it as a comment: {canary.decode()}")


def specs_without_canary(subject: Subject) -> Iterator[Spot]:
    """Specifications whose canary is missing or would reach an agent as text."""
    canary = subject.problem.canary
    for spec in subject.specs:
        comments = re.findall(r"<!--[\s\S]*?-->", spec.raw)
        if not any(canary in comment for comment in comments):
            message = "lacks the canary in an HTML comment"
            yield Spot(spec.file, 1, message, f"begin with <!-- {canary} -->")


def _files(subject: Subject) -> Iterator[Path]:
    """All files of the problem and its answers that can hold a comment.

    Specifications have a rule of their own. References carry no canary: they are played into workspaces, in
    which a search for it must find nothing.
    """
    specs = {spec.file for spec in subject.specs}
    references = subject.bench.answers(subject.problem.slug) / "reference"
    for folder in (subject.problem.folder, subject.bench.answers(subject.problem.slug)):
        if folder.is_dir():
            yield from (
                path
                for path in entries(folder)
                if path.suffix in WITH_COMMENTS
                and path not in specs
                and not path.is_symlink()
                and not path.is_relative_to(references)
            )


RULES = (
    Rule(
        "canary", "error", "Each file that can hold a comment has the canary", files_without_canary
    ),
    Rule("canary-in-spec", "error", "Each spec has the canary in a comment", specs_without_canary),
)
