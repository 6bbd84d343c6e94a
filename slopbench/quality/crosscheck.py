"""Compares our cyclomatic complexity with that of radon and lizard, function by function.

Another tool's function is ours if it has the same name, without what encloses it, and begins within
our lines: the tools differ on whether decorators and annotations belong to a function.

radon's raw metrics and what is built on them aren't used: they are quadratic in a literal's length.
Languages that are read with lizard aren't compared with it.
"""

import ast
import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import lizard
from radon.visitors import Class, ComplexityVisitor
from radon.visitors import Function as RadonFunction

from slopbench.quality.erosion import CUT
from slopbench.quality.facts import FileFacts, Function
from slopbench.quality.languages import LANGUAGES
from slopbench.quality.source import read_bytes

Found = tuple[str, int, int]
"""A function of another tool: its name without what encloses it, its first line, its complexity.
The name of a function without one is empty."""
Tool = Callable[[bytes, FileFacts], Iterable[Found]]

_ENDINGS = {language.name: sorted(language.suffixes) for language in reversed(LANGUAGES)}
_ANONYMOUS = re.compile(r"anonymous__\d+|\(anonymous\)")
_FAILURES = (AssertionError, AttributeError, LookupError, MemoryError, RuntimeError, TypeError)
_UNREADABLE = (SyntaxError, ValueError, *_FAILURES)
"""What the tools raise on text that they don't expect."""


@dataclass(frozen=True)
class Difference:
    """A function on which the two disagree."""

    file: str
    function: str
    line: int
    ours: int
    theirs: int

    @property
    def is_across_cut(self) -> bool:
        """Whether only one of the two puts the function above the cut of erosion."""
        return (self.ours > CUT) != (self.theirs > CUT)


@dataclass(frozen=True)
class Counts:
    """Our functions by what another tool says of them."""

    compared: int
    equal: int
    across_cut: int
    """Functions that only one of the two puts above the cut of erosion."""
    missing: int
    """Functions that the other tool doesn't see."""


@dataclass(frozen=True)
class Agreement(Counts):
    """What another tool says of the functions that we found."""

    unread: tuple[str, ...]
    """Files that the other tool can't read; their functions are missing too."""
    differences: tuple[Difference, ...]
    by_language: Mapping[str, Counts]

    def to_json(self) -> dict[str, object]:
        """The counts, the files and the differences."""
        return asdict(self)


@dataclass(frozen=True)
class _Compared:
    """One file: our functions without and with one of the other tool; None if it can't read it."""

    facts: FileFacts
    pairs: tuple[tuple[Function, int], ...] | None

    @property
    def differences(self) -> tuple[Difference, ...]:
        return tuple(
            Difference(each.file, each.name, each.line, each.cc, theirs)
            for each, theirs in self.pairs or ()
            if each.cc != theirs
        )


def cross_check(root: Path, files: Sequence[FileFacts]) -> dict[str, Agreement]:
    """The agreement with each tool on the files of a tree; radon knows Python alone.

    Raises InfrastructureError if a file can't be read again, LimitError if it has become too large.
    """
    known = [facts for facts in files if facts.language in _ENDINGS]
    python = [facts for facts in known if facts.language == "python"]
    return {
        "radon": _agreement(root, python, by_radon),
        "lizard": _agreement(root, known, by_lizard),
    }


def by_radon(code: bytes, _: FileFacts) -> Iterator[Found]:
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
    for each in _flat([*visitor.functions, *visitor.classes]):
        yield each.name, each.lineno, each.complexity


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


def by_lizard(code: bytes, facts: FileFacts) -> Iterator[Found]:
    """Lizard's complexities. Raises ValueError if lizard knows no ending of the language, and what it
    raises itself on text that it doesn't expect."""
    endings = [facts.file, *_ENDINGS[facts.language]]
    name = next((each for each in endings if lizard.get_reader_for(f"_{each}")), None)
    if name is None:
        raise ValueError(f"{facts.language}: unknown to lizard")
    text = code.decode("utf-8", "replace")
    for each in lizard.analyze_file.analyze_source_code(f"_{name}", text).function_list:
        last = _last_part(each.name)
        shown = "" if _ANONYMOUS.fullmatch(last) else last
        yield shown, each.start_line, each.cyclomatic_complexity


def _last_part(name: str) -> str:
    """A function's name without what encloses it and without spaces."""
    return "".join(name.replace("::", ".").rpartition(".")[2].split())


def _agreement(root: Path, files: Iterable[FileFacts], tool: Tool) -> Agreement:
    compared = [_compare(root, facts, tool) for facts in files]
    by_language: dict[str, list[_Compared]] = defaultdict(list)
    for each in compared:
        by_language[each.facts.language].append(each)
    return Agreement(
        **asdict(_counts(compared)),
        unread=tuple(each.facts.file for each in compared if each.pairs is None),
        differences=tuple(each for file in compared for each in file.differences),
        by_language={name: _counts(files) for name, files in sorted(by_language.items())},
    )


def _counts(files: Sequence[_Compared]) -> Counts:
    functions = sum(len(each.facts.functions) for each in files)
    compared = sum(len(each.pairs or ()) for each in files)
    differences = [each for file in files for each in file.differences]
    return Counts(
        compared=compared,
        equal=compared - len(differences),
        across_cut=sum(each.is_across_cut for each in differences),
        missing=functions - compared,
    )


def _compare(root: Path, facts: FileFacts, tool: Tool) -> _Compared:
    code = read_bytes(root / facts.file)
    try:
        found = list(tool(code, facts))
    except _UNREADABLE:
        return _Compared(facts, None)
    return _Compared(facts, tuple(_pairs(facts.functions, found)))


def _pairs(ours: Iterable[Function], theirs: Iterable[Found]) -> Iterator[tuple[Function, int]]:
    """Our functions that the other tool sees, each with its complexity there.

    The decisions of a function without a name belong to what encloses it, as they do here.
    """
    ordered = sorted(ours, key=lambda each: each.line)
    left: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for name, line, cc in sorted(theirs):
        left[name].append((line, cc))
    inner = Counter[int]()
    for function, cc in _enclosed(ordered, left.pop("", [])):
        inner[id(function)] += cc - 1
    for each, cc in reversed(list(_same(ordered, left))):
        yield each, cc + inner[id(each)]


def _same(
    ours: Sequence[Function], theirs: Mapping[str, list[tuple[int, int]]]
) -> Iterator[tuple[Function, int]]:
    """Each function with the first of theirs that has its name and begins within it. The last ones
    choose first, so that an inner function isn't taken for the outer one; what is chosen is gone."""
    for each in reversed(ours):
        candidates = theirs.get(_last_part(each.name), [])
        place = bisect_left(candidates, (each.line, 0))
        if place < len(candidates) and candidates[place][0] <= each.last_line:
            yield each, candidates.pop(place)[1]


def _enclosed(
    ours: Sequence[Function], places: Iterable[tuple[int, int]]
) -> Iterator[tuple[Function, int]]:
    """Line and complexity of each place become the innermost function around and the complexity."""
    coming, around = deque(ours), list[Function]()
    for line, cc in places:
        while coming and coming[0].line <= line:
            around.append(coming.popleft())
        while around and around[-1].last_line < line:
            around.pop()
        if around:
            yield around[-1], cc
