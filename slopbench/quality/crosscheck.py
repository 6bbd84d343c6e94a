"""Compares our cyclomatic complexity with that of radon and lizard, function by function.

radon's raw metrics and what is built on them aren't used: they are quadratic in a literal's length.
"""

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import lizard
from radon.visitors import Class, ComplexityVisitor
from radon.visitors import Function as RadonFunction

from slopbench.quality.erosion import CUT
from slopbench.quality.facts import FileFacts, Function

Key = tuple[int, str]
"""The line of a function's name and that name without what encloses it."""
Complexities = Mapping[Key, int]


@dataclass(frozen=True)
class Difference:
    """A function on which the two disagree."""

    file: str
    function: str
    line: int
    ours: int
    theirs: int


@dataclass(frozen=True)
class Agreement:
    """What another tool says of the functions that we found."""

    compared: int
    missing: int
    """Functions that the other tool doesn't see."""
    unread: tuple[str, ...]
    """Files that the other tool can't read; their functions are missing too."""
    differences: tuple[Difference, ...]

    @property
    def equal(self) -> int:
        """Functions with the same complexity."""
        return self.compared - len(self.differences)

    @property
    def across_cut(self) -> int:
        """Functions that only one of the two puts above the cut of erosion."""
        return sum((each.ours > CUT) != (each.theirs > CUT) for each in self.differences)

    def to_json(self) -> dict[str, object]:
        """The counts, the files and the differences."""
        return {"equal": self.equal, "across_cut": self.across_cut, **asdict(self)}


def cross_check(root: Path, files: Sequence[FileFacts]) -> dict[str, Agreement]:
    """The agreement with each tool on the files of a tree; radon knows Python alone."""
    python = [facts for facts in files if facts.language == "python"]
    return {"radon": _compare(root, python, by_radon), "lizard": _compare(root, files, by_lizard)}


def by_radon(code: bytes, _: str) -> Complexities:
    """Radon's complexities without asserts and without its count for the `else` of a loop or `try`.

    Such an `else` is no decision: the flow goes there if no `break` or handler takes it away.
    Raises what compiling the code raises.
    """
    tree = ast.parse(code)
    for node in ast.walk(tree):
        if isinstance(node, ast.For | ast.AsyncFor | ast.While | ast.Try | ast.TryStar):
            node.body += node.orelse
            node.orelse = []
    visitor = ComplexityVisitor.from_ast(tree, no_assert=True)
    return {
        (each.lineno, each.name): each.complexity
        for each in _flat([*visitor.functions, *visitor.classes])
    }


def _flat(blocks: Iterable[RadonFunction | Class]) -> Iterator[RadonFunction]:
    """All functions in functions and classes, those of classes in functions excepted."""
    pending = list(blocks)
    while pending:
        block = pending.pop()
        if isinstance(block, Class):
            pending += [*block.methods, *block.inner_classes]
        else:
            pending += block.closures
            yield block


def by_lizard(code: bytes, file: str) -> Complexities:
    """Lizard's complexities."""
    text = code.decode("utf-8", "replace")
    found = lizard.analyze_file.analyze_source_code(file, text).function_list
    return {
        (each.start_line, each.name.rpartition(".")[2]): each.cyclomatic_complexity
        for each in found
    }


def _compare(
    root: Path, files: Sequence[FileFacts], tool: Callable[[bytes, str], Complexities]
) -> Agreement:
    compared, missing = 0, 0
    unread: list[str] = []
    differences: list[Difference] = []
    for facts in files:
        try:
            theirs = tool((root / facts.file).read_bytes(), facts.file)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            theirs = {}
            unread.append(facts.file)
        known = [each for each in facts.functions if _key(each) in theirs]
        compared += len(known)
        missing += len(facts.functions) - len(known)
        differences += _differences(known, theirs)
    return Agreement(compared, missing, tuple(unread), tuple(differences))


def _differences(functions: Iterable[Function], theirs: Complexities) -> Iterator[Difference]:
    for each in functions:
        other = theirs[_key(each)]
        if other != each.cc:
            yield Difference(each.file, each.name, each.line, each.cc, other)


def _key(function: Function) -> Key:
    return function.line, function.name.rpartition(".")[2]
