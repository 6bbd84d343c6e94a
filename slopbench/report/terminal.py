"""The report of a run for people: a row a checkpoint, the decay of each attempt, the totals."""

import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from slopbench.printable import visible
from slopbench.report.printable import cell
from slopbench.report.rows import Row, RunReport
from slopbench.report.sparkline import sparkline
from slopbench.report.summary import by_attempt, by_problem, total_cost, wall_seconds
from slopbench.run.failures import Status
from slopbench.run.measures import measure_in_force
from slopbench.run.standing import counts
from slopbench.sandbox.backends import NONE
from slopbench.stats.means import (
    Mean,
    mean_of_existing,
    mean_of_problem_means,
    rate,
    solved_problems,
)

GROUPS = ("core", "functionality", "error", "regression")
STATUS_STYLES = {
    Status.GRADED: "",
    Status.INFRA_FAILED: "red",
    Status.NOT_REACHED: "yellow",
    Status.CANCELLED: "yellow",
}
UNSAFE = "no sandbox: UNSAFE"
PLAIN_WIDTH = 120
LONGEST_LINE = 2000


def show(report: RunReport) -> None:
    """Print the report on stdout."""
    console().print(rendered(report))


def show_rows(reports: Sequence[RunReport]) -> None:
    """Print the headline and the rows of several runs on stdout."""
    for report in reports:
        console().print(headline(report), checkpoint_table(report.rows))


def console() -> Console:
    """Stdout; where that is no terminal, wide enough for every column."""
    stdout = Console(highlight=False)
    return stdout if stdout.is_terminal else Console(width=PLAIN_WIDTH, highlight=False)


def rendered(report: RunReport) -> RenderableType:
    """The whole report."""
    return Group(
        headline(report), checkpoint_table(report.rows), decay_table(report.rows), totals(report)
    )


def headline(report: RunReport) -> Text:
    """Who was measured and with what, in one line."""
    subject, plan = report.plan.subject, report.plan
    sandbox = UNSAFE if plan.sandbox == NONE else plan.sandbox
    names = (subject.runner, subject.model, subject.prompt, subject.language, sandbox)
    return Text.assemble(
        ("slopbench ", "bold"), visible(" · ".join(name for name in names if name))
    )


def checkpoint_table(rows: Sequence[Row]) -> Table:
    """One line for each planned checkpoint."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=0)
    table.add_column("problem", no_wrap=True, ratio=1)
    table.add_column("cp", justify="right", no_wrap=True)
    table.add_column("status")
    for name in ("core", "func", "error", "regr", "strict", "erosion", "clones", "sloc", "s"):
        table.add_column(name, justify="right", no_wrap=True)
    for attempt in by_attempt(rows).values():
        for row in attempt:
            table.add_row(*checkpoint_cells(row), end_section=row is attempt[-1])
    return table


def checkpoint_cells(row: Row) -> list[Text]:
    """The cells of one line."""
    status = f"{row.status}: {row.cause}" if row.cause else row.status.value
    style = STATUS_STYLES[row.status] or ("yellow" if row.cause else "")
    seconds = [part for part in (row.agent_seconds, row.grade_seconds) if part is not None]
    return [
        cell(_attempt_name(row)),
        cell(row.checkpoint),
        cell(status.replace("_", " "), style),
        *(_passed(row, group) for group in GROUPS),
        Text("yes", "green") if row.strict else Text("no", "red"),
        _decimal(row.erosion),
        _percent(row.clone_share),
        cell(row.sloc),
        _decimal(sum(seconds) if seconds else None, 1),
    ]


def decay_table(rows: Sequence[Row]) -> Table:
    """How each attempt fared from its first to its last checkpoint."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, title="decay", title_justify="left")
    table.add_column("problem", no_wrap=True)
    for name in ("tests passed", "erosion", "clones", "sloc"):
        table.add_column(name, no_wrap=True)
    for attempt in by_attempt(rows).values():
        sloc = [row.sloc for row in attempt]
        table.add_row(
            cell(_attempt_name(attempt[0])),
            _curve([_share_passed(row) for row in attempt], 1.0, "{:.0%}", better="high"),
            _curve([row.erosion for row in attempt], 1.0, "{:.2f}", better="low"),
            _curve([row.clone_share for row in attempt], 1.0, "{:.0%}", better="low"),
            _curve(sloc, max([1, *(size for size in sloc if size)]), "{:.0f}", better=None),
        )
    return table


