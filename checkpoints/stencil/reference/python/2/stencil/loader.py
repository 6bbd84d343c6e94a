"""Reads a template and all files that it needs, and checks them."""

from . import nodes
from .checks import check_calls, check_file
from .errors import StencilError, passing
from .files import Folder, PlainFiles
from .source import Source
from .template import Reference, Template
from .template_parser import parse_template


class Loader:
    def __init__(self, files: PlainFiles | Folder):
        self._files = files
        self._loaded: dict[str, Template] = {}

    def load(self, source: Source, chain: tuple[str | None, ...] = ()) -> Template:
        """The template of a source that was reached through the files of the chain."""
        template = Template(source, parse_template(source))
        check_file(template)
        for node in template.all_of(nodes.Extends, nodes.Include, nodes.Import):
            template.files[node.file] = self._follow(node, (*chain, source.name))
        check_calls(template)
        return template

    def _follow(self, node: Reference, chain: tuple[str | None, ...]) -> Template:
        if node.file in chain:
            raise StencilError("cycle", node.place, node.file)
        if node.file not in self._loaded:
            source = self._source(node)
            with passing(node.place):
                self._loaded[node.file] = self.load(source, chain)
        return self._loaded[node.file]

    def _source(self, node: Reference) -> Source:
        try:
            return self._files.source(node.file)
        except StencilError as problem:
            raise StencilError(problem.code, node.place, problem.detail) from None
