"""The command line."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from shapecheck import commands
from shapecheck.errors import Fault


@dataclass(frozen=True, slots=True)
class _Command:
    run: Callable[..., int]
    operands: str
    flags: tuple[str, ...] = ()
    options: tuple[str, ...] = ()

    def takes(self, count: int) -> bool:
        return self.operands.endswith("...") or count == len(self.operands.split())


_COMMANDS = {
    "check": _Command(commands.check, "SHAPE DOC", flags=("--nearest", "--stream")),
    "diff": _Command(commands.diff, "SHAPE A B"),
    "apply": _Command(commands.apply, "DOC PATCH"),
    "invert": _Command(commands.invert, "PATCH"),
    "merge": _Command(commands.merge, "BASE P1 P2"),
    "smallest": _Command(commands.smallest, "SHAPE"),
    "compat": _Command(commands.compat, "OLD NEW"),
    "infer": _Command(commands.infer, "DOC...", options=("--state",)),
}


def main(arguments: list[str]) -> int:
    try:
        return _run(*arguments)
    except Fault as fault:
        sys.stdout.flush()
        print(fault, file=sys.stderr)
        return 2


def _run(name: str = "", *arguments: str) -> int:
    if name not in _COMMANDS:
        raise Fault("usage", "the commands are " + ", ".join(_COMMANDS))
    command = _COMMANDS[name]
    operands: list[str] = []
    given: dict[str, str | bool] = {}
    rest = iter(arguments)
    for argument in rest:
        if argument in command.flags:
            given[argument.lstrip("-")] = True
        elif argument in command.options:
            given[argument.lstrip("-")] = _value(argument, next(rest, None))
        else:
            operands.append(_operand(argument))
    if not command.takes(len(operands)):
        raise Fault("usage", f"{name} {command.operands}")
    return command.run(*operands, **given)


def _operand(argument: str) -> str:
    if argument.startswith("--"):
        raise Fault("usage", f"{argument} is not an option of this command")
    return argument


def _value(option: str, value: str | None) -> str:
    if value is None or value.startswith("--"):
        raise Fault("usage", f"{option} lacks its value")
    return value
