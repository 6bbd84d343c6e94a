"""The one JSON object of a run, and the figures that its table ends with."""

from collections.abc import Callable, Sequence
from typing import Any

from slopbench.errors import ExitCode
from slopbench.report.rows import Row, RunReport
from slopbench.run.measures import measure_in_force
from slopbench.run.standing import counts
from slopbench.stats.means import mean_of_existing, rate, solved_problems


def summary(report: RunReport) -> dict[str, Any]:
    """What `run`, `resume` and `report` print with `--json`; all rates are over the plan."""
    rows, plan = report.rows, report.plan
    return {
        "run_id": plan.run_id,
        "dir": str(report.directory.root),
        "subject": plan.subject.model_dump(),
        "measure": measure_in_force(plan, report.state),
        "sandbox": plan.sandbox,
        **counts(plan, report.state),
        "strict": rate(row.strict for row in rows),
        "isolated": rate(row.isolated for row in rows),
        "core": rate(row.core for row in rows),
        "problems_solved": _whole(solved_problems(by_problem(rows, _attempt_solved))),
        "erosion": mean_of_existing(row.erosion for row in rows).value,
        "verbosity": mean_of_existing(row.verbosity for row in rows).value,
        "cost_usd": total_cost(rows),
        "seconds": wall_seconds(report),
        "checkpoints": [row.to_json() for row in rows],
    }


def exit_code(report: RunReport) -> ExitCode:
    """OK if every planned checkpoint was graded, INFRASTRUCTURE if some failed through no agent.

    LIMIT if a limit left some unreached.
    """
    found = counts(report.plan, report.state)
    if found["graded"] == found["planned"]:
        return ExitCode.OK
    return ExitCode.INFRASTRUCTURE if found["infra_failed"] else ExitCode.LIMIT


def wall_seconds(report: RunReport) -> float | None:
    """Wall time of all sessions; None for an imported run, whose sessions nobody has recorded."""
    return None if report.plan.imported else round(report.state.wall_seconds, 3)


def total_cost(rows: Sequence[Row]) -> float | None:
    """US dollars of all tries; None if no cost is known."""
    costs = [row.cost_usd for row in rows if row.cost_usd is not None]
    return sum(costs) if costs else None


def by_attempt(rows: Sequence[Row]) -> dict[tuple[str, int], list[Row]]:
    """The rows of each attempt, in order of checkpoints."""
    attempts: dict[tuple[str, int], list[Row]] = {}
    for row in rows:
        attempts.setdefault((row.problem, row.sample), []).append(row)
    return attempts


def by_problem(
    rows: Sequence[Row], judge: Callable[[Sequence[Row]], bool]
) -> dict[str, list[bool]]:
    """The verdict on every attempt, by problem."""
    verdicts: dict[str, list[bool]] = {}
    for (problem, _), attempt in by_attempt(rows).items():
        verdicts.setdefault(problem, []).append(judge(attempt))
    return verdicts


def _attempt_solved(rows: Sequence[Row]) -> bool:
    return all(row.strict for row in rows)


def _whole(number: float) -> float | int:
    return int(number) if number.is_integer() else number
