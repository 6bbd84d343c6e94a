"""`rescore`, `regrade`: results made anew from the stored snapshots of a run."""

from typing import TYPE_CHECKING, Annotated

import typer

from slopbench.cli.options import BenchOption, JsonOption, UnsafeOption, checked_sandbox
from slopbench.cli.run import JobsOption, RunArgument, print_json
from slopbench.errors import ExitCode

if TYPE_CHECKING:
    from slopbench.run.directory import RunDirectory
    from slopbench.run.plan import Plan
    from slopbench.run.revision import Item, Revised, Revision

DryRunOption = Annotated[
    bool, typer.Option("--dry-run", help="Say what would be made anew; change nothing.")
]


def register(app: typer.Typer) -> None:
    for command in (rescore, regrade):
        app.command()(command)


def rescore(
    run: RunArgument,
    dry_run: DryRunOption = False,
    jobs: JobsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Score the stored snapshots of a run with the scoring of today.

    What was scored with the same already is left as it is, and nothing is overwritten: the report
    uses the newest score. Exit status: 0 every snapshot has the score of today; 3 the machine
    failed; 130 interrupted.

    \b
    Examples:
      slopbench rescore runs/20261124-093000-reference-5e1f --dry-run
      slopbench rescore runs/20261124-093000-reference-5e1f
    """
    from slopbench.run.rescoring import rescoring

    finish(*rescoring(run), dry_run, jobs, as_json)


def regrade(
    run: RunArgument,
    bench: BenchOption = None,
    sandbox: Annotated[
        str | None,
        typer.Option(
            "--sandbox",
            metavar="NAME",
            show_default="that of the run, or auto",
            help="auto, bubblewrap or docker; none only with --unsafe.",
        ),
    ] = None,
    unsafe: UnsafeOption = False,
    dependencies: Annotated[
        str | None,
        typer.Option(
            "--dependencies",
            metavar="none|registry|DIR",
            show_default="those of the run",
            help="Where foreign sets get packages: uv's index, or a folder of wheels.",
        ),
    ] = None,
    dry_run: DryRunOption = False,
    jobs: JobsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Grade the stored snapshots of a run with the tests of today.

    No agent starts. What was graded with the same tests and tools already is left as it is, and nothing is
    overwritten: the report uses the newest outcomes. Exit status: 0 every snapshot has the outcomes
    of today; 3 some couldn't be graded, or the machine failed; 130 interrupted.

    \b
    Examples:
      slopbench regrade runs/20261124-093000-reference-5e1f --dry-run
      slopbench regrade runs/imported --bench slop-code-bench/problems --dependencies registry
    """
    from slopbench.run.regrading import regrading

    chosen = None if sandbox is None else checked_sandbox(sandbox, unsafe)
    finish(*regrading(run, bench, chosen, dependencies), dry_run, jobs, as_json)


def finish(
    directory: "RunDirectory",
    plan: "Plan",
    revision: "Revision",
    dry_run: bool,
    jobs: int | None,
    as_json: bool,
) -> None:
    """Do it or say what would be done, and leave with the exit status of that."""
    from slopbench.run.launch import default_jobs
    from slopbench.run.revision import foresee, revise

    if dry_run:
        revised = foresee(directory, plan, revision)
    else:
        revised = revise(directory, plan, revision, jobs or default_jobs(), show_item)
        derive_table(revised)
    if as_json:
        print_json(summary(revised, dry_run))
    else:
        show(revised, dry_run)
    raise typer.Exit(exit_code(revised))


def show_item(item: "Item") -> None:
    """One line on stderr for what was made anew, or couldn't be."""
    typer.echo(named(item), err=True)


def derive_table(revised: "Revised") -> None:
    from slopbench.report.rows import RunReport
    from slopbench.report.tidy import write_table

    write_table(RunReport.read(revised.directory.root))


def summary(revised: "Revised", dry_run: bool) -> dict[str, object]:
    """The object of `--json`: how many of each fate, and what became of each checkpoint."""
    from slopbench.run.revision import Fate

    return {
        "run_id": revised.plan.run_id,
        "dir": str(revised.directory.root),
        "dry_run": dry_run,
        **{fate.value: len(revised.of(fate)) for fate in Fate},
        "checkpoints": [
            {
                **vars(item.key),
                "try": item.attempt or None,
                "fate": item.fate,
                "reason": item.reason,
            }
            for item in revised.items
        ],
    }


def show(revised: "Revised", dry_run: bool) -> None:
    """The same for people."""
    from slopbench.run.revision import Fate

    if dry_run:
        for item in revised.items:
            typer.echo(named(item))
    found = ", ".join(f"{len(revised.of(fate))} {fate.value}" for fate in Fate)
    typer.echo(f"{'would be: ' if dry_run else ''}{found}")
    if revised.interrupted:
        typer.echo(f"interrupted by {revised.interrupted}; start it again to go on", err=True)


def named(item: "Item") -> str:
    key = item.key
    return f"{key.problem} #{key.sample} checkpoint {key.checkpoint}: {item.fate}: {item.reason}"


def exit_code(revised: "Revised") -> ExitCode:
    """OK unless something was due and isn't there."""
    from slopbench.run.revision import Fate

    if revised.interrupted:
        return ExitCode.INTERRUPTED
    return ExitCode.INFRASTRUCTURE if revised.of(Fate.KEPT) else ExitCode.OK
