"""Faults of a template that are found without rendering it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from . import nodes
from .errors import StencilError
from .expressions import Pipe, walk
from .filters import FILTERS
from .scanner import WHITE
from .source import Place
from .template import Template, is_white

IN_CHILDREN = (nodes.Extends, nodes.Block, nodes.Macro, nodes.Import)


def check_file(template: Template) -> None:
    """Report the fault that stands first; of two at one place the one that is looked for first."""
    faults = [
        *Placement(template).faults(template.body, Surroundings()),
        *duplicates(template),
        *filter_faults(template),
    ]
    if faults:
        raise min(faults, key=lambda fault: fault.place.offset)


# --- places -----------------------------------------------------------------


@dataclass(frozen=True)
class Surroundings:
    """What a node stands in."""

    top: bool = True
    block: bool = False
    macro: bool = False

    def inside(self, node: nodes.Node) -> "Surroundings":
        if isinstance(node, nodes.Macro):
            return replace(self, top=False, macro=True)
        return replace(self, top=False, block=self.block or isinstance(node, nodes.Block))


class Placement:
    def __init__(self, template: Template):
        self._extends = template.extends
        self._allowed = {
            nodes.Extends: lambda node, around: node is self._extends,
            nodes.Import: lambda node, around: around.top,
            nodes.Macro: lambda node, around: around.top,
            nodes.Block: lambda node, around: not around.macro,
            nodes.Super: lambda node, around: around.block,
        }

    def faults(self, body: nodes.Body, around: Surroundings) -> Iterator[StencilError]:
        for node in body:
            if not self._is_allowed(node, around):
                yield StencilError("misplaced", visible_place(node))
            for inner in node.bodies():
                yield from self.faults(inner, around.inside(node))

    def _is_allowed(self, node: nodes.Node, around: Surroundings) -> bool:
        if self._extends and around.top and not is_white(node):
            return isinstance(node, IN_CHILDREN) and self._suits(node, around)
        return self._suits(node, around)

    def _suits(self, node: nodes.Node, around: Surroundings) -> bool:
        rule = self._allowed.get(type(node))
        return rule is None or rule(node, around)


def visible_place(node: nodes.Node) -> Place:
    """The tag, or the first character of a text that is not white space."""
    if not isinstance(node, nodes.Literal):
        return node.place
    white = len(node.text) - len(node.text.lstrip(WHITE))
    return Place(node.place.source, node.place.offset + white)


# --- names ------------------------------------------------------------------


def duplicates(template: Template) -> Iterator[StencilError]:
    yield from repeated((node.name, node) for node in template.all_of(nodes.Block))
    yield from repeated(
        (node.alias if isinstance(node, nodes.Import) else node.name, node)
        for node in template.all_of(nodes.Import, nodes.Macro)
    )


def repeated(named: Iterator[tuple[str, nodes.Node]]) -> Iterator[StencilError]:
    seen = set()
    for name, node in named:
        if name in seen:
            yield StencilError("duplicate", node.place, name)
        seen.add(name)


# --- filters and macros -----------------------------------------------------


def filter_faults(template: Template) -> Iterator[StencilError]:
    for node in nodes.walk(template.body):
        for expression in node.expressions():
            for part in walk(expression):
                if isinstance(part, Pipe):
                    yield from pipe_faults(part)


def pipe_faults(pipe: Pipe) -> Iterator[StencilError]:
    known = FILTERS.get(pipe.name)
    if known is None:
        yield StencilError("unknown-filter", pipe.name_place, pipe.name)
    elif len(pipe.arguments) != len(known.arguments):
        yield StencilError("arity", pipe.name_place, f"{len(known.arguments)} arguments")


def check_calls(template: Template) -> None:
    """Look for unknown macros; the files that the template names are known by now."""
    for call in template.all_of(nodes.Call):
        library = template.library(call.alias)
        macro = library.macros.get(call.name) if library else None
        if macro is None:
            raise StencilError("unknown-macro", call.place, call.name)
        if len(call.arguments) != len(macro.parameters):
            raise StencilError("arity", call.place, f"{len(macro.parameters)} arguments")
