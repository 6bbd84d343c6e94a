"""Reader of the ballot file format."""

import re
from collections.abc import Iterator

from .contest import Contest, Paper
from .errors import TallyError
from .methods import METHODS

CANDIDATE_ID = re.compile(r"[a-z][a-z0-9_]*")
BALLOT_LINE = re.compile(r"(?:(?P<copies>[1-9][0-9]{0,8})[ \t]*:[ \t]*)?(?P<ranking>[^:]*)")
SEPARATOR = "---"
BLANKS = " \t"

Line = tuple[int, str]


def parse_contest(text: str, method: str | None = None) -> Contest:
    """Read a whole ballot file; `method` replaces the one in the header."""
    lines = significant_lines(text)
    header = read_header(lines)
    if method is not None:
        header["method"] = method
    for key in ("method", "candidates"):
        if key not in header:
            raise TallyError("missing-header", f"no '{key}' line")
    return read_ballots(lines, header)


def significant_lines(text: str) -> Iterator[Line]:
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw.strip(BLANKS)
        if line and not line.startswith("#"):
            yield number, line


# --- header -----------------------------------------------------------------


def read_header(lines: Iterator[Line]) -> dict:
    header = {}
    for number, line in lines:
        if line == SEPARATOR:
            return header
        key, colon, value = line.partition(":")
        key = key.strip(BLANKS)
        if not colon or key not in HEADER_KEYS:
            raise TallyError("bad-header", f"not a header line: {line}", number)
        if key in header:
            raise TallyError("bad-header", f"'{key}' is given twice", number)
        try:
            header[key] = HEADER_KEYS[key](value.strip(BLANKS))
        except ValueError as problem:
            raise TallyError("bad-header", str(problem), number) from None
    raise TallyError("missing-header", f"no '{SEPARATOR}' line")


def title_text(value: str) -> str:
    if "\t" in value:
        raise ValueError("a title has no tabs")
    return value


def method_name(value: str) -> str:
    if value not in METHODS:
        raise ValueError(f"unknown method '{value}'")
    return value


def id_list(value: str) -> tuple[str, ...]:
    ids = tuple(item.strip(BLANKS) for item in value.split(","))
    for item in ids:
        if not CANDIDATE_ID.fullmatch(item):
            raise ValueError(f"'{item}' is not a candidate id")
    if len(set(ids)) != len(ids):
        raise ValueError("a candidate is listed twice")
    return ids


HEADER_KEYS = {"title": title_text, "method": method_name, "candidates": id_list}


# --- ballots ----------------------------------------------------------------


def read_ballots(lines: Iterator[Line], header: dict) -> Contest:
    known = set(header["candidates"])
    papers, blank, spoiled = [], 0, 0
    for number, line in lines:
        paper = parse_ballot(line, number)
        ranking = paper.preferences
        if not ranking:
            blank += paper.copies
        elif len(set(ranking)) != len(ranking) or not known.issuperset(ranking):
            spoiled += paper.copies
        else:
            papers.append(paper)
    return Contest(
        title=header.get("title", ""),
        method=header["method"],
        candidates=header["candidates"],
        papers=tuple(papers),
        blank=blank,
        spoiled=spoiled,
    )


def parse_ballot(line: str, number: int) -> Paper:
    match = BALLOT_LINE.fullmatch(line)
    if not match:
        raise TallyError("bad-ballot", f"cannot read '{line}'", number)
    copies, ranking = match["copies"], match["ranking"]
    if copies and not ranking:
        return Paper((), int(copies))
    names = tuple(name.strip(BLANKS) for name in ranking.split(">"))
    if not all(CANDIDATE_ID.fullmatch(name) for name in names):
        raise TallyError("bad-ballot", f"cannot read '{line}'", number)
    return Paper(names, int(copies or 1))
