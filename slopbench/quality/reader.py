"""Reads one source file in a single walk over its syntax tree."""

import re
from functools import cache, partial
from pathlib import PurePosixPath

import numpy as np
from tree_sitter import Node, Parser, Tree

from slopbench.quality.compiled import Compiled, Leave, Role, compiled
from slopbench.quality.facts import FileFacts
from slopbench.quality.functions import FunctionStack, State
from slopbench.quality.language import Language
from slopbench.quality.lines import Spans, line_ends
from slopbench.quality.source import Source
from slopbench.quality.tokens import CLOSE, OPEN, Interner, Ints, TokenWriter, kind_code
from slopbench.quality.walk import Preorder

_PATH = re.compile(rb"[\w./-]{3,200}")


def read(source: Source, language: Language, file: str, interner: Interner) -> FileFacts:
    """The facts of one file; a syntax error is noted, and everything around it is counted."""
    made_ready = _compiled(language)
    tree = Parser(made_ready.grammar).parse(source.text)
    tokens = TokenWriter(interner, kind_code(language.separator))
    return Reader(source, made_ready, file, tokens, interner).run(tree)


@cache
def _compiled(language: Language) -> Compiled["Reader"]:
    """The language with what the reader does for each role that a node may have."""
    roles: list[Role[Reader]] = [
        (Reader.scope, language.scopes),
        (Reader.function, language.functions),
        (Reader.decision, language.decisions),
        (Reader.nesting, language.nesting),
        (Reader.flat, language.flat),
        (Reader.deepening, language.deepening),
        (Reader.uncounted, language.uncounted),
        (Reader.comment, language.comments),
        (Reader.ignored, language.ignored),
        (Reader.statement, language.docstrings),
        (Reader.block, language.blocks),
        (Reader.identifier, language.identifiers),
        (Reader.key, language.keys),
        (Reader.literal, language.literals),
        (Reader.literal_part, language.literal_parts),
        (Reader.container, language.literal_containers),
        (Reader.bracket, [*language.brackets, language.separator]),
        (Reader.text, language.texts),
        (Reader.reference, language.imports),
    ]
    return compiled(language, roles, Reader.error)


