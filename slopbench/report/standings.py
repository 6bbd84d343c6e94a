"""How far a run is: what `slopbench status` shows."""

from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from slopbench.report.printable import cell
from slopbench.report.rows import RunReport
from slopbench.run.journal import Key, lock_owner
from slopbench.run.standing import counts

MARKS = {"graded": "█", "infra_failed": "x", "cancelled": "c", "not_reached": "·"}


def standing(report: RunReport) -> dict[str, Any]:
    """The object of `status --json`; `writer` is who works on the run now, None if nobody does."""
    writer = lock_owner(report.directory.journal_file)
    attempts = []
    for keys in report.plan.attempts():
        statuses = [report.state.at(key).status.value for key in keys]
        attempts.append(
            {
                "problem": keys[0].problem,
                "sample": keys[0].sample,
                "checkpoints": statuses,
                "running": running(report, keys) if writer else None,
            }
        )
    return {
        "run_id": report.plan.run_id,
        "dir": str(report.directory.root),
        "writer": writer,
        "finished": report.state.finished,
        "imported": report.plan.imported is not None,
        **counts(report.plan, report.state),
        "attempts": attempts,
    }


def running(report: RunReport, keys: list[Key]) -> dict[str, Any] | None:
    """The phase that an attempt is in, by its journal."""
    for key in keys:
        current = report.state.at(key).current
        if current and current.running:
            return {"checkpoint": key.checkpoint, "try": current.number, "phase": current.running}
    return None


def print_standing(found: dict[str, Any]) -> None:
    """Print the same for people: a mark a checkpoint, the running phase, and what to do next."""
    table = Table("problem", "sample", "checkpoints", "running", box=None, pad_edge=False)
    for attempt in found["attempts"]:
        now = attempt["running"]
        table.add_row(
            cell(attempt["problem"]),
            cell(attempt["sample"]),
            Text("".join(MARKS[status] for status in attempt["checkpoints"])),
            cell(now and f"{now['phase']} of checkpoint {now['checkpoint']}"),
        )
    legend = ", ".join(f"{mark} {status.replace('_', ' ')}" for status, mark in MARKS.items())
    console = Console(highlight=False, soft_wrap=True)
    console.print(table, Text(legend, "dim"), Text(next_step(found)), sep="\n")


def next_step(found: dict[str, Any]) -> str:
    """One line: whether somebody works on it, it is done, or it can be resumed."""
    if found["writer"]:
        return f"being written by {found['writer']}"
    if found["finished"] and not found["infra_failed"] and not found["cancelled"]:
        return "finished"
    if found["imported"]:
        return f"imported; grade what lacks outcomes with: slopbench regrade {found['dir']}"
    return f"nobody works on it; continue with: slopbench resume {found['dir']}"
