"""`problems validate`: shows that references pass and that tests can fail."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING, Annotated, Any

import typer

from slopbench.cli.options import (
    BenchOption,
    DependenciesOption,
    JsonOption,
    SandboxOption,
    UnsafeOption,
    checked_sandbox,
)
from slopbench.cli.problems import CheckpointOption, SlugsArgument, chosen_numbers
from slopbench.cli.tables import show_table
from slopbench.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from slopbench.grade.acceptance import CheckpointResult
    from slopbench.grade.model import Until
    from slopbench.grade.validate import Step
    from slopbench.problem.bench import Bench
    from slopbench.problem.model import Problem
    from slopbench.sandbox.protocol import Backend

JobsOption = Annotated[
    int, typer.Option("-j", "--jobs", metavar="N", min=1, help="How many gradings run at a time.")
]
LanguagesOption = Annotated[
    str | None,
    typer.Option(metavar="LANGUAGE", help="Only this one; by default all that have references."),
]
FIGURES = {
    "reference": "reference",
    "other order": "order_and_environment",
    "nulls": "null_programs",
    "previous": "previous_reference_new_tests_passed",
    "mutants": "mutants",
    "seconds": "seconds",
}


def validate(
    slugs: SlugsArgument = None,
    everything: Annotated[bool, typer.Option("--all", help="All problems.")] = False,
    checkpoint: CheckpointOption = None,
    language: LanguagesOption = None,
    sandbox: SandboxOption = "auto",
    unsafe: UnsafeOption = False,
    jobs: JobsOption = 1,
    again: Annotated[
        bool, typer.Option("--again", help="Also what has not changed since it was found sound.")
    ] = False,
    survey: Annotated[
        bool, typer.Option("--survey", help="Run every mutant to the end; list unfailed tests.")
    ] = False,
    dependencies: DependenciesOption = "none",
    bench: BenchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run the references and mutants of problems.

    The references must pass every test, each mutant must fail one.

    Also checked, for each checkpoint: the reference in reverse order with another locale, zone and
    hash seed, programs that do nothing (they pass no test), and the previous reference (it passes a
    fifth of the new tests at most). Writes checkpoints/SLUG/verification.json; what that file shows
    to be sound and unchanged isn't run again. Exits 1 if something does not hold, and says what.

    \b
    Examples:
      slopbench problems validate tallyroom
      slopbench problems validate tallyroom --checkpoint 2 --language python -j 2 --json
      slopbench problems validate --all -j 2
      slopbench problems validate --all --again --survey
    """
    from slopbench.grade.dependencies.provide import require_test_packages
    from slopbench.grade.dependencies.source import source_of
    from slopbench.grade.language import toolchain_for
    from slopbench.grade.model import Until
    from slopbench.grade.verification import known_result
    from slopbench.problem.bench import Bench
    from slopbench.sandbox.backends import pick_backend

    place = Bench.locate(bench)
    source = source_of(dependencies)
    problems = chosen_problems(place, slugs, everything)
    steps = [
        replace(step, dependencies=source)
        for step in chosen_steps(place, problems, language, checkpoint)
    ]
    until = Until.END if survey else Until.FIRST_FAILURE
    known = [None if again else known_result(place, step, until) for step in steps]
    backend = pick_backend(checked_sandbox(sandbox, unsafe))
    todo = [step for step, result in zip(steps, known, strict=True) if result is None]
    for name in {step.language for step in todo}:
        toolchain_for([step.problem for step in todo if step.language == name], name, backend)
    require_test_packages(
        {step.problem.slug: step.problem for step in todo}.values(), backend, source
    )
    fresh = iter(measured(place, todo, backend, jobs, until))
    results = [next(fresh) if result is None else result for result in known]
    rows = [
        {"problem": step.problem.slug, **result.to_json(), "reused": was is not None}
        for step, result, was in zip(steps, results, known, strict=True)
    ]
    if as_json:
        typer.echo(as_text(rows))
    else:
        show(rows)
    raise typer.Exit(ExitCode.OK if all(row["ok"] for row in rows) else ExitCode.FAILED)


