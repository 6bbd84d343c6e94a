"""`slopbench score`: the quality of the code in a folder."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import JsonOption
from slopbench.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from slopbench.quality.reading import Means
    from slopbench.quality.views import View

NoCacheOption = Annotated[
    bool, typer.Option("--no-cache", help="Read every file anew, and store nothing.")
]
ReadersOption = Annotated[
    int | None, typer.Option("-j", "--jobs", min=1, metavar="N", help="Read N files at once.")
]


def limit(what: str) -> Any:
    """The option of a limit; more than it, or no number at all, makes the status 1."""
    said = f"Exit with 1 if {what} is above X."
    return typer.Option(min=0, metavar="X", help=said, rich_help_panel="Limits")


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(score)


def score(
    path: Annotated[Path, typer.Argument(metavar="PATH", help="The folder of the code.")],
    as_json: JsonOption = False,
    sarif: Annotated[
        bool, typer.Option("--sarif", help="Print a SARIF log, for code hosts and editors.")
    ] = False,
    diff: Annotated[
        str | None,
        typer.Option("--diff", metavar="REV", help="Score only what was added since a revision."),
    ] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="Show every flagged line and what flagged it.")
    ] = False,
    hotspots: Annotated[
        int | None,
        typer.Option(
            "--hotspots", min=0, metavar="N", help="The N heaviest functions, clones and rules."
        ),
    ] = None,
    cross_check: Annotated[
        bool, typer.Option("--cross-check", help="Compare complexities with radon and lizard.")
    ] = False,
    scb_check: Annotated[
        str | None,
        typer.Option(
            "--scb-check",
            metavar="PROGRAM",
            help="Show the figures of an installed scb-check too: its path or name.",
        ),
    ] = None,
    language: Annotated[
        list[str] | None,
        typer.Option("--language", metavar="NAME", help="Score only this language; repeatable."),
    ] = None,
    max_erosion: Annotated[float | None, limit("erosion")] = None,
    max_excess: Annotated[float | None, limit("excess")] = None,
    max_verbosity: Annotated[float | None, limit("verbosity")] = None,
    max_clone_share: Annotated[float | None, limit("the share of cloned lines")] = None,
    max_cc: Annotated[float | None, limit("the complexity of any function")] = None,
    max_parse_errors: Annotated[float | None, limit("the number of files with errors")] = None,
    jobs: ReadersOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Score the code of a folder: erosion and verbosity.

    Nothing of the folder is run. Without source code the numbers are null and the status is 0.
    With --diff the numbers, the lines and the limits are those of the lines that were added since
    the revision, and of the functions that became complex.

    \b
    Examples:
      slopbench score .
      slopbench score src --hotspots 10
      slopbench score src --json --lines
      slopbench score . --max-erosion 0.3 --max-verbosity 0.1
      slopbench score . --diff main --max-cc 10
      slopbench score . --language python --language go
      slopbench score . --scb-check scb-check
      slopbench score . --sarif > slopbench.sarif
    """
    from slopbench.quality.views import Asked

    if as_json and sarif:
        raise UsageError("--json and --sarif don't go together", where="score", mend="choose one")
    if scb_check is not None and (sarif or diff is not None):
        raise UsageError(
            "--scb-check goes with neither --sarif nor --diff", where="score", mend="leave it out"
        )
    limits = {
        "erosion": max_erosion,
        "excess": max_excess,
        "verbosity": max_verbosity,
        "clone_share": max_clone_share,
        "max_cc": max_cc,
        "parse_errors": max_parse_errors,
    }
    view = view_of(path, diff, known_languages(language), means_of(jobs, no_cache=no_cache))
    asked = Asked(lines, hotspots, cross_check, scb_check)
    if sarif:
        print_json(view.sarif())
    elif as_json:
        print_json(view.json(asked))
    else:
        print_rendered(view.rendered(asked))
    hold(view.limited(), limits)


def means_of(jobs: int | None, *, no_cache: bool) -> "Means":
    """What reading may use: by default the cache, and all processors."""
    from slopbench.quality.cache import cache_file
    from slopbench.quality.reading import Means, available_jobs

    return Means(None if no_cache else cache_file(), jobs or available_jobs())


def known_languages(names: list[str] | None) -> list[str]:
    """The names, if each is that of a language that can be scored. Raises UsageError."""
    from slopbench.quality.languages import NAMES

    for name in names or ():
        if name not in NAMES:
            known = ", ".join(sorted(NAMES))
            raise UsageError(
                f"{name!r} is no known language", where="--language", mend=f"one of {known}"
            )
    return names or []


def view_of(path: Path, revision: str | None, languages: list[str], means: "Means") -> "View":
    """The tree as it is, or what was added to it since a revision."""
    from slopbench.quality.score import score_tree
    from slopbench.quality.views import DifferenceView, WholeView

    score = score_tree(path, means=means, languages=languages)
    if revision is None:
        return WholeView(score)
    from slopbench.quality.difference import Difference
    from slopbench.quality.history.revisions import tree_before

    with tree_before(path, revision) as folder:
        before = score_tree(folder, means=means, languages=languages)
    return DifferenceView(score, revision, Difference(before.production, score.production))


def print_json(answer: Mapping[str, Any]) -> None:
    """One object on stdout."""
    import json

    typer.echo(json.dumps(answer, indent=2))


def print_rendered(shown: "Sequence[RenderableType]") -> None:
    """For a person, on stdout."""
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    for each in shown:
        console.print(each)


def hold(numbers: Mapping[str, object], limits: Mapping[str, float | None]) -> None:
    """Say which limits aren't kept, on stderr; if there are any, the status is 1."""
    from slopbench.quality.thresholds import breaches

    found = breaches(numbers, limits)
    for breach in found:
        typer.echo(f"above the limit: {breach}", err=True)
    if found:
        raise typer.Exit(ExitCode.FAILED)