def totals(report: RunReport) -> Table:
    """Counts that add up, rates over the plan, quality over the snapshots, cost, and place."""
    grid = Table.grid(padding=(0, 2))
    for name, line in (
        ("checkpoints", counted(report)),
        ("passed", passed(report.rows)),
        ("quality", quality(report.rows)),
        ("spent", spent(report)),
        *(("measured anew", line) for line in measured_anew(report)),
        ("command", shlex.join(report.plan.command)),
        ("written to", place(report.directory.root)),
    ):
        grid.add_row(Text(name, "bold"), Text(visible(line, LONGEST_LINE)))
    return grid


def counted(report: RunReport) -> str:
    """The statuses, which add up to what was planned."""
    found = counts(report.plan, report.state)
    planned = found.pop("planned")
    statuses = (f"{count} {name.replace('_', ' ')}" for name, count in found.items())
    return f"{planned} planned = {' + '.join(statuses)}"


def passed(rows: Sequence[Row]) -> str:
    """The three rates over the planned checkpoints, and strict with all problems weighing alike."""
    strict: dict[str, list[bool]] = {}
    for row in rows:
        strict.setdefault(row.problem, []).append(row.strict)
    solved = solved_problems(by_problem(rows, lambda attempt: all(row.strict for row in attempt)))
    return (
        f"strict {rate(row.strict for row in rows):.1%}"
        f", isolated {rate(row.isolated for row in rows):.1%}"
        f", core {rate(row.core for row in rows):.1%}"
        f"; strict by problem {mean_of_problem_means(strict):.1%} (n = {len(strict)})"
        f"; solved {solved:g} of {len(strict)}"
    )


def quality(rows: Sequence[Row]) -> str:
    """The two headline means over the snapshots that exist, with their number."""
    erosion = mean_of_existing(row.erosion for row in rows)
    verbosity = mean_of_existing(row.verbosity for row in rows)
    reasons = sorted({row.verbosity_reason for row in rows if row.verbosity_reason})
    why = f" ({', '.join(reasons)})" if reasons else ""
    return f"erosion {_stated(erosion)}, verbosity {_stated(verbosity)}{why}"


def spent(report: RunReport) -> str:
    """Wall time of the run and cost of all tries."""
    cost = total_cost(report.rows)
    known = "cost unknown" if cost is None else f"{cost:.2f} US dollars"
    seconds = wall_seconds(report)
    return f"{'time unknown' if seconds is None else f'{seconds:.1f} s'}, {known}"


def measured_anew(report: RunReport) -> Iterator[str]:
    """A line for each member of the measure that isn't the planned one any more."""
    planned = report.plan.measure.model_dump()
    for name, value in measure_in_force(report.plan, report.state).items():
        if value != planned[name]:
            yield f"{name.replace('_', ' ')} {value}"


def place(root: Path) -> str:
    """A folder as one would type it here."""
    here = Path.cwd()
    return str(root.relative_to(here) if root.is_relative_to(here) else root)


def _attempt_name(row: Row) -> str:
    return row.problem if row.sample == 1 else f"{row.problem} #{row.sample}"


def _passed(row: Row, group: str) -> Text:
    if row.tests is None:
        return cell(None)
    passed, total = row.tests[group]["passed"], row.tests[group]["total"]
    return cell(f"{passed}/{total}", "" if passed == total else "red")


def _share_passed(row: Row) -> float | None:
    """The share of passed tests; None where nothing was tested."""
    groups = list(row.tests.values()) if row.tests else []
    total = sum(group["total"] for group in groups)
    return sum(group["passed"] for group in groups) / total if total else None


def _curve(values: Sequence[float | None], top: float, form: str, *, better: str | None) -> Text:
    """The values as bars, their first and last in words; red where the last is the worse one."""
    existing = [value for value in values if value is not None]
    if not existing:
        return cell(None)
    first, last = existing[0], existing[-1]
    worse = {"high": last < first, "low": last > first}
    style = "" if better is None else "red" if worse[better] else "green"
    ends = " → ".join(form.format(value) for value in dict.fromkeys((first, last)))
    return cell(f"{sparkline(values, top)} {ends}", style)


def _decimal(value: float | None, digits: int = 2) -> Text:
    return cell(None if value is None else f"{value:.{digits}f}")


def _percent(value: float | None) -> Text:
    return cell(None if value is None else f"{value:.0%}")


def _stated(mean: Mean) -> str:
    return "not measured" if mean.value is None else f"{mean.value:.3f} (n = {mean.n})"
