"""Reads one source file in a single walk over its syntax tree."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, partial
from pathlib import PurePosixPath

import numpy as np
from tree_sitter import Language as Grammar
from tree_sitter import Node, Parser, Tree

from slopbench.quality.facts import MODULE, FileFacts, Function
from slopbench.quality.language import Language
from slopbench.quality.lines import Spans, line_ends
from slopbench.quality.source import Source
from slopbench.quality.tokens import CLOSE, OPEN, Interner, TokenWriter
from slopbench.quality.walk import Preorder

Leave = Callable[[], None]
Visit = Callable[["Reader", Node], Leave | None]

_ERROR = 0xFFFF
"""The kind of a node for text that the grammar can't read."""
_PATH = re.compile(rb"[\w./-]{3,200}")


def read(source: Source, language: Language, file: str, interner: Interner) -> FileFacts:
    """The facts of one file; a syntax error is noted, and everything around it is counted."""
    grammar, visits = _compiled(language)
    tree = Parser(grammar).parse(source.text)
    separator = grammar.id_for_node_kind(language.separator, False)
    tokens = TokenWriter(interner, separator or _ERROR)
    return Reader(source, language, file, tokens).run(tree, visits)


@cache
def _compiled(language: Language) -> tuple[Grammar, list[Visit | None]]:
    """The grammar, and for each kind of node what to do with it; None: a token if it is a leaf."""
    grammar = Grammar(language.grammar())
    visits: list[Visit | None] = [None] * (_ERROR + 1)
    by_type = _visits_by_type(language)
    for kind in range(grammar.node_kind_count):
        visits[kind] = by_type.get(grammar.node_kind_for_id(kind) or "")
    visits[_ERROR] = Reader.error
    return grammar, visits


def _visits_by_type(language: Language) -> dict[str, Visit]:
    roles: list[tuple[Visit, Iterable[str]]] = [
        (Reader.function, language.functions),
        (Reader.scope, language.scopes),
        (Reader.decision, language.decisions),
        (Reader.uncounted, language.uncounted),
        (Reader.comment, language.comments),
        (Reader.ignored, language.ignored),
        (Reader.statement, language.docstrings),
        (Reader.block, language.blocks),
        (Reader.identifier, language.identifiers),
        (Reader.literal, language.literals),
        (Reader.literal_part, language.literal_parts),
        (Reader.container, language.literal_containers),
        (Reader.bracket, [*language.brackets, language.separator]),
        (Reader.text, language.texts),
        (Reader.reference, language.imports),
    ]
    return {node_type: visit for visit, types in roles for node_type in types}


@dataclass
class _Frame:
    """A function under way, or the module."""

    name: str
    row: int
    decisions: int = 0