class Reader:
    """The state of one walk; a method for each role that a node may have.

    A method may return what is to be done when the walk leaves the node.
    """

    def __init__(
        self,
        source: Source,
        compiled: Compiled["Reader"],
        file: str,
        tokens: TokenWriter,
        interner: Interner,
    ) -> None:
        self._interner = interner
        self._source, self._text = source, source.text
        self._language, self._file = compiled.language, file
        self._visits, self._codes = compiled.visits, compiled.codes
        self._tokens = tokens
        self._code, self._remarks = Spans(), Spans()
        self._path = PurePosixPath(file)
        self._comments: list[int] = []
        self._has_code: dict[int, bool] = {}
        self._functions = FunctionStack(self._text, source.lines)
        self._names: list[str] = []
        self._deepest = 0
        self._references: set[str] = set()
        self._mentions: set[str] = set()
        self._errors: list[int] = []

    def run(self, tree: Tree) -> FileFacts:
        """Walk the tree and give the facts."""
        self._walk, visits = Preorder(tree), self._visits
        leaves: list[tuple[int, Leave]] = []
        for node, depth in self._walk:
            self._deepest = max(self._deepest, depth)
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
            return self.deepening(node)
        self._names.append(self._decoded(name))
        state = self._functions.enter(".".join(self._names), node)
        return partial(self._leave_function, state)

    def _leave_function(self, state: State) -> None:
        self._functions.leave(state)
        self._names.pop()

    def scope(self, node: Node) -> Leave:
        name = self._language.scopes[node.type](node)
        self._names.append(self._decoded(name) if name else "?")
        return self._leave_scope

    def _leave_scope(self) -> None:
        self._names.pop()

    def decision(self, node: Node) -> None:
        self._functions.decide(self._language.decisions[node.type](node))

    def nesting(self, node: Node) -> Leave | None:
        if not self._language.nesting[node.type](node):
            return None
        self._functions.break_flow(depth_counts=1)
        return self.deepening(node)

    def flat(self, node: Node) -> None:
        if self._language.flat[node.type](node):
            self._functions.break_flow(depth_counts=0)

    def deepening(self, _: Node) -> Leave:
        self._functions.nest()
        return self._functions.unnest

    def uncounted(self, _: Node) -> Leave:
        self._functions.uncount()
        return self._functions.count_again

    def comment(self, node: Node) -> None:
        self._comments += (node.start_byte, node.end_byte)
        self._uncoded(node)

    def _uncoded(self, node: Node) -> None:
        self._walk.skip()
        self._remarks.add(node.start_byte, node.end_byte)

    def ignored(self, _: Node) -> None:
        self._walk.skip()

    def statement(self, node: Node) -> None:
        if self._language.docstrings[node.type](node):
            if self._stands_beside_code(node):
                self._comments += (node.start_byte, node.end_byte)
            self._uncoded(node)

    def _stands_beside_code(self, docstring: Node) -> bool:
        """Whether its block would still be one without it, on the same line and as a whole."""
        beside = (docstring.prev_sibling, docstring.next_sibling)
        block = docstring.parent
        if block is None or any(each is not None and each.type == ";" for each in beside):
            return False
        if block.id not in self._has_code:
            self._has_code[block.id] = any(map(self._is_code, block.named_children))
        return self._has_code[block.id]

    def _is_code(self, node: Node) -> bool:
        if node.type in self._language.comments:
            return False
        is_docstring = self._language.docstrings.get(node.type)
        return is_docstring is None or not is_docstring(node)

    def block(self, _: Node) -> Leave:
        self._tokens.mark(OPEN)
        return partial(self._tokens.mark, CLOSE)

    def identifier(self, node: Node) -> None:
        start, end = self._token(node)
        self._tokens.name(self._text[start:end], start, end)

    def key(self, node: Node) -> None:
        start, end = self._token(node)
        if self._language.keys[node.type](node):
            self._tokens.literal("key", self._text[start:end], start, end)
        else:
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
        self._tokens.bracket(self._codes[node.kind_id], start, end)

    def reference(self, node: Node) -> None:
        found = self._language.imports[node.type](node, self._path)
        self._references.update(found)

    def error(self, node: Node) -> None:
        self._errors.append(node.start_point.row)
        if node.child_count == 0 and node.end_byte > node.start_byte:
            start, end = self._token(node)
            self._tokens.unparsed(self._codes[node.kind_id], self._text[start:end], start, end)

    def _plain(self, node: Node) -> None:
        start, end = self._token(node)
        if end > start:
            self._tokens.plain(self._codes[node.kind_id], start, end)

    def _token(self, node: Node) -> tuple[int, int]:
        """Counts the token's lines for the function that it stands in."""
        start, end = node.start_byte, node.end_byte
        if end > start:
            self._code.add(start, end, self._functions.owner)
        elif node.is_missing:
            self._errors.append(node.start_point.row)
        return start, end

    def _note_path(self, text: str) -> None:
        """A string may name a file by a known ending, or a file or module by several parts."""
        suffix = PurePosixPath(text).suffix
        if suffix in self._language.suffixes:
            self._mentions.add(text.removesuffix(suffix).lstrip("./"))
        elif "." in text.strip("./") or "/" in text.strip("./"):
            self._mentions.add(text.strip("./").replace(".", "/"))

    def _decoded(self, name: Node) -> str:
        return self._text[name.start_byte : name.end_byte].decode("utf-8", "replace")

    def _line_codes(self, rows: Ints) -> Ints:
        lines = self._text.split(b"\n")
        codes = (self._interner.number(lines[row].strip()) for row in rows.tolist())
        return np.fromiter(codes, dtype=np.int64, count=len(rows))

    def _facts(self) -> FileFacts:
        ends = line_ends(self._text)
        owners, rows = self._code.rows(ends)
        counts = np.bincount(owners, minlength=len(self._functions))
        module, *functions = self._functions.results(self._file, counts.tolist())
        sloc_rows = np.unique(rows)
        _, comment_rows = self._remarks.rows(ends)
        return FileFacts(
            file=self._file,
            language=self._language.name,
            encoding=self._source.encoding,
            lines=self._source.lines,
            sloc_rows=sloc_rows,
            line_codes=self._line_codes(sloc_rows),
            comments=np.array(self._comments, dtype=np.int64),
            comment_lines=len(np.setdiff1d(comment_rows, sloc_rows)),
            functions=tuple(functions),
            module=module,
            tokens=self._tokens.finish(ends),
            depth=self._deepest,
            error_line=min(self._errors) + 1 if self._errors else None,
            references=frozenset(self._references),
            mentions=frozenset(self._mentions),
        )
