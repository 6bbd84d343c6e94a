"""The course of a repository as a person reads it in a terminal."""

from collections import Counter
from collections.abc import Iterator

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from slopbench.printable import visible
from slopbench.quality.history.course import METRICS, UNITS, Course
from slopbench.quality.history.curve import curve
from slopbench.quality.history.walk import Row
from slopbench.stats.slope import Slope

_WIDTH, _HEIGHT = 60, 4
_NAMES = {"erosion": "erosion", "verbosity": "verbosity", "clone_share": "clones"}
_SHORT_ID = 9
_LONGEST_NAME = 40


def shown(course: Course) -> RenderableType:
    """The rows, the curves and what they say."""
    parts: list[RenderableType] = [_rows(course), *_curves(course)]
    if any(course.ranges().values()):
        parts.append(_ranges(course))
    if any(found for slopes in course.slopes().values() for found in slopes.values()):
        parts.append(_slopes(course))
    return Group(*parts, *_notes(course))


def _rows(course: Course) -> Table:
    table = _table("date", "commit")
    for name in ("sloc", "functions", *_NAMES.values()):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("")
    for row in course.rows:
        metrics = (_number(getattr(row, metric)) for metric in METRICS)
        counts = (_count(row.sloc), _count(row.functions))
        table.add_row(row.date[:10], _name(row), *counts, *metrics, _about(row))
    return table


def _name(row: Row) -> Text:
    return Text(visible(", ".join(row.tags), _LONGEST_NAME) or row.commit[:_SHORT_ID])


def _about(row: Row) -> Text:
    """Why a row has no score, else its subject, in as much room as there is."""
    text, style = (row.subject, "dim") if row.cause is None else (row.cause, "yellow")
    return Text(visible(text), style=style, no_wrap=True, overflow="ellipsis")


def _curves(course: Course) -> Iterator[RenderableType]:
    """A curve for each metric that some row has, from 0 to its highest value."""
    for metric, found in course.ranges().items():
        if found is not None:
            yield _curve(course, metric, found["max"])


def _curve(course: Course, metric: str, most: float) -> RenderableType:
    lines = curve(course.values(metric), most or 1.0, _WIDTH, _HEIGHT)
    scale = [f"{most:.3f}", *[""] * (_HEIGHT - 2), "0"]
    body = Text("\n").join(
        Text(f"{mark:>7} ", style="dim") + Text(line, style="cyan")
        for mark, line in zip(scale, lines, strict=True)
    )
    first, last = course.rows[0].date[:10], course.rows[-1].date[:10]
    under = f"{'':8}{first}{last:>{max(len(lines[0]) - len(first), len(last) + 1)}}"
    return Group(Text(f"\n{_NAMES[metric]}", style="bold cyan"), body, Text(under, style="dim"))


def _ranges(course: Course) -> Table:
    table = _table("\n")
    for name in ("start", "end", "min", "max"):
        table.add_column(f"\n{name}", justify="right")
    for metric, found in course.ranges().items():
        if found is not None:
            table.add_row(_NAMES[metric], *(_number(value) for value in found.values()))
    return table


def _slopes(course: Course) -> Table:
    """The slopes with their intervals; those whose interval leaves out 0 stand out."""
    table = _table("\nslope", "")
    table.add_column("", justify="right")
    table.add_column("\n95 % interval", justify="right")
    for metric, slopes in course.slopes().items():
        for unit, found in slopes.items():
            if found is not None:
                interval = f"{found.low:+.4f} … {found.high:+.4f}"
                table.add_row(_NAMES[metric], UNITS[unit], _slope(found), interval)
    return table


def _slope(found: Slope) -> Text:
    style = "" if found.low <= 0 <= found.high else "red" if found.value > 0 else "green"
    return Text(f"{found.value:+.4f}", style=style)


def _notes(course: Course) -> Iterator[Text]:
    last = course.rows[-1]
    failed = Counter(row.cause for row in course.rows if row.failed)
    yield from (
        Text(f"{count:,} commits {visible(cause)}", style="yellow")
        for cause, count in failed.items()
    )
    yield from (Text(f"in the last commit {note}", style="yellow") for note in last.notes)
    if course.repository.shallow:
        yield Text("the clone is shallow: older commits aren't here", style="yellow")
    if last.verbosity is None and last.cause is None:
        yield Text(f"no verbosity: {last.verbosity_reason}", style="yellow")


def _table(*columns: str) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan")
    for column in columns:
        table.add_column(column, no_wrap=True)
    return table


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _count(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"
