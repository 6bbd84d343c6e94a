"""`problems validate`: shows that references pass and that tests can fail."""

import json
from typing import Annotated

import typer

from slopbench.cli.options import (
    BenchOption,
    JsonOption,
    LanguageOption,
    SandboxOption,
    UnsafeOption,
    checked_sandbox,
)
from slopbench.cli.problems import CheckpointOption, SlugArgument, chosen_numbers
from slopbench.cli.tables import show_results
from slopbench.errors import ExitCode

JobsOption = Annotated[
    int, typer.Option("-j", "--jobs", metavar="N", min=1, help="How many gradings run at a time.")
]


def validate(
    slug: SlugArgument,
    checkpoint: CheckpointOption = None,
    language: LanguageOption = "python",
    sandbox: SandboxOption = "auto",
    unsafe: UnsafeOption = False,
    jobs: JobsOption = 1,
    bench: BenchOption = None,
    as_json: JsonOption = False,
) -> None:
    """Run a problem's references and mutants.

    The references must pass every test, each mutant must fail one.

    Also checked, for each checkpoint: the reference in reverse order with another locale, zone and
    hash seed, programs that do nothing (they pass no test), and the previous reference (it passes a
    fifth of the new tests at most). Writes checkpoints/SLUG/verification.json; exits 1 if something
    does not hold, and says what.

    \b
    Examples:
      slopbench problems validate tallyroom
      slopbench problems validate tallyroom --checkpoint 2 -j 2 --json
    """
    from slopbench.grade.validate import sandboxed, validate_checkpoint
    from slopbench.grade.verification import save_verification
    from slopbench.problem.bench import Bench
    from slopbench.sandbox.backends import pick_backend

    place = Bench.locate(bench)
    problem = place.problem(slug)
    numbers = chosen_numbers(problem, checkpoint)
    backend = pick_backend(checked_sandbox(sandbox, unsafe))
    results = []
    for n in numbers:
        result = validate_checkpoint(
            place,
            problem,
            n,
            language=language,
            grade_folder=sandboxed(language, backend),
            jobs=jobs,
            progress=to_stderr,
        )
        results.append(result)
        try:
            save_verification(place, problem, language, backend, result)
        except OSError as error:
            to_stderr(f"{error.filename}: not written: {error.strerror}")
    ok = all(result.ok for result in results)
    if as_json:
        checkpoints = [result.to_json() for result in results]
        typer.echo(json.dumps({"problem": slug, "ok": ok, "checkpoints": checkpoints}))
    else:
        show_results(results)
    raise typer.Exit(ExitCode.OK if ok else ExitCode.FAILED)


def to_stderr(line: str) -> None:
    typer.echo(line, err=True)
