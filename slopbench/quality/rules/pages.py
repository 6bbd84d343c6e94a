"""Pages about rules, made from their files: `python -m slopbench.quality.rules.pages FOLDER`."""

import difflib
import shutil
import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from slopbench.errors import UsageError
from slopbench.quality.rules.bundle import own_bundle
from slopbench.quality.rules.flags import words_for
from slopbench.quality.rules.rule import Rule, load_rules

INDEX = "README.md"
NAMES = {
    "python": "Python",
    "javascript": "JavaScript and TypeScript",
    "typescript": "TypeScript",
    "go": "Go",
    "rust": "Rust",
    "java": "Java",
}
CATEGORIES = {
    "bool": "Conditions and comparisons",
    "branch": "Branches",
    "dict": "Mappings",
    "loop": "Loops",
    "wrap": "Names and functions that only hand on",
    "conv": "Conversions and calls that change nothing",
    "dead": "Code without effect",
    "exc": "Errors",
    "func": "Functions and classes",
    "comment": "Comments (reported apart, never part of verbosity)",
}


def rewrite(rule: Rule) -> list[str]:
    """From `bad` to `good`, each line with a minus, a plus or a space before it."""
    bad, good = rule.bad.splitlines(), rule.good.splitlines()
    lines = difflib.unified_diff(bad, good, n=max(len(bad), len(good)), lineterm="")
    return [line.rstrip() for line in list(lines)[3:]]


def pages(rules: Sequence[Rule]) -> dict[str, str]:
    """The text of every page by its path: one for each rule, and an index."""
    found = {f"{rule.id}.md": _page(rule) for rule in rules}
    return {INDEX: _index(rules), **found}


def _page(rule: Rule) -> str:
    engine = f"ruff, {rule.code}" if rule.code else rule.engine
    return "\n".join(
        [
            f"# {rule.title}",
            "",
            rule.why.strip(),
            "",
            "```diff",
            *rewrite(rule),
            "```",
            "",
            f"`{rule.id}`, found by {engine}. Flagged: {words_for(rule.flags)}.",
            "",
        ]
    )


def _index(rules: Sequence[Rule]) -> str:
    return "\n".join(["# Rules", "", *_introduction(len(rules)), *_sections(rules)])


def _introduction(count: int) -> list[str]:
    return [
        f"{count} rules find code for which a shorter form exists that behaves alike. Each page shows",
        "both forms; `slopbench rules test` runs them. What is counted are the lines that the shorter",
        "form saves. Made from `analysis/rules` by `python -m slopbench.quality.rules.pages docs/rules`.",
        "",
    ]


def _sections(rules: Sequence[Rule]) -> Iterator[str]:
    languages, categories = list(NAMES), list(CATEGORIES)
    ordered = sorted(
        rules,
        key=lambda rule: (
            languages.index(rule.language),
            categories.index(rule.category),
            rule.id,
        ),
    )
    for language, theirs in groupby(ordered, lambda rule: rule.language):
        yield from (f"## {NAMES[language]}", "")
        for category, group in groupby(theirs, lambda rule: rule.category):
            yield from (f"### {CATEGORIES[category]}", "")
            yield from (f"- [{rule.title}]({rule.id}.md)" for rule in group)
            yield ""


def write_pages(folder: Path, rules: Sequence[Rule]) -> None:
    """Replace the pages in a folder. Raises UsageError if something else is in it."""
    if folder.exists() and any(folder.iterdir()) and not (folder / INDEX).is_file():
        raise UsageError(
            "holds no pages of rules", where=str(folder), mend="name an empty or a new folder"
        )
    shutil.rmtree(folder, ignore_errors=True)
    for name, text in pages(rules).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")


def main(arguments: Sequence[str]) -> int:
    """Write the pages of the own bundle into the folder that is the only argument."""
    if len(arguments) != 1:
        print("error: one folder is needed", file=sys.stderr)
        return 2
    write_pages(Path(arguments[0]), load_rules(own_bundle()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
