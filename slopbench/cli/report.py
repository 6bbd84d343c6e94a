"""`report`, `table`: what runs have shown."""

from pathlib import Path
from typing import Annotated

import typer

from slopbench.cli.options import JsonOption
from slopbench.cli.packages import note_missing_packages
from slopbench.cli.run import RunArgument, print_json


def register(app: typer.Typer) -> None:
    for command in (report, table):
        app.command()(command)


def report(
    run: RunArgument,
    as_json: JsonOption = False,
    svg: Annotated[
        Path | None,
        typer.Option("--svg", metavar="FILE", help="Write the report as a picture, not as text."),
    ] = None,
) -> None:
    """Report a run: checkpoints, decay, totals.

    Needs the folder of the run and nothing else.

    \b
    Examples:
      slopbench report runs/20261124-093000-reference-5e1f
      slopbench report runs/20261124-093000-reference-5e1f --json
      slopbench report runs/20261124-093000-reference-5e1f --svg report.svg
    """
    from slopbench.report.picture import write_svg
    from slopbench.report.rows import RunReport
    from slopbench.report.summary import summary
    from slopbench.report.terminal import show

    found = RunReport.read(run)
    if svg is not None:
        write_svg(found, svg)
    if as_json:
        print_json(summary(found))
    elif svg is None:
        show(found)
    note_missing_packages(found)


def table(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN", help="Folders of runs.")],
    csv: Annotated[bool, typer.Option("--csv", help="Print every column as CSV.")] = False,
) -> None:
    """Print the rows of runs, one a checkpoint.

    \b
    Examples:
      slopbench table runs/reference runs/sloppy
      slopbench table runs/* --csv > checkpoints.csv
    """
    from slopbench.report.rows import RunReport
    from slopbench.report.terminal import show_rows
    from slopbench.report.tidy import tidy_csv

    found = [RunReport.read(run) for run in runs]
    if csv:
        typer.echo(tidy_csv(found), nl=False)
    else:
        show_rows(found)
