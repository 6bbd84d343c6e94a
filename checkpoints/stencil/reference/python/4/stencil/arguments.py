"""The command line, as options."""

import re
from dataclasses import dataclass

from .errors import UsageError
from .files import STANDARD_INPUT
from .output import MODES
from .tokens import RESERVED

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
NUMBER = re.compile(r"0|[1-9][0-9]{0,8}")


@dataclass(frozen=True)
class RowsOption:
    name: str
    path: str


@dataclass(frozen=True)
class Options:
    template: str
    data: str | None = None
    path: str | None = None
    mode: str = "text"
    rows: RowsOption | None = None
    max_output: int | None = None
    max_steps: int | None = None

    @property
    def is_live(self) -> bool:
        """Whether output is written while it is rendered."""
        return (self.rows, self.max_output, self.max_steps) != (None, None, None)


def mode(value: str) -> str:
    if value not in MODES:
        raise UsageError(f"there is no mode {value}")
    return value


def rows(value: str) -> RowsOption:
    name, equals, path = value.partition("=")
    if not equals or not NAME.fullmatch(name) or name in RESERVED:
        raise UsageError(f"{value} is not NAME=FILE")
    return RowsOption(name, path)


def limit(value: str) -> int:
    if not NUMBER.fullmatch(value):
        raise UsageError(f"{value} is not a number from 0 to 999999999")
    return int(value)


READERS = {
    "--path": str,
    "--mode": mode,
    "--rows": rows,
    "--max-output": limit,
    "--max-steps": limit,
}


def parse_arguments(argv: list[str]) -> Options:
    if argv[:1] != ["render"]:
        raise UsageError("the command is: render TEMPLATE [DATA]")
    operands, values = split_arguments(argv[1:])
    if not 1 <= len(operands) <= 2:
        raise UsageError("one template, and at most one file of data")
    options = Options(*operands, **values)
    if options.rows and options.data == options.rows.path == STANDARD_INPUT:
        raise UsageError("data and rows cannot both be standard input")
    return options


def split_arguments(arguments: list[str]) -> tuple[list[str], dict]:
    """Operands, and the values of options."""
    operands, values = [], {}
    rest = iter(arguments)
    for argument in rest:
        if argument == STANDARD_INPUT or not argument.startswith("-"):
            operands.append(argument)
        else:
            read, value = READERS.get(argument), next(rest, None)
            if read is None or value is None:
                raise UsageError(f"{argument} is unknown or lacks a value")
            values[argument.removeprefix("--").replace("-", "_")] = read(value)
    return operands, values
