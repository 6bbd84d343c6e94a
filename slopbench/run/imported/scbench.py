"""Brings a recorded run of SlopCodeBench into a run directory of ours, whole or not at all."""

import hashlib
import re
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from slopbench import __version__
from slopbench.errors import UsageError
from slopbench.printable import visible
from slopbench.problem.bench import Bench
from slopbench.problem.scbench.model import ScbenchProblem
from slopbench.run.directory import RunDirectory
from slopbench.run.host import disk_floor_mb, require_git, require_room
from slopbench.run.imported.layout import (
    SETTINGS_BYTES,
    Layout,
    RecordedProblem,
    read_layout,
)
from slopbench.run.imported.outcomes import SCHEMA
from slopbench.run.imported.rows import RecordedRows
from slopbench.run.imported.source import SourceFolder, TooLarge, refused
from slopbench.run.imported.staging import staged
from slopbench.run.imported.subject import named_problems, read_config, read_subject
from slopbench.run.imported.writing import RunWriter
from slopbench.run.journal import Key
from slopbench.run.plan import (
    Imported,
    Measure,
    Plan,
    PlannedProblem,
    Settings,
    Subject,
    new_run_id,
    utc_now,
)

FORMAT = "scbench-run"
SANDBOX = "imported"
NOT_SCORED = "not scored"
MOST_NOTES = 1000


@dataclass(frozen=True)
class Request:
    """What a user asked for; `argv` is the exact command."""

    source: Path
    out: Path | None
    bench: Path | None
    argv: Sequence[str]


@dataclass(frozen=True)
class Done:
    """Where the run is now, and one line for all that was odd in the folder."""

    root: Path
    notes: tuple[str, ...]


def import_run(request: Request, progress: Callable[[Key], None]) -> Done:
    """Import a run; `progress` is told of each checkpoint that was brought over.

    Raises UsageError, and then nothing was imported, if the folder is no recorded run, holds what
    no engine leaves there, or contradicts the problem set; InfrastructureError if the machine fails.
    """
    require_git()
    known = known_checkpoints(request.bench)
    with SourceFolder.at(request.source.absolute()) as run:
        config = read_config(run)
        subject = read_subject(run, config)
        layout = read_layout(run, named_problems(config), known)
        run_id = new_run_id(re.sub(r"[^A-Za-z0-9_-]", "", subject.runner))
        root = (request.out or Path("runs") / run_id).absolute()
        require_room((root,), disk_floor_mb())
        with staged(root) as folder, closing(RecordedRows(run)) as rows:
            layout.notes += rows.notes
            plan = make_plan(request, run_id, subject, layout, environment_hash(run))
            directory = RunDirectory.create(folder, plan)
            with RunWriter(directory, plan) as writer:
                for problem in layout.problems:
                    bring_over(run, problem, rows, writer, progress)
                notes = (*layout.notes, *writer.finish())
    return Done(root, notes)


def bring_over(
    run: SourceFolder,
    problem: RecordedProblem,
    rows: RecordedRows,
    writer: RunWriter,
    progress: Callable[[Key], None],
) -> None:
    """All checkpoints of a problem that have a folder, one after the other."""
    if not problem.present:
        return
    with run.folder(problem.slug) as folder:
        for n, name in enumerate(problem.checkpoints, start=1):
            if name in problem.present:
                with folder.folder(name) as checkpoint:
                    writer.write(
                        checkpoint,
                        (problem.slug, n, problem.checkpoints),
                        rows.of(problem.slug, name),
                    )
            progress(Key(problem.slug, 1, n))


def known_checkpoints(folder: Path | None) -> dict[str, list[str]] | None:
    """The checkpoints of each problem of a set, by their names in order. Raises UsageError."""
    if folder is None:
        return None
    bench = Bench.locate(folder)
    known = {}
    for problem in bench.problems():
        if not isinstance(problem, ScbenchProblem):
            raise UsageError(
                "is no SlopCodeBench problem set",
                where=str(folder),
                mend="give the set that the run was made with, or leave out --bench",
            )
        numbers = range(1, len(problem.checkpoints) + 1)
        known[problem.slug] = [problem.checkpoint_name(n) for n in numbers]
    return known


def environment_hash(run: SourceFolder) -> str:
    """What stands for their tools: a hash of the description of their environment."""
    try:
        content = run.file("environment.yaml", SETTINGS_BYTES)
    except TooLarge as error:
        raise refused(run.shown / "environment.yaml", str(error)) from error
    return f"{SCHEMA}:{hashlib.sha256(content).hexdigest() if content else 'unknown'}"


def make_plan(
    request: Request, run_id: str, subject: Subject, layout: Layout, environment: str
) -> Plan:
    """The plan of the imported run. Nothing in its measure equals anything that we measure with."""
    identities = "\n".join(problem.identity for problem in layout.problems)
    return Plan(
        run_id=run_id,
        created=utc_now(),
        engine=f"slop-code-bench, imported by slopbench {__version__}",
        command=tuple(request.argv),
        sandbox=SANDBOX,
        tools={},
        enforcement={},
        subject=subject,
        measure=Measure(
            problem_set_hash=f"{SCHEMA}:{hashlib.sha256(identities.encode()).hexdigest()}",
            grading_schema=SCHEMA,
            quality_fingerprint=NOT_SCORED,
            toolchain=environment,
            limits={},
            network="unknown",
            dependencies="unknown",
        ),
        settings=Settings(
            bench=str(request.bench.absolute()) if request.bench else None,
            runner=subject.runner,
            command=None,
            prompt=subject.prompt,
            samples=1,
            stop_on="never",
        ),
        problems=tuple(
            PlannedProblem(
                slug=problem.slug,
                title=problem.slug,
                content_hash=f"{SCHEMA}:{problem.identity}",
                checkpoints=len(problem.checkpoints),
            )
            for problem in layout.problems
        ),
        imported=Imported(
            format=FORMAT,
            source=visible(request.source.absolute().name),
            notes=first(layout.notes),
        ),
    )


def first(notes: Sequence[str]) -> tuple[str, ...]:
    """As many notes as a plan should hold; how many more there were is the last of them."""
    more = len(notes) - MOST_NOTES
    return (*notes[:MOST_NOTES], *((f"{more} more",) if more > 0 else ()))
