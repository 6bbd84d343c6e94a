"""Command line."""

import json
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from .errors import StencilError, UsageError
from .files import STANDARD_INPUT, Folder, PlainFiles, read_data
from .home import entrance
from .loader import Loader
from .renderer import Renderer
from .scope import Scope

OPTIONS = {"--path": "path"}


@dataclass(frozen=True)
class Options:
    template: str
    data: str | None = None
    path: str | None = None


def parse_arguments(argv: list[str]) -> Options:
    if argv[:1] != ["render"]:
        raise UsageError("the command is: render TEMPLATE [DATA]")
    operands, values = split_arguments(argv[1:])
    if not 1 <= len(operands) <= 2:
        raise UsageError("one template, and at most one file of data")
    return Options(*operands, **values)


def split_arguments(arguments: list[str]) -> tuple[list[str], dict[str, str]]:
    """Operands, and the values of options."""
    operands, values = [], {}
    rest = iter(arguments)
    for argument in rest:
        if argument == STANDARD_INPUT or not argument.startswith("-"):
            operands.append(argument)
        else:
            key, value = OPTIONS.get(argument), next(rest, None)
            if key is None or value is None:
                raise UsageError(f"{argument} is unknown or lacks a value")
            values[key] = value
    return operands, values


def parse_data(document: bytes) -> dict[str, Any]:
    try:
        data = json.loads(document.decode("utf-8"), parse_constant=refuse_constant)
    except ValueError as problem:
        raise StencilError("bad-data", detail=str(problem)) from None
    if not isinstance(data, dict):
        raise StencilError("bad-data", detail="not an object")
    return data


def refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a value")


def run(argv: list[str]) -> str:
    options = parse_arguments(argv)
    files = PlainFiles() if options.path is None else Folder(options.path)
    source = files.main_source(options.template)
    document = read_data(options.data)
    body, home = entrance(Loader(files).load(source))
    pieces = []
    Renderer(pieces.append).render(body, Scope(parse_data(document), {}), home)
    return "".join(pieces)


def main(argv: list[str]) -> int:
    try:
        result = run(argv)
    except StencilError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_status
    sys.stdout.buffer.write(result.encode("utf-8"))
    return 0
