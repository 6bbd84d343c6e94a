"""Says of a run which programs were graded without the packages that they ask for."""

from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from slopbench.report.rows import RunReport

NAMED = 3
"""How many checkpoints a note names."""


def note_missing_packages(report: "RunReport") -> None:
    """A line on stderr if there are any; what they scored says little of them."""
    found = without_packages(report)
    if found:
        more = f" and {len(found) - NAMED} more" if len(found) > NAMED else ""
        typer.echo(
            f"note: {len(found)} of {len(report.rows)} checkpoints were graded without the packages "
            f"that their requirements.txt asks for: {', '.join(found[:NAMED])}{more}; "
            "`dependencies_failure` in their tests.N.json says why",
            err=True,
        )


def without_packages(report: "RunReport") -> list[str]:
    """The checkpoints whose newest outcomes say that packages were missing."""
    from slopbench.run.artefacts import read_result

    found = []
    for row in report.rows:
        current = report.state.at(row.key).current
        tests = read_result(report.directory.root, current.files, "tests") if current else None
        if tests and tests.get("dependencies_failure") is not None:
            found.append(f"{row.problem} checkpoint {row.checkpoint}")
    return found
