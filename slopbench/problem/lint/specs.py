"""Rules on the words of specifications."""

import re
from collections.abc import Iterator

from slopbench.problem.lint.finding import Rule, Spec, Spot, Subject
from slopbench.problem.model import ENTRY

FORBIDDEN = {
    r"tests?|tested|testing|hidden": "say what the program does, not how that is checked",
    r"benchmarks?|grading|graders?": "say what the program does, not how that is checked",
    r"for\s+now|version\s+1(?!\.?\d)": "remove it; a spec may not hint at anything later",
    r"checkpoints?\s+#?\d+": "remove it; a spec knows no checkpoints",
    r"(?:first|next|last|final|previous|earlier|later)\s+checkpoints?": "remove it",
    r"appropriate(?:ly)?|reasonabl[ey]": "state the rule itself",
    r"etc\b\.?|and\s+so\s+on": "list everything",
}
"""Patterns of words that no specification may hold, and what to do instead."""

LENGTHS = {"first": (600, 1500), "later": (300, 1000)}
"""Fewest and most words of a specification."""

REST_STAYS = re.compile(
    r"\b(?:stays?|remains?)\s+(?:as\s+(?:it|they)\s+(?:is|are|was|were)|the\s+same|unchanged)\b"
    r"|\b(?:is|are)\s+unchanged\b|\bdoes\s+not\s+change\b",
    re.IGNORECASE,
)
"""Ways to say that what isn't mentioned stays as it is."""


def forbidden_words(subject: Subject) -> Iterator[Spot]:
    """Words that speak of the checking, hint at later work, or leave a rule open."""
    for pattern, mend in FORBIDDEN.items():
        yield from _matches(subject, pattern, "says", mend)


def soft_duties(subject: Subject) -> Iterator[Spot]:
    """`should` where a duty is meant."""
    mend = "write what the program does, if it is a duty"
    yield from _matches(subject, "should", "leaves a duty open with", mend)


def lengths(subject: Subject) -> Iterator[Spot]:
    """Specifications that are shorter or longer than a reader needs."""
    for spec in subject.specs:
        fewest, most = LENGTHS["first" if spec.n == 1 else "later"]
        words = len(spec.text.split())
        if not fewest <= words <= most:
            mend = f"aim at {fewest} to {most} words"
            yield Spot(spec.file, None, f"has {words} words", mend)


def entry_named(subject: Subject) -> Iterator[Spot]:
    """A first specification that doesn't say how the program is started."""
    first = subject.specs[0]
    if ENTRY not in first.text:
        yield Spot(first.file, None, f"lacks {ENTRY}", f"show the command as {ENTRY} ...")


def openings(subject: Subject) -> Iterator[Spot]:
    """Later specifications that don't begin by saying that the rest stays as it is."""
    for spec in subject.specs[1:]:
        if not REST_STAYS.search(_opening(spec)):
            message = "does not say before its first section that the rest stays as it is"
            mend = "begin with what is added and with: What is not mentioned here stays as it is."
            yield Spot(spec.file, 1, message, mend)


def _opening(spec: Spec) -> str:
    """The text before the first section below the title."""
    return re.split(r"^##\s", spec.text, maxsplit=1, flags=re.MULTILINE)[0]


def _matches(subject: Subject, pattern: str, verb: str, mend: str) -> Iterator[Spot]:
    words = re.compile(rf"\b(?:{pattern})(?!\w)", re.IGNORECASE)
    for spec in subject.specs:
        for found in words.finditer(spec.text):
            said = " ".join(found[0].split())
            yield Spot(spec.file, spec.line_at(found.start()), f"{verb} {said!r}", mend)


RULES = (
    Rule("forbidden-word", "error", "A spec holds no forbidden word", forbidden_words),
    Rule("soft-duty", "warning", "A spec states duties without should", soft_duties),
    Rule("spec-length", "warning", "A spec has 600-1500 words, a later one 300-1000", lengths),
    Rule("spec-entry", "error", "The first spec names the entry command", entry_named),
    Rule("spec-opening", "warning", "A later spec says that the rest stays as it is", openings),
)