class Reader:
    """The state of one walk; a method for each role that a node may have.

    A method may return what is to be done when the walk leaves the node.
    """

    def __init__(self, source: Source, language: Language, file: str, tokens: TokenWriter) -> None:
        self._source, self._text = source, source.text
        self._language, self._file = language, file
        self._tokens = tokens
        self._code, self._comments = Spans(), Spans()
        self._frames = [_Frame(MODULE, 0)]
        self._owner = 0
        self._uncounted = 0
        self._names: list[str] = []
        self._references: set[str] = set()
        self._errors: list[int] = []

    def run(self, tree: Tree, visits: list[Visit | None]) -> FileFacts:
        """Walk the tree and give the facts."""
        self._walk = Preorder(tree)
        leaves: list[tuple[int, Leave]] = []
        for node, depth in self._walk:
            while leaves and leaves[-1][0] >= depth:
                leaves.pop()[1]()
            visit = visits[node.kind_id]
            if visit is not None:
                leave = visit(self, node)
                if leave is not None:
                    leaves.append((depth, leave))
            elif node.child_count == 0:
                self._plain(node)
        while leaves:
            leaves.pop()[1]()
        return self._facts()

    def function(self, node: Node) -> Leave | None:
        name = self._language.functions[node.type](node)
        if name is None:
            return None
        self._names.append(self._decoded(name))
        self._frames.append(_Frame(".".join(self._names), node.start_point.row))
        outer, self._owner = self._owner, len(self._frames) - 1
        return partial(self._leave_function, outer)

    def _leave_function(self, outer: int) -> None:
        self._owner = outer
        self._names.pop()

    def scope(self, node: Node) -> Leave:
        name = node.child_by_field_name("name")
        self._names.append(self._decoded(name) if name else "?")
        return self._leave_scope

    def _leave_scope(self) -> None:
        self._names.pop()

    def decision(self, node: Node) -> None:
        if not self._uncounted and self._language.decisions[node.type](node):
            self._frames[self._owner].decisions += 1

    def uncounted(self, _: Node) -> Leave:
        self._uncounted += 1
        return self._leave_uncounted

    def _leave_uncounted(self) -> None:
        self._uncounted -= 1

    def comment(self, node: Node) -> None:
        self._walk.skip()
        self._comments.add(node.start_byte, node.end_byte)

    def ignored(self, _: Node) -> None:
        self._walk.skip()

    def statement(self, node: Node) -> None:
        if self._language.docstrings[node.type](node):
            self.comment(node)

    def block(self, _: Node) -> Leave:
        self._tokens.mark(OPEN)
        return partial(self._tokens.mark, CLOSE)

    def identifier(self, node: Node) -> None:
        start, end = self._token(node)
        self._tokens.name(self._text[start:end], start, end)

    def literal(self, node: Node) -> None:
        start, end = self._token(node)
        self._tokens.literal(self._language.literals[node.type], self._text[start:end], start, end)

    def literal_part(self, node: Node) -> None:
        start, end = self._token(node)
        self._tokens.part(self._text[start:end], start, end)

    def text(self, node: Node) -> None:
        self._walk.skip()
        start, end = self._token(node)
        content = self._text[start:end]
        self._tokens.part(content, start, end)
        if _PATH.fullmatch(content):
            self._note_path(content.decode("utf-8"))

    def container(self, node: Node) -> Leave:
        kind = self._language.literal_containers[node.type]
        return partial(self._tokens.leave_container, kind, self._tokens.enter_container())

    def bracket(self, node: Node) -> None:
        start, end = self._token(node)
        self._tokens.bracket(node.kind_id, start, end)

    def reference(self, node: Node) -> None:
        found = self._language.imports[node.type](node, PurePosixPath(self._file))
        self._references.update(found)

    def error(self, node: Node) -> None:
        self._errors.append(node.start_point.row)
        if node.child_count == 0 and node.end_byte > node.start_byte:
            start, end = self._token(node)
            self._tokens.unparsed(node.kind_id, self._text[start:end], start, end)

    def _plain(self, node: Node) -> None:
        start, end = self._token(node)
        if end > start:
            self._tokens.plain(node.kind_id, start, end)

    def _token(self, node: Node) -> tuple[int, int]:
        """Counts the token's lines for the function that it stands in."""
        start, end = node.start_byte, node.end_byte
        if end > start:
            self._code.add(start, end, self._owner)
        elif node.is_missing:
            self._errors.append(node.start_point.row)
        return start, end

    def _note_path(self, text: str) -> None:
        """A string may name a file by a known ending, or a file or module by several parts."""
        suffix = PurePosixPath(text).suffix
        if suffix in self._language.suffixes:
            self._references.add(text.removesuffix(suffix).lstrip("./"))
        elif "." in text.strip("./") or "/" in text.strip("./"):
            self._references.add(text.strip("./").replace(".", "/"))

    def _decoded(self, name: Node) -> str:
        return self._text[name.start_byte : name.end_byte].decode("utf-8", "replace")

    def _facts(self) -> FileFacts:
        ends = line_ends(self._text)
        owners, rows = self._code.rows(ends)
        counts = np.bincount(owners, minlength=len(self._frames))
        module, *functions = (
            Function(self._file, frame.name, frame.row + 1, frame.decisions + 1, int(count))
            for frame, count in zip(self._frames, counts, strict=True)
        )
        sloc_rows = np.unique(rows)
        _, comment_rows = self._comments.rows(ends)
        return FileFacts(
            file=self._file,
            language=self._language.name,
            encoding=self._source.encoding,
            lines=self._source.lines,
            sloc_rows=sloc_rows,
            comment_lines=len(np.setdiff1d(comment_rows, sloc_rows)),
            functions=tuple(functions),
            module=module,
            tokens=self._tokens.finish(ends),
            error_line=min(self._errors) + 1 if self._errors else None,
            references=frozenset(self._references),
        )
