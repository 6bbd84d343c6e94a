"""Tools that the tests and specifications of a set use, guessed from their text.

In tests: what `which(...)` asks for; the first word of a list or tuple, or of a command line, that is
given to a call that starts something; and, for names that mean nothing else, such as g++, any string
that is just the name. In specifications: the first words of lines in shell blocks, and for names that
mean nothing else in other blocks and in `code`.
"""

import ast
import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from slopbench.problem.scbench.imports import python_files
from slopbench.problem.scbench.model import ENTRY_COMMAND, ScbenchProblem
from slopbench.problem.tools import APT_PACKAGES, DISTINCT, commands_in

STARTING = re.compile(r"run|popen|call|check_output|exec|spawn|start|system|shell", re.IGNORECASE)
"""Names of calls that start something."""

BLOCK = re.compile(r"^```[ \t]*(\w*)[^\n]*\n(.*?)^```", re.MULTILINE | re.DOTALL)
SHELLS = frozenset({"bash", "console", "sh", "shell", "zsh"})
QUOTED = re.compile(r"[\"']([\w+]+)[\"']")


@dataclass(frozen=True)
class Sighting:
    """A tool and the place where it was seen, relative to the problem."""

    tool: str
    place: str


def seen_in_tests(problem: ScbenchProblem) -> list[Sighting]:
    """Each tool once, where it was first seen in a Python file below tests/."""
    found: dict[str, Sighting] = {}
    for file in python_files(problem.tests):
        for tool, line in _tools_of(file):
            place = f"{file.relative_to(problem.folder).as_posix()}:{line}"
            found.setdefault(tool, Sighting(tool, place))
    return list(found.values())


def seen_in_specs(problem: ScbenchProblem) -> list[Sighting]:
    """Each tool once, where it was first seen in a specification."""
    found: dict[str, Sighting] = {}
    for checkpoint in problem.checkpoints:
        text = problem.raw_spec(checkpoint.n)
        for tool in _tools_named(text):
            found.setdefault(tool, Sighting(tool, problem.spec_file(checkpoint.n).name))
    return list(found.values())


def _tools_named(spec: str) -> Iterator[str]:
    for kind, block in BLOCK.findall(spec):
        known = APT_PACKAGES if kind in SHELLS else DISTINCT
        for line in block.splitlines():
            yield from (word for word in commands_in(line.lstrip("$ ")) if word in known)
    for code in re.findall(r"`([^`\n]+)`", BLOCK.sub("", spec)):
        yield from (word for word in commands_in(code) if word in DISTINCT)
    if ENTRY_COMMAND in spec:
        yield "python"


def _tools_of(file: Path) -> Iterator[tuple[str, int]]:
    source = file.read_text(encoding="utf-8", errors="replace")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        yield from _tools_of_lines(source)
        return
    for node in ast.walk(tree):
        yield from ((tool, getattr(node, "lineno", 1)) for tool in _tools_at(node))


def _tools_of_lines(source: str) -> Iterator[tuple[str, int]]:
    """What can be seen in a file that isn't in the Python of this machine."""
    for number, line in enumerate(source.splitlines(), start=1):
        yield from ((word, number) for word in QUOTED.findall(line) if word in DISTINCT)


def _tools_at(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Constant) and node.value in DISTINCT:
        yield str(node.value)
    elif isinstance(node, ast.Call):
        name = _name_of(node.func)
        if name == "which":
            yield from (text for text in map(_text_of, node.args[:1]) if re.fullmatch(r"\S+", text))
        elif STARTING.search(name):
            yield from (word for word in _started(node) if word in APT_PACKAGES)


def _started(call: ast.Call) -> Iterator[str]:
    """The first words of what is given to a call: of lists, of sums of lists, of command lines."""
    for argument in [*call.args, *(keyword.value for keyword in call.keywords)]:
        while isinstance(argument, ast.BinOp):
            argument = argument.left
        if isinstance(argument, ast.List | ast.Tuple):
            yield from map(_text_of, argument.elts[:1])
        else:
            yield from commands_in(_text_of(argument))
    yield _text_of(call.args[0]) if call.args else ""


def _text_of(node: ast.AST) -> str:
    """The text of a string, or what stands before the first value in an f-string."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def _name_of(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
