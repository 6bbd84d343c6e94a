"""Options that several commands share, so that they mean the same everywhere."""

from pathlib import Path
from typing import Annotated

import typer

BenchOption = Annotated[
    Path | None,
    typer.Option("--bench", metavar="DIR", help="Another benchmark folder than the built-in one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object on stdout.")]
LanguageOption = Annotated[
    str, typer.Option("--language", metavar="NAME", help="The language of the solutions.")
]
SandboxOption = Annotated[
    str, typer.Option("--sandbox", metavar="NAME", help="auto, bubblewrap or docker.")
]
