"""`runners list|show`: who can work on problems."""

import json
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import BenchOption, JsonOption
from slopbench.cli.tables import show_table

if TYPE_CHECKING:
    from slopbench.runner.model import Runner

app = typer.Typer(no_args_is_help=True, help="List and read runners.", rich_markup_mode=None)


@app.command("list")
def list_runners(bench: BenchOption = None, as_json: JsonOption = False) -> None:
    """List the runners, and the prompts for them.

    \b
    Examples:
      slopbench runners list
      slopbench runners list --json
    """
    from slopbench.problem.bench import Bench
    from slopbench.runner.load import load_runner, runner_folders
    from slopbench.runner.prompts import prompt_files

    place = Bench.locate(bench)
    rows = [summary(load_runner(folder)) for folder in runner_folders(place).values()]
    prompts = list(prompt_files(place))
    if as_json:
        typer.echo(json.dumps({"runners": rows, "prompts": prompts}))
        return
    columns = ("name", "kind", "version", "summary")
    show_table(columns, ([row[column] for column in columns] for row in rows))
    typer.echo(f"\nprompts: {', '.join(prompts)}")


@app.command()
def show(
    name: Annotated[
        str, typer.Argument(metavar="NAME|DIR", help="A runner's name, or a folder such as ./mine.")
    ],
    bench: BenchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what a runner is and what it starts.

    \b
    Examples:
      slopbench runners show reference
      slopbench runners show ./my-agent --json
    """
    from slopbench.problem.bench import Bench
    from slopbench.runner.load import find_runner

    found = details(find_runner(Bench.locate(bench), name))
    if as_json:
        typer.echo(json.dumps(found))
        return
    for key, value in found.items():
        typer.echo(f"{key}: {value if isinstance(value, str) else json.dumps(value)}")


def summary(runner: "Runner") -> dict[str, Any]:
    """One runner as `runners list --json` gives it."""
    return {
        "name": runner.name,
        "version": runner.version,
        "kind": runner.kind,
        "summary": runner.summary,
    }


def details(runner: "Runner") -> dict[str, Any]:
    """One runner as `runners show --json` gives it."""
    keys = runner.model_dump(
        mode="json", exclude={"schema_version", "folder"}, exclude_none=True, exclude_defaults=True
    )
    return {**summary(runner), **keys, "folder": str(runner.folder)}
