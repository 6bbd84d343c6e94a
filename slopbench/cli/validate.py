"""`problems validate`: shows that references pass and that tests can fail."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain
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
from slopbench.cli.problems import CheckpointOption, chosen_numbers
from slopbench.cli.validation import as_text, show
from slopbench.errors import ExitCode, UsageError

if TYPE_CHECKING:
    from slopbench.grade.acceptance import CheckpointResult
    from slopbench.grade.dependencies.model import Source
    from slopbench.grade.model import Until
    from slopbench.grade.validate import Step
    from slopbench.problem.bench import Bench
    from slopbench.problem.faults import BrokenProblem
    from slopbench.problem.model import Problem
    from slopbench.sandbox.protocol import Backend

NamedArgument = Annotated[
    list[str] | None, typer.Argument(metavar="SLUG", help="Names of problems, or else --all.")
]
JobsOption = Annotated[
    int, typer.Option("-j", "--jobs", metavar="N", min=1, help="How many gradings run at a time.")
]
LanguagesOption = Annotated[
    str | None,
    typer.Option(metavar="LANGUAGE", help="Only this one; by default all that have references."),
]


def validate(
    slugs: NamedArgument = None,
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

    The references must pass every test, each mutant must fail one. Of a set in a foreign format the
    references alone are run, and none of its files is written.

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
    from slopbench.grade.dependencies.source import source_of
    from slopbench.grade.model import Until
    from slopbench.problem.bench import Bench
    from slopbench.sandbox.backends import pick_backend

    place, source = Bench.locate(bench), source_of(dependencies)
    problems, broken = chosen_problems(place, slugs, everything, language)
    steps = [
        replace(step, dependencies=source)
        for step in chosen_steps(place, problems, language, checkpoint)
    ]
    until = Until.END if survey else Until.FIRST_FAILURE
    known = {} if again else known_results(place, steps, until, sandbox)
    backend = pick_backend(checked_sandbox(sandbox, unsafe))
    todo = [step for step in steps if str(step) not in known]
    require_means(todo, backend, source)
    rows = merged(steps, known, measured(place, todo, backend, jobs, until))
    if as_json:
        typer.echo(as_text(rows, broken))
    else:
        show(rows, broken)
    raise typer.Exit(exit_code(rows, broken))


def exit_code(rows: "Sequence[dict[str, Any]]", broken: "dict[str, BrokenProblem]") -> ExitCode:
    sound = not broken and all(row["ok"] for row in rows)
    return ExitCode.OK if sound else ExitCode.FAILED


def known_results(
    place: "Bench", steps: "Sequence[Step]", until: "Until", sandbox: str
) -> "dict[str, CheckpointResult]":
    """What earlier validations have shown to be sound, by the name of the step."""
    from slopbench.grade.verification import known_result

    named = None if sandbox == "auto" else sandbox
    found = {str(step): known_result(place, step, until, named) for step in steps}
    return {name: result for name, result in found.items() if result is not None}


def require_means(todo: "Sequence[Step]", backend: "Backend", source: "Source") -> None:
    """Have tools and packages at hand before anything runs; raises what says what is missing."""
    from slopbench.grade.dependencies.provide import require_test_packages
    from slopbench.grade.language import toolchain_for

    for name in {step.language for step in todo}:
        toolchain_for([step.problem for step in todo if step.language == name], name, backend)
    problems = {step.problem.slug: step.problem for step in todo}
    require_test_packages(problems.values(), backend, source)


def merged(
    steps: "Sequence[Step]",
    known: "Mapping[str, CheckpointResult]",
    fresh: "Iterator[CheckpointResult]",
) -> list[dict[str, Any]]:
    """A row for each step, from what was known and what is measured now."""
    rows = []
    for step in steps:
        was = known.get(str(step))
        result = next(fresh) if was is None else was
        rows.append({"problem": step.problem.slug, **result.to_json(), "reused": was is not None})
    return rows


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
    place: "Bench", slugs: Sequence[str] | None, everything: bool, language: str | None
) -> "tuple[list[Problem], dict[str, BrokenProblem]]":
    """The problems to validate, and with --all those that can't be loaded.

    With --all and a language, those that are answered in other languages alone are left out.
    """
    if bool(slugs) == everything:
        raise UsageError(
            "names no problem" if not slugs else "names problems beside --all",
            where="problems validate",
            mend="give either SLUG… or --all",
        )
    if slugs:
        return place.problems(slugs), {}
    place.require_problems()
    problems, broken = place.loadable()
    return answered_in(place, problems, language) if language else problems, broken


def answered_in(place: "Bench", problems: "Sequence[Problem]", language: str) -> "list[Problem]":
    """Those of all problems that have references in a language, or have none at all.

    The others are named on stderr. Raises UsageError if none is left.
    """
    known = {problem.slug: place.languages(problem.slug) for problem in problems}
    chosen = [each for each in problems if language in (known[each.slug] or each.entry)]
    if problems and not chosen:
        raise unanswered_anywhere(language, known.values())
    left_out = known.keys() - {each.slug for each in chosen}
    if left_out:
        to_stderr(f"left out, without references in {language}: {', '.join(sorted(left_out))}")
    return chosen


def unanswered_anywhere(language: str, known: "Iterable[Sequence[str]]") -> UsageError:
    from slopbench.problem.faults import near_matches

    return UsageError(
        f"no problem has references in {language!r}",
        where="--language",
        mend=near_matches(language, set(chain.from_iterable(known))),
    )


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


def to_stderr(line: str) -> None:
    typer.echo(line, err=True)
