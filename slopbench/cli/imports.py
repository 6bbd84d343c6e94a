"""`slopbench import`: recorded runs of other engines."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopbench.cli.options import JsonOption
from slopbench.cli.run import print_json

if TYPE_CHECKING:
    from slopbench.report.rows import RunReport
    from slopbench.run.journal import Key

SHOWN_NOTES = 20

app = typer.Typer(no_args_is_help=True, help="Bring over recorded runs of other engines.")


@app.command("scbench-run")
def scbench_run(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the recorded run.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The folder of our run.", show_default="runs/ID"),
    ] = None,
    bench: Annotated[
        Path | None,
        typer.Option("--bench", metavar="DIR", help="The problem set that the run was made with."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Import a recorded run of SlopCodeBench.

    Snapshots, outcomes of tests, costs and prompts come over; its own folder is only read. With
    --bench, the problem set says which checkpoints were planned; otherwise the run itself does.
    Nothing is scored or tested: `slopbench rescore` and `slopbench regrade` do that.

    Exit status: 0 the whole run was imported; 2 it can't be, and nothing was written; 3 the machine
    failed.

    \b
    Examples:
      slopbench import scbench-run outputs/opus-4.5/claude_code_just-solve --out runs/imported
      slopbench rescore runs/imported
      slopbench regrade runs/imported --bench slop-code-bench/problems --dependencies registry
    """
    from slopbench.report.rows import RunReport
    from slopbench.report.tidy import write_table
    from slopbench.run.imported.scbench import Request, import_run

    argv, counter = ["slopbench", *sys.argv[1:]], Counter()
    try:
        done = import_run(Request(folder, out, bench, argv), counter.count)
    finally:
        counter.end()
    report = RunReport.read(done.root)
    write_table(report)
    if as_json:
        print_json(summary(report, done.notes))
    else:
        show(report, done.notes)


class Counter:
    """Shows on stderr how many checkpoints were brought over, where that is a terminal."""

    def __init__(self) -> None:
        self.done, self.shown = 0, sys.stderr.isatty()

    def count(self, key: "Key") -> None:
        self.done += 1
        if self.shown:
            typer.echo(f"\r{self.done} checkpoints, at {key.problem}\x1b[K", err=True, nl=False)

    def end(self) -> None:
        if self.shown:
            typer.echo("\r\x1b[K", err=True, nl=False)


def summary(report: "RunReport", notes: tuple[str, ...]) -> dict[str, object]:
    """The object of `import --json`."""
    from slopbench.run.standing import counts

    return {
        "run_id": report.plan.run_id,
        "dir": str(report.directory.root),
        "subject": report.plan.subject.model_dump(),
        "measure": report.plan.measure.model_dump(),
        **counts(report.plan, report.state),
        "notes": list(notes),
    }


def show(report: "RunReport", notes: tuple[str, ...]) -> None:
    """The same for people; what was odd goes to stderr."""
    from slopbench.printable import visible
    from slopbench.report.terminal import counted, place

    for note in notes[:SHOWN_NOTES]:
        typer.echo(f"note: {visible(note)}", err=True)
    if len(notes) > SHOWN_NOTES:
        typer.echo(f"note: {len(notes) - SHOWN_NOTES} more, see --json", err=True)
    typer.echo(f"{counted(report)}\nwritten to {visible(place(report.directory.root))}")
