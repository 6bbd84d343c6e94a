"""A template file, parsed, with what it holds and the files that it names."""

from dataclasses import dataclass, field
from functools import cached_property

from . import nodes
from .scanner import WHITE
from .source import Source

Reference = nodes.Extends | nodes.Include | nodes.Import


def is_white(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Literal) and not node.text.strip(WHITE)


@dataclass(eq=False)
class Template:
    source: Source
    body: nodes.Body
    files: dict[str, "Template"] = field(default_factory=dict)

    def all_of(self, *kinds: type) -> list[nodes.Node]:
        """The nodes of these kinds, in the order of the text."""
        return [node for node in nodes.walk(self.body) if isinstance(node, kinds)]

    @cached_property
    def extends(self) -> nodes.Extends | None:
        """The tag that makes this a child, if there is one in its place."""
        first = next((node for node in self.body if not is_white(node)), None)
        return first if isinstance(first, nodes.Extends) else None

    @cached_property
    def blocks(self) -> dict[str, nodes.Block]:
        return {node.name: node for node in self.all_of(nodes.Block)}

    @cached_property
    def macros(self) -> dict[str, nodes.Macro]:
        return {node.name: node for node in self.all_of(nodes.Macro)}

    @cached_property
    def aliases(self) -> dict[str, str]:
        return {node.alias: node.file for node in self.all_of(nodes.Import)}

    @cached_property
    def lineage(self) -> tuple["Template", ...]:
        """This file, its parent and so forth."""
        if not self.extends:
            return (self,)
        return (self, *self.files[self.extends.file].lineage)

    def library(self, alias: str | None) -> "Template | None":
        """The file that has the macros called by this alias; this one without an alias."""
        if alias is None:
            return self
        return self.files.get(self.aliases.get(alias))
