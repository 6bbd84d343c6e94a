"""Where a piece of template is at home, and where its tags lead."""

from dataclasses import dataclass

from . import nodes
from .template import Template

Destination = tuple[nodes.Body, "Home"]


@dataclass(frozen=True)
class Home:
    """The file that a node is written in, within the line of parents that is rendered."""

    template: Template
    lineage: tuple[Template, ...]

    def block(self, name: str) -> Destination:
        return self._definition(name, self.lineage)

    def above(self, name: str) -> Destination:
        """The definition of a block that comes after the one in this file."""
        return self._definition(name, self.lineage[self.lineage.index(self.template) + 1 :])

    def _definition(self, name: str, candidates: tuple[Template, ...]) -> Destination:
        for template in candidates:
            if name in template.blocks:
                return template.blocks[name].body, Home(template, self.lineage)
        return (), self

    def included(self, name: str) -> Destination:
        return entrance(self.template.files[name])

    def macro(self, call: nodes.Call) -> tuple[nodes.Macro, "Home"]:
        library = self.template.library(call.alias)
        return library.macros[call.name], Home(library, library.lineage)


def entrance(template: Template) -> Destination:
    """Where the rendering of a file begins."""
    lineage = template.lineage
    return lineage[-1].body, Home(lineage[-1], lineage)
