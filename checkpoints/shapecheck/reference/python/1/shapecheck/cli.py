"""The command line."""

import json
import sys

from shapecheck import document, shapefile
from shapecheck.checking import violations
from shapecheck.errors import Fault


def main(arguments: list[str]) -> int:
    try:
        shape_path, doc_path = _operands(arguments)
        return _check(shape_path, doc_path)
    except Fault as fault:
        print(fault, file=sys.stderr)
        return 2


def _operands(arguments: list[str]) -> list[str]:
    command, *operands = arguments or [""]
    if command != "check" or len(operands) != 2:
        raise Fault("usage", "check SHAPE DOC")
    if any(operand.startswith("--") for operand in operands):
        raise Fault("usage", "there are no options")
    return operands


def _check(shape_path: str, doc_path: str) -> int:
    shape = shapefile.parse(_read(shape_path))
    value = document.parse(sys.stdin.buffer.read() if doc_path == "-" else _read(doc_path))
    found = violations(value, shape)
    for violation in found:
        print(json.dumps({"at": violation.pointer, "code": violation.code}))
    return 1 if found else 0


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise Fault("unreadable", f"{path}: {error.strerror}") from error
