"""Options that several commands share, so that they mean the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

from slopbench.errors import UsageError

BenchOption = Annotated[
    Path | None,
    typer.Option(
        "--bench",
        metavar="DIR",
        help="A benchmark, or a set of SlopCodeBench, in place of the built-in problems.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
LanguageOption = Annotated[
    str, typer.Option("--language", metavar="NAME", help="The language of the solutions.")
]
DependenciesOption = Annotated[
    str,
    typer.Option(
        "--dependencies",
        metavar="none|registry|DIR",
        help="Where foreign sets get packages: uv's index, or a folder of wheels.",
    ),
]
SandboxOption = Annotated[
    str,
    typer.Option(
        "--sandbox", metavar="NAME", help="auto, bubblewrap or docker; none only with --unsafe."
    ),
]
UnsafeOption = Annotated[
    bool,
    typer.Option("--unsafe", help="Allow --sandbox none: no isolation, on your own machine."),
]


def checked_sandbox(name: str, unsafe: bool) -> str:
    """The name, unless it is `none` without leave. Raises UsageError."""
    if name == "none" and not unsafe:
        raise UsageError(
            "agents and programs would run unprotected, as you",
            where="--sandbox none",
            mend="add --unsafe if that is what you want",
        )
    return name
