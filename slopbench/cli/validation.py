"""What `problems validate` has found, as tables and as JSON."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

import typer

from slopbench.cli.problems import broken_rows
from slopbench.cli.tables import show_table

if TYPE_CHECKING:
    from slopbench.problem.faults import BrokenProblem

FIGURES = {
    "reference": "reference",
    "reversed": "order_and_environment",
    "nulls": "null_programs",
    "previous": "previous_reference_new_tests_passed",
    "mutants": "mutants",
    "s": "seconds",
}
"""The columns of a table and the members of a result that they show."""


def as_text(rows: Sequence[dict[str, Any]], broken: "Mapping[str, BrokenProblem]") -> str:
    """One object a problem, in a list unless there is just one."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["problem"], []).append(row)
    problems = [
        {"problem": slug, "ok": all(row["ok"] for row in each), "checkpoints": each}
        for slug, each in grouped.items()
    ]
    if len(problems) == 1 and not broken:
        return json.dumps(problems[0])
    ok = not broken and all(problem["ok"] for problem in problems)
    return json.dumps({"ok": ok, "problems": problems, "broken": broken_rows(broken)})


def show(rows: Sequence[dict[str, Any]], broken: "Mapping[str, BrokenProblem]") -> None:
    """Print a table for each problem and language, then what does not hold, then totals."""
    for (problem, language), group in groupby(rows, lambda row: (row["problem"], row["language"])):
        typer.echo(f"{problem} in {language}")
        show_group(list(group))
    for row in rows:
        where = f"{row['problem']} checkpoint {row['checkpoint']}"
        for fault in row["faults"]:
            typer.echo(f"{where}: {fault}")
        for test in row["tests_no_mutant_fails"] or ():
            typer.echo(f"{where}: no mutant fails {test}")
    for slug, error in broken.items():
        for line in str(error).splitlines():
            typer.echo(f"{slug} can't be loaded: {line}")
    if rows:
        typer.echo(totals(rows))


def show_group(rows: list[dict[str, Any]]) -> None:
    """One table, without the columns of what was asked of none of its rows."""
    figures = [name for name, key in FIGURES.items() if any(row[key] is not None for row in rows)]
    show_table(["n", "new tests", *figures, ""], (cells(row, figures) for row in rows))


def cells(row: dict[str, Any], figures: Sequence[str]) -> list[Any]:
    """One checkpoint as a row of a table; new tests as core + functionality + error."""
    new = (row["new_tests"] or {}).values()
    previous = row["previous_reference_new_tests_passed"]
    values = {
        **row,
        "previous_reference_new_tests_passed": None if previous is None else [previous, sum(new)],
    }
    shown_figures = (shown(values[FIGURES[name]]) for name in figures)
    return [row["checkpoint"], " + ".join(map(str, new)) or "-", *shown_figures, verdict(row)]


def shown(value: Any) -> str:
    """A figure of validation for people: `3/4` for counts, `-` for what was not measured."""
    if isinstance(value, dict | list):
        part, total = value.values() if isinstance(value, dict) else value
        return f"{part}/{total}"
    return "-" if value is None else str(value)


def verdict(row: dict[str, Any]) -> str:
    if not row["ok"]:
        return "NOT OK"
    return "unchanged" if row["reused"] else "ok"


def totals(rows: Sequence[dict[str, Any]]) -> str:
    """One line over everything; a checkpoint counts once, in however many languages it has answers."""
    answered_last = sorted(rows, key=lambda row: row["new_tests"] is not None)
    once = {(row["problem"], row["checkpoint"]): row["new_tests"] or {} for row in answered_last}
    unsound = {(row["problem"], row["checkpoint"]) for row in rows if not row["ok"]}
    groups: Counter[str] = Counter()
    for counts in once.values():
        groups.update(counts)
    tests = ", ".join(f"{count} {group}" for group, count in groups.items())
    parts = [
        f"problems: {len({problem for problem, _ in once})}",
        f"checkpoints: {len(once)}, of which not ok: {len(unsound)}",
        f"tests: {tests or 'none'}",
        *killed_mutants(rows),
        f"seconds: {sum(row['seconds'] for row in rows):.1f}",
    ]
    return "; ".join(parts)


def killed_mutants(rows: Sequence[dict[str, Any]]) -> list[str]:
    """What to say of mutants: nothing if there are none."""
    mutants = [row["mutants"] for row in rows if row["mutants"] is not None]
    killed, total = (sum(each[name] for each in mutants) for name in ("killed", "total"))
    return [f"mutants: {killed}/{total}"] if mutants else []
