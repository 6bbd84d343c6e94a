"""Which of many commits are looked at."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from slopbench.errors import UsageError
from slopbench.printable import visible
from slopbench.quality.history.revisions import Commit

_YEAR = timedelta(days=365.25)
_SPANS = {
    "day": timedelta(days=1),
    "week": timedelta(weeks=1),
    "month": _YEAR / 12,
    "year": _YEAR,
}
_AGO = re.compile(rf"(?P<count>\d+)[ .](?P<unit>{'|'.join(_SPANS)})s?[ .]ago")


@dataclass(frozen=True)
class Sample:
    """What the commits are chosen by; None leaves out none for that reason."""

    since: datetime | None
    until: datetime | None
    step: int | None
    limit: int | None

    @classmethod
    def asked(
        cls, since: str | None, until: str | None, step: int | None, limit: int | None
    ) -> "Sample":
        """One with dates as users write them. Raises UsageError if one of them is no date."""
        first = None if since is None else first_moment(since)
        last = None if until is None else last_moment(until)
        return cls(first, last, step, limit)

    def of(self, commits: Sequence[Commit]) -> list[Commit]:
        """The chosen ones of these, the last one of the span of time among them.

        Raises UsageError if none is left.
        """
        found = every(between(commits, self.since, self.until), self.step or 1)
        if not found:
            raise UsageError(
                "there is no commit in that span of time",
                where="history",
                mend="see the dates of: git log --first-parent",
            )
        return evenly(found, self.limit or len(found))


def between(
    commits: Sequence[Commit], since: datetime | None, until: datetime | None
) -> list[Commit]:
    """Those of a span of time, both ends included."""
    return [
        commit
        for commit in commits
        if (since is None or commit.date >= since) and (until is None or commit.date <= until)
    ]


def every(commits: Sequence[Commit], step: int) -> list[Commit]:
    """The last one and each `step`-th before it."""
    return list(commits[::-1][::step])[::-1]


def evenly(commits: Sequence[Commit], count: int) -> list[Commit]:
    """So many of them, evenly spaced: the last one, and the first if `count` is above 1."""
    last = len(commits) - 1
    if count > last:
        return list(commits)
    if count == 1:
        return list(commits[-1:])
    return [commits[round(place * last / (count - 1))] for place in range(count)]


def first_moment(text: str) -> datetime:
    """The start of a day in UTC, or the moment that is meant; see `_moment`."""
    return _moment(text, time.min)


def last_moment(text: str) -> datetime:
    """The end of a day in UTC, or the moment that is meant; see `_moment`."""
    return _moment(text, time.max)


def _moment(text: str, at: time) -> datetime:
    """A day in ISO 8601 at a time of day, a moment in it, or so long ago.

    It is UTC where it names no time zone. Raises UsageError for anything else.
    """
    try:
        return datetime.combine(date.fromisoformat(text), at, UTC)
    except ValueError:
        pass
    try:
        exact = datetime.fromisoformat(text)
    except ValueError:
        return _relative(text)
    return exact if exact.tzinfo else exact.replace(tzinfo=UTC)


def _relative(text: str) -> datetime:
    """The moment that words like "6 months ago" mean."""
    found = _AGO.fullmatch(text.strip())
    try:
        if found is not None:
            return datetime.now(UTC) - int(found["count"]) * _SPANS[found["unit"]]
    except OverflowError:
        pass
    raise UsageError(
        f"{visible(text)!r} is no date", where="history", mend="write 2026-01-31, or 6 months ago"
    )
