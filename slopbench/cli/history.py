"""`slopbench history`: the quality of code along the commits of a repository."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slopbench.cli.options import JsonOption
from slopbench.cli.score import NoCacheOption, ReadersOption, means_of, print_json, print_rendered
from slopbench.errors import InfrastructureError, UsageError

if TYPE_CHECKING:
    from slopbench.quality.history.course import Course
    from slopbench.quality.history.repository import Repository
    from slopbench.quality.history.revisions import Commit
    from slopbench.quality.reading import Means


DEFAULT_LIMIT = 100


def register(app: typer.Typer) -> None:
    """Add the commands of this group."""
    app.command()(history)


def history(
    repo: Annotated[
        Path, typer.Argument(metavar="REPO", help="A git repository, or a folder in one.")
    ],
    path: Annotated[
        str,
        typer.Argument(
            metavar="PATH", help="A folder in it, to score that alone.", show_default=False
        ),
    ] = "",
    every: Annotated[
        int | None,
        typer.Option("--every", min=1, metavar="N", help="Each N-th commit, from the last one."),
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="No commit before this date.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="No commit after this date.")
    ] = None,
    tags: Annotated[
        bool, typer.Option("--tags", help="The tagged commits in place of the first parents.")
    ] = False,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            min=1,
            metavar="K",
            show_default="100, without --every and --tags",
            help="No more than K commits, evenly spaced.",
        ),
    ] = None,
    rev: Annotated[
        str | None,
        typer.Option(
            "--rev", metavar="REV", show_default="HEAD", help="Go back from this revision."
        ),
    ] = None,
    as_json: JsonOption = False,
    plot: Annotated[
        Path | None,
        typer.Option("--plot", metavar="FILE", help="Draw the curves into a .png or .svg too."),
    ] = None,
    jobs: ReadersOption = None,
    no_cache: NoCacheOption = False,
) -> None:
    """Score a repository along its commits or tags.

    The commits are the first parents of HEAD.

    Nothing of the repository is run or changed, and only what a commit changes is read anew. A
    commit that can't be scored has a row with the cause; the status is 3 if all are so.

    \b
    Examples:
      slopbench history .
      slopbench history . src --since 2026-01-01 --every 5
      slopbench history . --since "6 months ago" --plot history.svg
      slopbench history . --tags --json
    """
    from slopbench.quality.history.repository import Repository
    from slopbench.quality.history.revisions import first_parents, tagged
    from slopbench.quality.history.sample import Sample

    form = None if plot is None else form_of(plot)
    most = limit or (None if every or tags else DEFAULT_LIMIT)
    sample = Sample.asked(since, until, every, most)
    repository = Repository.of(repo)
    found = tagged(repository, rev) if tags else first_parents(repository, rev or "HEAD")
    chosen = sample.of(found)
    typer.echo(f"{len(chosen):,} of {len(found):,} commits", err=True)
    course = walked(repository, chosen, path, means_of(jobs, no_cache=no_cache))
    if plot is not None and form is not None:
        write_picture(course, plot, form)
    show(course, as_json=as_json)
    check_scores(course)


def show(course: "Course", *, as_json: bool) -> None:
    """The answer on stdout."""
    from slopbench.quality.history.display import shown

    if as_json:
        print_json(course.to_json())
    else:
        print_rendered([shown(course)])


def form_of(plot: Path) -> str:
    """The form of a picture, by its file's name. Raises UsageError if it can't be drawn."""
    from slopbench.quality.history.figure import FORMATS, check_extra

    form = plot.suffix.lower().removeprefix(".")
    if form not in FORMATS:
        raise UsageError("is neither .png nor .svg", where=str(plot), mend="name it so")
    check_extra()
    return form


def walked(
    repository: "Repository", commits: "list[Commit]", path: str, means: "Means"
) -> "Course":
    """Score the commits, and say on stderr how far that is."""
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn

    from slopbench.quality.history.course import Course
    from slopbench.quality.history.walk import walk

    inside = repository.path_of(path)
    console = Console(stderr=True)
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    silent = not console.is_terminal
    with Progress(*columns, console=console, transient=True, disable=silent) as progress:
        task = progress.add_task("commits", total=len(commits))
        rows = walk(repository, commits, inside, means, lambda _: progress.advance(task))
    return Course(repository, inside, tuple(rows))


def write_picture(course: "Course", plot: Path, form: str) -> None:
    """Write the picture, whole or not at all. Raises UsageError where it can't."""
    from slopbench.quality.history.figure import picture
    from slopbench.run.artefacts import write_atomically

    try:
        write_atomically(plot.absolute(), picture(course, form))
    except OSError as error:
        raise UsageError(
            f"can't be written: {error.strerror}", where=str(plot), mend="choose another file"
        ) from error


def check_scores(course: "Course") -> None:
    """Raises UsageError if no commit has the folder, InfrastructureError if all have failed."""
    from slopbench.quality.history.walk import NO_FOLDER

    if all(row.cause == NO_FOLDER for row in course.rows):
        raise UsageError(
            "is a folder of none of these commits",
            where=course.path,
            mend="name a folder that is committed",
        )
    if all(row.failed for row in course.rows):
        raise InfrastructureError(
            "no commit could be scored",
            where=str(course.repository.folder),
            mend="see the causes in the output",
        )
