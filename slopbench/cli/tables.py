"""Tables for people, on stdout."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from slopbench.grade.acceptance import CheckpointResult


def show_table(columns: Iterable[str], rows: Iterable[Iterable[Any]]) -> None:
    """Print rows as a table; lists are shown with commas, and nothing is read as markup."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*columns, box=None, pad_edge=False)
    for row in rows:
        cells = (", ".join(cell) if isinstance(cell, list) else str(cell) for cell in row)
        table.add_row(*map(Text, cells))
    Console().print(table)


def show_results(results: "list[CheckpointResult]") -> None:
    """Print what was measured as a table, then what does not hold."""
    columns = {
        "reference": "reference",
        "other order": "order_and_environment",
        "null programs": "null_programs",
        "previous passes": "previous_reference_new_tests_passed",
        "mutants killed": "mutants",
        "seconds": "seconds",
    }
    rows = [result.to_json() for result in results]
    show_table(
        ["n", *columns, ""],
        (
            [row["checkpoint"], *(shown(row[key]) for key in columns.values()), verdict(row)]
            for row in rows
        ),
    )
    for row in rows:
        for fault in row["faults"]:
            typer.echo(f"checkpoint {row['checkpoint']}: {fault}")


def shown(value: Any) -> str:
    """A figure of validation for people: `3 of 4` for counts, `-` for what was not measured."""
    if isinstance(value, dict):
        part, total = value.values()
        return f"{part} of {total}"
    return "-" if value is None else str(value)


def verdict(row: dict[str, Any]) -> str:
    return "ok" if row["ok"] else "NOT OK"
