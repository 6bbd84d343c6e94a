"""The tidy table: one row a checkpoint, as CSV or for the terminal."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from typing import Any

from slopbench.quality.signal_names import CHANGE_SIGNALS, SIGNALS
from slopbench.report.rows import COLUMNS, Row, RunReport
from slopbench.run.artefacts import write_atomically

GROUPS = ("core", "functionality", "error", "regression")
SIGNAL_COLUMNS = (*SIGNALS, *CHANGE_SIGNALS, "lines_per_new_test")
TEST_COLUMNS = tuple(f"{group}_{part}" for group in GROUPS for part in ("passed", "total"))
ROW_COLUMNS = (
    *(name for name in COLUMNS if name not in ("tests", "tokens")),
    *TEST_COLUMNS,
    "clone_sloc",
    "tokens",
    *SIGNAL_COLUMNS,
)
RUN_COLUMNS = ("run_id", "runner", "runner_version", "model", "prompt", "language", "sandbox")


def cells(row: Row) -> dict[str, Any]:
    """One row without nesting: a column for each count, tokens as JSON, None if unknown."""
    flat = row.to_json()
    tests, tokens = flat.pop("tests"), flat.pop("tokens")
    for column in TEST_COLUMNS:
        group, part = column.split("_")
        flat[column] = tests and tests[group][part]
    flat["clone_sloc"] = row.clone_sloc
    flat["tokens"] = tokens and json.dumps(tokens)
    flat |= {name: row.signals.get(name) for name in SIGNAL_COLUMNS}
    return flat


def run_cells(report: RunReport) -> dict[str, Any]:
    """The columns that tell runs apart."""
    subject, plan = report.plan.subject, report.plan
    return {
        "run_id": plan.run_id,
        "runner": subject.runner,
        "runner_version": subject.runner_version,
        "model": subject.model,
        "prompt": subject.prompt,
        "language": subject.language,
        "sandbox": plan.sandbox,
    }


def to_csv(columns: Sequence[str], rows: Iterable[dict[str, Any]]) -> str:
    """CSV with a header; an unknown value is an empty field, a truth value is true or false."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _field(value) for name, value in row.items()} for row in rows)
    return text.getvalue()


def tidy_csv(reports: Iterable[RunReport]) -> str:
    """The rows of several runs in one table."""
    rows = (run_cells(report) | cells(row) for report in reports for row in report.rows)
    return to_csv((*RUN_COLUMNS, *ROW_COLUMNS), rows)


def write_table(report: RunReport) -> None:
    """Derive checkpoints.csv of a run anew."""
    content = to_csv(ROW_COLUMNS, map(cells, report.rows))
    write_atomically(report.directory.table_file, content.encode())


def _field(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value
