"""Command line."""

import json
import sys
from dataclasses import dataclass
from typing import Any, NoReturn

from .checks import check_template
from .errors import StencilError, UsageError
from .renderer import Renderer
from .scope import Scope
from .source import Source
from .template_parser import parse_template

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Options:
    template: str
    data: str | None = None


def parse_arguments(argv: list[str]) -> Options:
    if argv[:1] != ["render"]:
        raise UsageError("the command is: render TEMPLATE [DATA]")
    operands = argv[1:]
    if not 1 <= len(operands) <= 2:
        raise UsageError("one template, and at most one file of data")
    for operand in operands:
        if operand.startswith("-") and operand != STANDARD_INPUT:
            raise UsageError(f"unknown option {operand}")
    return Options(*operands)


def read_data(path: str | None) -> bytes:
    if path is None:
        return b"{}"
    return sys.stdin.buffer.read() if path == STANDARD_INPUT else read_bytes(path)


def read_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as stream:
            return stream.read()
    except (OSError, ValueError) as problem:
        raise StencilError("unreadable", detail=str(problem)) from None


def read_template(path: str) -> Source:
    try:
        return Source(read_bytes(path).decode("utf-8"))
    except UnicodeDecodeError as problem:
        raise StencilError("unreadable", detail=str(problem)) from None


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
    source = read_template(options.template)
    document = read_data(options.data)
    body = parse_template(source)
    check_template(body)
    pieces = []
    Renderer(pieces.append).render(body, Scope(parse_data(document), {}))
    return "".join(pieces)


def main(argv: list[str]) -> int:
    try:
        result = run(argv)
    except StencilError as problem:
        print(problem, file=sys.stderr)
        return problem.exit_status
    sys.stdout.buffer.write(result.encode("utf-8"))
    return 0
