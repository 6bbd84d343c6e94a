"""The command line."""

import sys
from collections.abc import Callable

from shapecheck import commands
from shapecheck.errors import Fault

NEAREST = "--nearest"

_COMMANDS: dict[str, tuple[Callable[..., int], str]] = {
    "check": (commands.check, "SHAPE DOC"),
    "diff": (commands.diff, "SHAPE A B"),
    "apply": (commands.apply, "DOC PATCH"),
    "invert": (commands.invert, "PATCH"),
    "merge": (commands.merge, "BASE P1 P2"),
    "smallest": (commands.smallest, "SHAPE"),
    "compat": (commands.compat, "OLD NEW"),
}


def main(arguments: list[str]) -> int:
    try:
        return _run(*arguments)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2


def _run(command: str = "", *arguments: str) -> int:
    if command not in _COMMANDS:
        raise Fault("usage", "the commands are " + ", ".join(_COMMANDS))
    action, operands = _COMMANDS[command]
    options = {"nearest": NEAREST in arguments} if command == "check" else {}
    given = [one for one in arguments if not (options and one == NEAREST)]
    if len(given) != len(operands.split()) or any(one.startswith("--") for one in given):
        raise Fault("usage", f"{command} {operands}")
    return action(*given, **options)
