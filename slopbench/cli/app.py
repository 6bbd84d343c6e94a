"""The command line: one Typer application, a module a group of commands.

Commands are thin and import what they need inside their function, so that `--help` stays quick.
"""

import io
import os
import sys
from typing import Annotated, Any, TextIO, cast

import typer

from slopbench import __version__
from slopbench.cli import (
    history,
    image,
    imports,
    machine,
    problems,
    report,
    rescore,
    rules,
    run,
    runners,
    score,
    validate,
)
from slopbench.errors import ExitCode, SlopbenchError

CommandLineError = cast(Any, typer.BadParameter.__base__)
"""The base of everything that Typer refuses, which it doesn't name itself."""

app = typer.Typer(
    name="slopbench",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)
for group in (run, report, rescore, score, history, machine):
    group.register(app)
problems.app.command()(validate.validate)
app.add_typer(problems.app, name="problems")
app.add_typer(runners.app, name="runners")
app.add_typer(rules.app, name="rules")
app.add_typer(imports.app, name="import")
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
        bool,
        typer.Option("--version", callback=show_version, is_eager=True, help="Print it and end."),
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
    """Run the command line; every known error is one line on stderr and a documented exit code.

    What the encoding of the terminal lacks is shown as a question mark.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    try:
        status = app(standalone_mode=False)
    except (SlopbenchError, OSError, CommandLineError) as error:
        if os.environ.get("SLOPBENCH_DEBUG"):
            raise
        typer.echo(in_one_line(error), err=True)
        status = getattr(error, "exit_code", ExitCode.INFRASTRUCTURE)
    sys.exit(flushed(status))


def flushed(status: int | None) -> int:
    """The exit status once the output is written; what can't be written is thrown away.

    Results that can't be written are an error, progress that nobody reads is none.
    """
    written(sys.stderr)
    if written(sys.stdout):
        return status or ExitCode.OK
    return status or ExitCode.INFRASTRUCTURE


def written(stream: TextIO | None) -> bool:
    """Whether a stream took all that was left for it; otherwise it goes nowhere from now on."""
    try:
        if stream is not None:
            stream.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())  # type: ignore[union-attr]
        return False
    return True


def in_one_line(error: Any) -> str:
    """What is said of an error; for a group without a command that is its help."""
    if isinstance(error, SlopbenchError):
        return f"error: {error}"
    if isinstance(error, OSError):
        where = error.filename or "the output"
        return f"error: {where}: {error.strerror}; mend its rights or free some disk space"
    said: str = error.format_message()
    context = error.ctx
    if said.startswith("Usage:") or context is None:
        return said
    what = " ".join(said.replace("Value error, ", "").split()).rstrip(".")
    return f"error: {what}; see: {context.command_path} --help"
