"""`problems list|show|new|lint|validate`: what is asked, and whether it is fit to be asked."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import (
    BenchOption,
    JsonOption,
    LanguageOption,
)
from slopbench.cli.tables import show_table
from slopbench.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from slopbench.problem.faults import BrokenProblem
    from slopbench.problem.lint.finding import Finding
    from slopbench.problem.model import Problem

app = typer.Typer(
    no_args_is_help=True, help="List, read, write and check problems.", rich_markup_mode=None
)

SlugArgument = Annotated[str, typer.Argument(metavar="SLUG", help="The name of a problem.")]
SlugsArgument = Annotated[
    list[str] | None, typer.Argument(metavar="SLUG", help="Names of problems; all if none.")
]
CheckpointOption = Annotated[
    int | None, typer.Option("--checkpoint", metavar="N", help="Only this checkpoint.")
]


@app.command("list")
def list_problems(
    bench: BenchOption = None,
    names: Annotated[bool, typer.Option("--names", help="Print the names alone.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the problems of the benchmark.

    Those that can't be loaded are named on stderr, and the exit status is 1.

    \b
    Examples:
      slopbench problems list
      slopbench problems list --names
      slopbench problems list --bench my-bench --json
    """
    from slopbench.problem.bench import Bench

    problems, broken = Bench.locate(bench).loadable()
    rows = [summary(problem) for problem in problems]
    if as_json:
        typer.echo(json.dumps({"problems": rows, "broken": broken_rows(broken)}))
    elif names:
        for row in rows:
            typer.echo(row["name"])
    else:
        show_problems(rows)
    for error in broken.values():
        typer.echo(f"error: {error}", err=True)
    raise typer.Exit(ExitCode.FAILED if broken else ExitCode.OK)


@app.command()
def show(
    slug: SlugArgument,
    checkpoint: CheckpointOption = None,
    spec: Annotated[
        bool, typer.Option("--spec", help="Print the specification as an agent gets it.")
    ] = False,
    language: LanguageOption = "python",
    bench: BenchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a problem: checkpoints and number of tests.

    Tests are counted without running them, so the rows of a parametrised test count as one.

    \b
    Examples:
      slopbench problems show tallyroom
      slopbench problems show tallyroom --checkpoint 2 --spec
    """
    from slopbench.problem.bench import Bench

    problem = Bench.locate(bench).problem(slug)
    if spec:
        typer.echo(spec_text(problem, checkpoint, language), nl=False)
        return
    rows = [checkpoint_summary(problem, n) for n in chosen_numbers(problem, checkpoint)]
    if as_json:
        typer.echo(json.dumps({**summary(problem), "pitch": problem.pitch, "steps": rows}))
        return
    typer.echo(f"{problem.title}\n{problem.pitch}\n")
    for language_name, entry in problem.entry.items():
        typer.echo(f"{language_name}: {entry.in_workspace}")
    groups = dict.fromkeys(name for row in rows for name in row["test_functions"])
    show_table(("n", "title", *groups, "retired"), (table_row(row, groups) for row in rows))
    typer.echo("Test functions are counted; a parametrised one has more tests when it runs.")


@app.command()
def new(slug: SlugArgument, bench: BenchOption = None) -> None:
    """Make a small complete problem to start from.

    It has two checkpoints with tests, references and mutants, and goes into the checkout, or into
    the benchmark folder given with --bench.

    \b
    Examples:
      slopbench problems new pocket-money
      slopbench problems new pocket-money --bench my-bench
    """
    from slopbench.problem.bench import Bench
    from slopbench.problem.scaffold import new_problem

    root = bench.absolute() if bench else Bench.locate(None).root
    for folder in new_problem(root, slug):
        typer.echo(folder)
    place = f" --bench {bench}" if bench else ""
    typer.echo(f"Check it with: slopbench problems validate {slug}{place}", err=True)


@app.command()
def lint(
    slugs: SlugsArgument = None, bench: BenchOption = None, as_json: JsonOption = False
) -> None:
    """Check problems against the rules that need no run.

    Exits 1 if there is an error.

    \b
    Examples:
      slopbench problems lint
      slopbench problems lint tallyroom --json
    """
    from slopbench.problem.bench import Bench
    from slopbench.problem.lint.registry import lint_problem

    place = Bench.locate(bench)
    names = list(dict.fromkeys(slugs or place.require_problems()))
    findings = [finding for slug in names for finding in lint_problem(place, slug)]
    errors = sum(finding.severity == "error" for finding in findings)
    if as_json:
        found = [finding.to_json() for finding in findings]
        typer.echo(json.dumps({"problems": names, "errors": errors, "findings": found}))
    else:
        for finding in findings:
            typer.echo(finding_line(finding))
        warnings = len(findings) - errors
        typer.echo(f"problems: {len(names)}, errors: {errors}, warnings: {warnings}")
    raise typer.Exit(ExitCode.FAILED if errors else ExitCode.OK)


def chosen_numbers(problem: "Problem", checkpoint: int | None) -> list[int]:
    """The numbers of all checkpoints, or the one that was asked for."""
    if checkpoint is not None:
        return [problem.checkpoint(checkpoint).n]
    return [each.n for each in problem.checkpoints]


def summary(problem: "Problem") -> dict[str, Any]:
    """One problem as `problems list --json` gives it."""
    return {
        "name": problem.slug,
        "title": problem.title,
        "checkpoints": len(problem.checkpoints),
        "languages": list(problem.entry),
        "difficulty": problem.difficulty,
        "interface": problem.interface,
        "tags": list(problem.tags),
    }


def show_problems(rows: list[dict[str, Any]]) -> None:
    """The table of `problems list`; several languages that all problems have are said once."""
    columns = ["name", "checkpoints", "languages", "difficulty", "interface", "title"]
    shared = rows[0]["languages"] if rows else []
    is_shared = len(shared) > 1 and all(row["languages"] == shared for row in rows)
    if is_shared:
        columns.remove("languages")
    show_table(columns, ([row[column] for column in columns] for row in rows))
    if is_shared:
        typer.echo(f"languages: {', '.join(shared)}")


def broken_rows(broken: "Mapping[str, BrokenProblem]") -> list[dict[str, Any]]:
    """The problems that can't be loaded, with every fault."""
    return [
        {"name": slug, "faults": [fault.to_json() for fault in error.faults]}
        for slug, error in broken.items()
    ]


def checkpoint_summary(problem: "Problem", n: int) -> dict[str, Any]:
    """One checkpoint as `problems show --json` gives it."""
    from slopbench.problem.markers import count_groups

    checkpoint = problem.checkpoint(n)
    return {
        "n": n,
        "title": checkpoint.title,
        "punishes": checkpoint.punishes,
        "test_functions": count_groups(problem.test_functions(n)),
        "retired": len(checkpoint.retired),
    }


def table_row(row: dict[str, Any], groups: Iterable[str]) -> list[Any]:
    """One checkpoint for the table of `problems show`, with the number of tests in each group."""
    counts = [row["test_functions"].get(name, 0) for name in groups]
    return [row["n"], row["title"], *counts, row["retired"]]


def spec_text(problem: "Problem", checkpoint: int | None, language: str) -> str:
    if checkpoint is None:
        raise UsageError("--spec needs a checkpoint", where=problem.slug, mend="add --checkpoint N")
    return problem.spec(checkpoint, language)


def finding_line(finding: "Finding") -> str:
    place = f"{finding.file}:{finding.line}" if finding.line else finding.file
    return f"{place}: {finding.severity} [{finding.rule}] {finding.message}; {finding.mend}"
