"""The `bad` or `good` of a rule as source code: its tokens, its lines, whether it parses."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser

from slopbench.errors import UsageError
from slopbench.quality.facts import FileFacts
from slopbench.quality.language import Language
from slopbench.quality.languages import language_of_name
from slopbench.quality.reader import read
from slopbench.quality.rules.bundle import SUFFIXES
from slopbench.quality.rules.texts import RuleInput
from slopbench.quality.source import Source
from slopbench.quality.tokens import Interner


@dataclass(frozen=True)
class Snippet:
    """Source text in a dialect of `bundle.SUFFIXES`."""

    dialect: str
    text: str

    @cached_property
    def facts(self) -> FileFacts:
        """What reading it as a file gives."""
        source = Source(self.text.encode(), "utf-8")
        return read(source, self._language, f"snippet{SUFFIXES[self.dialect]}", Interner())

    @property
    def parses(self) -> bool:
        """Whether the grammar reads it whole."""
        return self.facts.error_line is None

    @property
    def sloc(self) -> int:
        """Its lines of code."""
        return self.facts.sloc

    @cached_property
    def tokens(self) -> int:
        """Leaves of its syntax tree, comments left out."""
        grammar = Grammar(self._language.grammar())
        tree = Parser(grammar).parse(self.text.encode())
        return sum(1 for _ in _leaves(tree.root_node, self._language.comments))

    def flagged_sloc(self, rows: set[int]) -> int:
        """How many of these rows hold code."""
        return len(rows & set(self.facts.sloc_rows.tolist()))

    def as_input(self, number: int) -> RuleInput:
        """The snippet as a file for the rules."""
        return RuleInput(
            number,
            self.dialect,
            self.text.encode(),
            self.facts.comments.tolist(),
            self.facts.sloc_rows.tolist(),
        )

    @property
    def _language(self) -> Language:
        language = language_of_name(f"snippet{SUFFIXES[self.dialect]}")
        if not isinstance(language, Language):
            raise UsageError("is a dialect without a table", where=self.dialect)
        return language


def _leaves(node: Node, comments: frozenset[str]) -> Iterator[Node]:
    if node.type in comments:
        return
    if not node.children and node.end_byte > node.start_byte:
        yield node
    for child in node.children:
        yield from _leaves(child, comments)
