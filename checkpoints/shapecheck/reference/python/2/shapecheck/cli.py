"""The command line."""

import json
import sys

from shapecheck import document, shapefile
from shapecheck.checking import violations
from shapecheck.errors import Fault

NEAREST = "--nearest"


def main(arguments: list[str]) -> int:
    try:
        return _check(*_operands(arguments), nearest=NEAREST in arguments)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2


def _operands(arguments: list[str]) -> list[str]:
    command, *others = arguments or [""]
    operands = [one for one in others if one != NEAREST]
    if command != "check" or len(operands) != 2:
        raise Fault("usage", f"check [{NEAREST}] SHAPE DOC")
    if any(operand.startswith("--") for operand in operands):
        raise Fault("usage", f"{NEAREST} is the only option")
    return operands


def _check(shape_path: str, doc_path: str, *, nearest: bool) -> int:
    shape = shapefile.parse(_read(shape_path))
    value = document.parse(sys.stdin.buffer.read() if doc_path == "-" else _read(doc_path))
    found = violations(value, shape, nearest=nearest)
    for violation in found:
        print(json.dumps(violation.as_json()))
    return 1 if found else 0


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Fault("unreadable", f"{path}: {error.strerror}") from error
