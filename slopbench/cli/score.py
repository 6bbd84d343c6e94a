"""`slopbench score`: the quality of the code in a folder."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopbench.cli.options import JsonOption

if TYPE_CHECKING:
    from slopbench.quality.crosscheck import Agreement
    from slopbench.quality.score import Score

DEFAULT_HOTSPOTS = 5


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(score)


def score(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder of the code.")],
    as_json: JsonOption = False,
    lines: Annotated[
        bool, typer.Option("--lines", help="Show every flagged line and what flagged it.")
    ] = False,
    hotspots: Annotated[
        int | None,
        typer.Option(
            "--hotspots", min=0, metavar="N", help="The N heaviest functions and largest clones."
        ),
    ] = None,
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="Compare complexities with radon and lizard.")
    ] = False,
) -> None:
    """Score the code of a folder: erosion and clones.

    Nothing of the folder is run. Without source code the numbers are null and the status is 0.

    \b
    Examples:
      slopbench score .
      slopbench score src --hotspots 10
      slopbench score src --json --lines
      slopbench score src --cross-check
    """
    from slopbench.quality.score import score_tree

    measured = score_tree(path)
    if as_json:
        print_json(measured, hotspots, lines=lines, cross_check=cross_check)
    else:
        print_summary(measured, hotspots, lines=lines, cross_check=cross_check)


def print_json(measured: "Score", hotspots: int | None, *, lines: bool, cross_check: bool) -> None:
    """One object on stdout, with the parts that were asked for."""
    import json

    from slopbench.quality import provenance

    answer = measured.to_json()
    if lines:
        answer |= provenance.flagged(measured.production)
    if hotspots is not None:
        answer["hotspots"] = provenance.hotspots(measured.production, hotspots)
    if cross_check:
        answer["cross_check"] = {
            tool: agreement.to_json() for tool, agreement in agreements(measured).items()
        }
    typer.echo(json.dumps(answer, indent=2))


def print_summary(
    measured: "Score", hotspots: int | None, *, lines: bool, cross_check: bool
) -> None:
    """The score for a person, on stdout."""
    from rich.console import Console

    from slopbench.quality import display

    console = Console(highlight=False, markup=False, emoji=False)
    console.print(display.summary(measured, DEFAULT_HOTSPOTS if hotspots is None else hotspots))
    if lines:
        console.print(display.flagged_table(measured.production))
    if cross_check:
        console.print(display.agreement_table(agreements(measured)))


def agreements(measured: "Score") -> "dict[str, Agreement]":
    """What radon and lizard say of the production code."""
    from slopbench.quality.crosscheck import cross_check

    return cross_check(measured.root, measured.production.files)
