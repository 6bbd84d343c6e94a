"""The course of a repository as a picture: erosion, verbosity and size over the dates of commits."""

import io
import math
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from slopbench.errors import UsageError
from slopbench.printable import visible
from slopbench.quality.history.course import Course

FORMATS = ("png", "svg")
_INK, _MUTED, _GRID = "#1f2933", "#6b7785", "#e4e8ec"
_COLOURS = {
    "erosion": "#c2410c",
    "verbosity": "#1d4ed8",
    "clone_share": "#6f8fc9",
    "sloc": "#94a3b8",
}
_LABELS = {"erosion": "erosion", "verbosity": "verbosity", "clone_share": "clones"}
_WIDTHS = {"erosion": 2.0, "verbosity": 2.0, "clone_share": 1.0, "sloc": 1.0}
_AREAS = frozenset({"clone_share", "sloc"})
_HEADROOM = 1.15
_LABEL_HEIGHT = 0.1
"""How far labels are apart at least, as a share of a panel's height."""
_FEW = 30
"""Points that are few enough to mark each."""
_LONGEST_TITLE = 60
_STYLE: Any = {
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": _INK,
    "axes.edgecolor": _GRID,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.spines.left": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "axes.axisbelow": True,
    "grid.color": _GRID,
    "xtick.color": _MUTED,
    "ytick.color": _MUTED,
    "ytick.major.size": 0,
    "svg.hashsalt": "slopbench",
    "svg.fonttype": "path",
}


def check_extra() -> None:
    """Raises UsageError where matplotlib is missing."""
    try:
        import matplotlib  # noqa: F401
    except ImportError as error:
        raise UsageError(
            "pictures need matplotlib", where="--plot", mend="pip install 'slopbench[plots]'"
        ) from error


def picture(course: Course, form: str) -> bytes:
    """The picture in one of `FORMATS`. Raises UsageError where matplotlib is missing."""
    check_extra()
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    file = io.BytesIO()
    with rc_context(_STYLE):
        figure = Figure(figsize=(9.6, 6.4), layout="constrained", facecolor="white")
        panels = figure.subplots(3, 1, sharex=True, height_ratios=(4, 4, 2))
        _draw_shares(panels[0], course, ("erosion",))
        _draw_shares(panels[1], course, ("verbosity", "clone_share"))
        _draw_size(panels[2], course)
        _mark_dates(panels[2])
        _write_head(figure, course)
        metadata: Any = {"Date": None} if form == "svg" else {}
        figure.savefig(file, format=form, dpi=150, metadata=metadata)
    return file.getvalue()


def _draw_shares(axes: Any, course: Course, metrics: Sequence[str]) -> None:
    """A line for each metric, with gaps where it has no value; the ends are labelled."""
    ranges = {metric: found for metric in metrics if (found := course.ranges()[metric])}
    for metric in ranges:
        _draw(axes, course, metric)
    top = _HEADROOM * max((found["max"] for found in ranges.values()), default=0.0) or 0.1
    axes.set_ylim(0, top)
    _label_ends(axes, course, ranges, top)
    if not ranges:
        axes.text(0.5, 0.5, f"no {metrics[0]}", transform=axes.transAxes, color=_MUTED, ha="center")


def _label_ends(axes: Any, course: Course, metrics: Iterable[str], top: float) -> None:
    ends = {metric: course.values(metric)[-1] for metric in metrics}
    lasting = {metric: end for metric, end in ends.items() if end is not None}
    heights = _apart([end / top for end in lasting.values()], _LABEL_HEIGHT)
    for (metric, end), height in zip(lasting.items(), heights, strict=True):
        _label(axes, height * top, f"{_LABELS[metric]} {end:.3f}", _COLOURS[metric])
    for metric in ends.keys() - lasting:
        _label_early_end(axes, course, metric)


def _label_early_end(axes: Any, course: Course, metric: str) -> None:
    """Words at the last value of a line that ends before the panel does."""
    pairs = zip(_dates(course), course.values(metric), strict=True)
    date, value = [(date, value) for date, value in pairs if value is not None][-1]
    text = f"{_LABELS[metric]} {value:.3f}, then none"
    offset = {"xytext": (6, 4), "textcoords": "offset points"}
    axes.annotate(text, (date, value), color=_COLOURS[metric], **offset)


def _label(axes: Any, height: float, text: str, colour: str) -> None:
    """Words beside the right end of a panel."""
    place = axes.get_yaxis_transform()
    axes.text(1.012, height, text, transform=place, color=colour, va="center")


def _draw(axes: Any, course: Course, name: str) -> None:
    """One member of the rows over their dates; clones and size are areas, the others lines."""
    dates, values = _dates(course), _numbers(course, name)
    axes.plot(
        dates,
        values,
        color=_COLOURS[name],
        linewidth=_WIDTHS[name],
        **_marks(values),
        clip_on=False,
    )
    axes.margins(x=0.01)
    if name in _AREAS:
        axes.fill_between(dates, values, color=_COLOURS[name], alpha=0.25, linewidth=0)


def _draw_size(axes: Any, course: Course) -> None:
    _draw(axes, course, "sloc")
    known = [row.sloc for row in course.rows if row.sloc is not None]
    axes.set_ylim(0, _HEADROOM * max(known, default=1))
    axes.locator_params(axis="y", nbins=3)
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    if known:
        _label(axes, known[-1], f"{known[-1]:,} lines", _MUTED)


def _mark_dates(axes: Any) -> None:
    from matplotlib import dates

    scale: Any = dates
    locator = scale.AutoDateLocator(minticks=3, maxticks=9)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(scale.ConciseDateFormatter(locator))


def _write_head(figure: Any, course: Course) -> None:
    days = dict.fromkeys(row.date[:10] for row in (course.rows[0], course.rows[-1]))
    span = f"{' to '.join(days)}, {len(course.rows):,} commits"
    name = visible(course.title, _LONGEST_TITLE)
    title = figure.suptitle(f"{name}   {span}\n", x=0.01, ha="left", fontsize=12, weight="bold")
    title.set_parse_math(False)


def _dates(course: Course) -> list[datetime]:
    return [datetime.fromisoformat(row.date) for row in course.rows]


def _numbers(course: Course, name: str) -> list[float]:
    """A member of each row, NaN where it has none, which leaves a gap."""
    values = [getattr(row, name) for row in course.rows]
    return [math.nan if value is None else value for value in values]


def _marks(values: Sequence[float]) -> dict[str, Any]:
    """Points that no line shows, being few or alone, are marked."""
    known = [not math.isnan(value) for value in values]
    alone = [
        place
        for place, here in enumerate(known)
        if here and not any(known[max(0, place - 1) : place] + known[place + 1 : place + 2])
    ]
    every = len(values) <= _FEW
    return {"marker": "o", "markersize": 3.5, "markevery": None if every else alone}


def _apart(heights: Sequence[float], least: float) -> list[float]:
    """Heights in the same order, moved up where they are closer than `least`."""
    placed: dict[int, float] = {}
    below = -least
    for number in sorted(range(len(heights)), key=lambda number: heights[number]):
        below = placed[number] = max(heights[number], below + least)
    return [placed[number] for number in range(len(heights))]
