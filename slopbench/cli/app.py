"""The command line: one Typer application, a module a group of commands.

Commands are thin and import what they need inside their function, so that `--help` stays quick.
"""

import os
import sys
from typing import Annotated

import typer

from slopbench import __version__
from slopbench.cli import image, machine, problems, report, run, runners, score
from slopbench.errors import ExitCode, SlopbenchError

app = typer.Typer(
    name="slopbench",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (run, report, score, machine):
    group.register(app)
app.add_typer(problems.app, name="problems")
app.add_typer(runners.app, name="runners")
app.add_typer(image.app, name="image")


def show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"slopbench {__version__}")
        raise typer.Exit


def show_traces(wanted: bool) -> None:
    if wanted:
        os.environ["SLOPBENCH_DEBUG"] = "1"


@app.callback()
def slopbench(
    version: Annotated[
        bool, typer.Option("--version", callback=show_version, is_eager=True, help="Print it and end.")
    ] = False,
    debug: Annotated[
        bool, typer.Option("--debug", callback=show_traces, help="Show stack traces of errors.")
    ] = False,
) -> None:
    """Measure how code fares when an agent extends its own work checkpoint after checkpoint.

    Exit status: 0 ok, 1 a check failed, 2 usage, 3 infrastructure, 4 a budget or limit ended it,
    5 inconclusive, 130 interrupted.
    """


def main() -> None:
    """Run the command line; every known error is one line on stderr and a documented exit code."""
    try:
        app()
    except SlopbenchError as error:
        if os.environ.get("SLOPBENCH_DEBUG"):
            raise
        typer.echo(f"error: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("interrupted", err=True)
        sys.exit(ExitCode.INTERRUPTED)