def measured(
    place: "Bench",
    steps: "Sequence[Step]",
    backend: "Backend",
    jobs: int,
    until: "Until",
) -> "Iterator[CheckpointResult]":
    """Validate steps and keep each result as soon as it is there."""
    from slopbench.grade.validate import sandboxed
    from slopbench.grade.validate import validate as validated
    from slopbench.grade.verification import save_verification

    grader = sandboxed(backend)
    for step, result in validated(
        place, steps, grader=grader, jobs=jobs, mutants_until=until, progress=to_stderr
    ):
        try:
            save_verification(place, step, backend, result)
        except OSError as error:
            to_stderr(f"{error.filename}: not written: {error.strerror}")
        yield result


def chosen_problems(
    place: "Bench", slugs: Sequence[str] | None, everything: bool
) -> "list[Problem]":
    if bool(slugs) == everything:
        raise UsageError(
            "names no problem" if not slugs else "names problems beside --all",
            where="problems validate",
            mend="give either SLUG… or --all",
        )
    return place.problems(slugs)


def chosen_steps(
    place: "Bench", problems: "Sequence[Problem]", language: str | None, checkpoint: int | None
) -> "list[Step]":
    """The checkpoints to validate; without a language, those of each that has references."""
    from slopbench.grade.validate import Step

    steps = []
    for problem in problems:
        known = [name for name in problem.entry if name in place.languages(problem.slug)]
        for name in [language] if language else known or [place.language_of_answers(problem)]:
            problem.entry_for(name)
            steps += [Step(problem, n, name) for n in chosen_numbers(problem, checkpoint)]
    return steps


def as_text(rows: list[dict[str, Any]]) -> str:
    """One object a problem, in a list if there are several."""
    grouped: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row["problem"], []).append(row)
    problems = [
        {"problem": slug, "ok": all(row["ok"] for row in each), "checkpoints": each}
        for slug, each in grouped.items()
    ]
    ok = all(problem["ok"] for problem in problems)
    return json.dumps(problems[0] if len(problems) == 1 else {"ok": ok, "problems": problems})


def show(rows: list[dict[str, Any]]) -> None:
    """Print a table for each problem and language, then what does not hold."""
    for (problem, language), group in groupby(rows, lambda row: (row["problem"], row["language"])):
        typer.echo(f"{problem} in {language}")
        show_table(["n", "new tests", *FIGURES, ""], map(cells, group))
    for row in rows:
        where = f"{row['problem']} checkpoint {row['checkpoint']}"
        for fault in row["faults"]:
            typer.echo(f"{where}: {fault}")
        for test in row["tests_no_mutant_fails"] or ():
            typer.echo(f"{where}: no mutant fails {test}")


def cells(row: dict[str, Any]) -> list[Any]:
    """One checkpoint as a row of a table; new tests as core + functionality + error."""
    new = (row["new_tests"] or {}).values()
    previous = row["previous_reference_new_tests_passed"]
    figures = {
        **row,
        "previous_reference_new_tests_passed": None if previous is None else [previous, sum(new)],
    }
    shown_figures = (shown(figures[key]) for key in FIGURES.values())
    return [row["checkpoint"], " + ".join(map(str, new)) or "-", *shown_figures, verdict(row)]


def shown(value: Any) -> str:
    """A figure of validation for people: `3/4` for counts, `-` for what was not measured."""
    if isinstance(value, dict | list):
        part, total = value.values() if isinstance(value, dict) else value
        return f"{part}/{total}"
    return "-" if value is None else str(value)


def verdict(row: dict[str, Any]) -> str:
    if not row["ok"]:
        return "NOT OK"
    return "unchanged" if row["reused"] else "ok"


def to_stderr(line: str) -> None:
    typer.echo(line, err=True)
