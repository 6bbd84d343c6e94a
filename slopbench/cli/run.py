"""`run`, `resume`, `status`: plan a run, go on with it, see how far it is."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopbench.cli.options import (
    BenchOption,
    DependenciesOption,
    JsonOption,
    LanguageOption,
    SandboxOption,
    UnsafeOption,
    checked_sandbox,
)
from slopbench.cli.packages import note_missing_packages
from slopbench.errors import ExitCode

if TYPE_CHECKING:
    from slopbench.run.launch import Ended


class StopOn(StrEnum):
    """Values of --stop-on."""

    NEVER = "never"
    FAIL = "fail"


JobsOption = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        show_default="1 or 2, by cores",
        help="Attempts at once.",
    ),
]
RunArgument = Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a run.")]


def register(app: typer.Typer) -> None:
    for command in (run, resume, status):
        app.command()(command)


def run(
    bench: BenchOption = None,
    problem: Annotated[
        list[str] | None,
        typer.Option("--problem", metavar="SLUG", help="A problem; may be repeated. Default: all."),
    ] = None,
    runner: Annotated[
        str, typer.Option("--runner", metavar="NAME|DIR", help="Who works on the problems.")
    ] = "reference",
    command: Annotated[
        str | None,
        typer.Option("--command", metavar="CMD", help="What the runner `command` starts."),
    ] = None,
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="M", help="The agent's model: recorded, not passed on."),
    ] = None,
    prompt: Annotated[
        str, typer.Option("--prompt", metavar="NAME|FILE", help="The template of the prompt.")
    ] = "just-solve",
    language: LanguageOption = "python",
    samples: Annotated[
        int, typer.Option("--samples", min=1, metavar="K", help="Attempts at each problem.")
    ] = 1,
    sandbox: SandboxOption = "auto",
    unsafe: UnsafeOption = False,
    dependencies: DependenciesOption = "none",
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="DIR", help="The folder of the run.", show_default="runs/ID"),
    ] = None,
    jobs: JobsOption = None,
    stop_on: Annotated[
        StopOn, typer.Option("--stop-on", help="End an attempt at its first failed checkpoint.")
    ] = StopOn.NEVER,
    agent_minutes: Annotated[
        float | None,
        typer.Option(
            "--agent-minutes", metavar="N", min=0.01, show_default="60", help="Time a checkpoint."
        ),
    ] = None,
    agent_memory_mb: Annotated[
        int | None,
        typer.Option(
            "--agent-memory-mb",
            metavar="N",
            min=64,
            show_default="4096",
            help="The agent's memory.",
        ),
    ] = None,
    agent_disk_mb: Annotated[
        int | None,
        typer.Option(
            "--agent-disk-mb", metavar="N", min=1, show_default="1024", help="The agent's disk."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Run problems: a runner works, checkpoint by checkpoint.

    Each checkpoint is graded by hidden tests and scored; at the end stands the report.

    Exit status: 0 every planned checkpoint was graded, whatever it scored; 2 the run can't begin as
    asked; 3 something failed that is no fault of the agent; 4 a limit left checkpoints unreached
    (--stop-on, or files that can't be stored); 130 interrupted. `slopbench resume` goes on after
    3 and 130.

    \b
    Examples:
      slopbench run
      slopbench run --problem tallyroom --runner sloppy --out runs/sloppy
      slopbench run --runner command --command 'my-agent < $SLOPBENCH_PROMPT'
      slopbench run --runner ./my-agent --samples 3 --agent-minutes 20 --json
    """
    from slopbench.run.launch import Request, chosen_limits, default_jobs, start
    from slopbench.run.progress import shown

    request = Request(
        bench=bench,
        problems=problem or [],
        runner=runner,
        command=command,
        model=model,
        prompt=prompt,
        language=language,
        samples=samples,
        sandbox=checked_sandbox(sandbox, unsafe),
        out=out,
        jobs=jobs or default_jobs(),
        stop_on=stop_on.value,
        limits=chosen_limits(agent_minutes, agent_memory_mb, agent_disk_mb),
        argv=["slopbench", *sys.argv[1:]],
        dependencies=dependencies,
    )
    finish(start(request, shown), as_json)


def resume(run: RunArgument, jobs: JobsOption = None, as_json: JsonOption = False) -> None:
    """Go on with an interrupted or broken run.

    What was finished isn't done again. Exit status as of `run`.

    \b
    Examples:
      slopbench resume runs/20261124-093000-reference-5e1f
    """
    from slopbench.run.launch import default_jobs
    from slopbench.run.launch import resume as go_on
    from slopbench.run.progress import shown

    finish(go_on(run, jobs or default_jobs(), shown), as_json)


def status(run: RunArgument, as_json: JsonOption = False) -> None:
    """Show how far a run is, also while it is under way.

    \b
    Examples:
      slopbench status runs/20261124-093000-reference-5e1f
    """
    from slopbench.report.rows import RunReport
    from slopbench.report.standings import print_standing, standing

    found = standing(RunReport.read(run))
    if as_json:
        print_json(found)
    else:
        print_standing(found)


def finish(ended: "Ended", as_json: bool) -> None:
    """Derive the table, print the report, and leave with the exit status of the run."""
    from slopbench.report.rows import RunReport
    from slopbench.report.summary import exit_code, summary
    from slopbench.report.terminal import show
    from slopbench.report.tidy import write_table

    report = RunReport.read(ended.root)
    write_table(report)
    if as_json:
        print_json(summary(report))
    else:
        show(report)
    note_missing_packages(report)
    if ended.interrupted:
        line = f"interrupted by {ended.interrupted}; go on with: slopbench resume {ended.root}"
        typer.echo(line, err=True)
        raise typer.Exit(ExitCode.INTERRUPTED)
    raise typer.Exit(exit_code(report))


def print_json(found: dict[str, object]) -> None:
    import json

    typer.echo(json.dumps(found))
