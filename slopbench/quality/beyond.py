"""Languages without a grammar here, read with lizard: its tokens, its functions, its decisions.

What is counted is what lizard counts (its tables of conditions); lines and clones are by our own
definitions over its tokens. Known limits: no rules, no docstrings, no module graph; words are names to
the clone search unless they decide something; a run of literals is a table of data only where commas
alone stand between them.

Comments are blanked first, for lizard takes orders from them: `#lizard forgives` drops a function and
`GENERATED CODE` the rest of a file. A file on which lizard fails counts its lines, has no functions and
is listed as unparsed.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePosixPath
from typing import Any, NamedTuple

import lizard
import numpy as np

from slopbench.quality.facts import MODULE, FileFacts, Function
from slopbench.quality.languages.beyond import Beyond
from slopbench.quality.lines import Spans, line_ends
from slopbench.quality.source import Source
from slopbench.quality.tokens import Interner, Ints, Tokens, TokenWriter, kind_code, text_code

_WORD = re.compile(r"[^\W\d]\w*")
_FIRST_DIGIT = re.compile(r"\.?\d")
_PATH = re.compile(r"[\w./-]{3,200}")
_VISIBLE = re.compile(r"[^\n]")
_MAX_BEGINS, _MAX_DEPTH = 2000, 300
_PAIRS = [
    (re.compile(a), re.compile(b))
    for a, b in ((r"/\*", r"\*/"), (r"\[=*\[", r"\]=*\]"), ("<", ">"))
]
_QUOTES = ('"', "'", "`")
_PUNCTUATION = frozenset("()[]{},")
_FAILURES = (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError)
"""What lizard's readers raise on text that they don't expect; RecursionError is among them."""


class _Piece(NamedTuple):
    """A token with its place."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The place after its last character."""
        return self.start + len(self.text)


def read_beyond(source: Source, language: Beyond, file: str, interner: Interner) -> FileFacts:
    """The facts of one file as far as lizard can tell them."""
    return _File(source, language, file, interner).facts()


class _File:
    """One file while it is read. A character stands for a byte of the text, so that places are equal
    in both; what is cut out is decoded again."""

    def __init__(self, source: Source, language: Beyond, file: str, interner: Interner) -> None:
        self._source, self._language, self._name = source, language, file
        self._interner = interner
        text = source.text.decode("latin-1")
        self._prose = [(m.start(), m.end()) for m in _finditer(language.prose, text)]
        self._text = _blanked(text, self._prose)
        self._reader: Any = lizard.get_reader_for(f"x{min(language.suffixes)}")(
            lizard.FileInfoBuilder(file)
        )
        self._failed = False

    def facts(self) -> FileFacts:
        pieces = self._pieces()
        code = [piece for piece in pieces if not self._is_comment(piece.text)]
        comments = [(each.start, each.end) for each in pieces if self._is_comment(each.text)]
        spans = sorted([*self._prose, *comments])
        self._text = _blanked(self._text, spans)
        rows = self._rows((piece.start, piece.end) for piece in code)
        module, *functions = self._functions(rows)
        return FileFacts(
            file=self._name,
            language=self._language.name,
            encoding=self._source.encoding,
            lines=self._source.lines,
            sloc_rows=rows,
            line_codes=self._line_codes(rows),
            comments=np.array(spans, dtype=np.int64).ravel(),
            comment_lines=len(np.setdiff1d(self._rows(spans), rows)),
            functions=tuple(functions),
            depth=0,
            module=module,
            tokens=self._tokens(code),
            error_line=1 if self._failed else None,
            references=frozenset(),
            mentions=frozenset(self._mentions(code)),
        )

    def _pieces(self) -> list[_Piece]:
        """The tokens that aren't blank; of a text that can't be divided into tokens, the lines."""
        if not _takes_long(self._text):
            try:
                return list(self._located(self._reader.generate_tokens(self._text)))
            except _FAILURES:
                pass
        self._failed = True
        return list(self._located(self._text.splitlines(keepends=True)))

    def _located(self, words: Iterable[str]) -> Iterator[_Piece]:
        """Some readers leave out blanks, so each word is looked for."""
        end = 0
        for word in words:
            start = self._text.index(word, end)
            end = start + len(word)
            if not word.isspace():
                yield _Piece(word.rstrip(), start)

    def _is_comment(self, token: str) -> bool:
        said: str | None = self._reader.get_comment_from_token(token)
        return said is not None or token.startswith(self._language.comments)

    def _found(self) -> tuple[list[Any], Any]:
        """What lizard finds in the text without comments: the functions, and what is outside them.

        A function that the end of the file cuts off counts too.
        """
        context = lizard.FileInfoBuilder(self._name)
        reader = type(self._reader)(context)
        try:
            tokens = iter(()) if self._failed else reader.generate_tokens(self._text)
            for processor in [_shallow, *lizard.get_extensions(["cognitive"])]:
                tokens = processor(tokens, reader)
            for _ in reader(tokens, reader):
                pass
        except _FAILURES:
            self._failed = True
        outside = context.global_pseudo_function
        found = [each for each in context.fileinfo.function_list if each is not outside]
        return found + [each for each in _cut_off(context) if each is not outside], outside

    def _functions(self, rows: Ints) -> list[Function]:
        """The module and the functions in their order; a row belongs to the last that began."""
        found, outside = self._found()
        ordered = sorted(found, key=lambda each: (each.start_line, -each.end_line))
        owners = np.zeros(self._source.lines, dtype=np.int64)
        for number, each in enumerate(ordered, 1):
            owners[each.start_line - 1 : each.end_line] = number
        counts = np.bincount(owners[rows], minlength=len(ordered) + 1).tolist()
        outside.name, outside.start_line, outside.end_line = MODULE, 1, max(1, self._source.lines)
        lines = self._text.split("\n")
        return [self._function(outside, counts[0], lines)] + [
            self._function(each, max(1, count), lines)
            for each, count in zip(ordered, counts[1:], strict=True)
        ]

    def _function(self, found: Any, sloc: int, lines: Sequence[str]) -> Function:
        text = "\n".join(lines[found.start_line - 1 : found.end_line])
        return Function(
            file=self._name,
            name=found.name.encode("latin-1", "replace").decode("utf-8", "replace"),
            line=found.start_line,
            last_line=found.end_line,
            cc=found.cyclomatic_complexity,
            cognitive=found.cognitive_complexity,
            sloc=sloc,
            digest=text_code(text.encode("latin-1")),
        )

    def _tokens(self, code: Sequence[_Piece]) -> Tokens:
        writer = TokenWriter(self._interner, kind_code(","))
        for piece in code:
            self._write(writer, piece.text, piece.start, piece.end)
        return writer.finish(line_ends(self._source.text))

    def _write(self, writer: TokenWriter, text: str, start: int, end: int) -> None:
        content = text.encode("latin-1")
        if text.startswith(_QUOTES) and len(text) > 1:
            writer.literal("string", content, start, end)
        elif _FIRST_DIGIT.match(text):
            writer.literal("number", content, start, end)
        elif text in _PUNCTUATION:
            writer.bracket(kind_code(text), start, end)
        elif text not in self._reader.conditions and _WORD.fullmatch(text):
            writer.name(content, start, end)
        else:
            writer.unparsed(kind_code(text), content, start, end)

    def _line_codes(self, rows: Ints) -> Ints:
        lines = self._source.text.split(b"\n")
        codes = (self._interner.number(lines[row].strip()) for row in rows.tolist())
        return np.fromiter(codes, dtype=np.int64, count=len(rows))

    def _rows(self, spans: Iterable[tuple[int, int]]) -> Ints:
        found = Spans()
        for start, end in spans:
            found.add(start, end)
        return found.rows(line_ends(self._source.text))[1]

    def _mentions(self, code: Sequence[_Piece]) -> Iterator[str]:
        """The files or modules that strings may name."""
        for piece in code:
            name = piece.text.strip("\"'")
            if piece.text.startswith(_QUOTES) and _PATH.fullmatch(name):
                path = PurePosixPath(name)
                known = path.suffix in self._language.suffixes
                yield str(path.with_suffix("") if known else name.replace(".", "/")).lstrip("./")


def _finditer(pattern: re.Pattern[str] | None, text: str) -> Iterator[re.Match[str]]:
    return pattern.finditer(text) if pattern else iter(())


def _blanked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The text with spaces in the place of some pieces, its lines and places unchanged."""
    parts, end = [], 0
    for start, stop in spans:
        parts += [text[end:start], _VISIBLE.sub(" ", text[start:stop])]
        end = stop
    return "".join([*parts, text[end:]])


def _shallow(tokens: Iterable[str], reader: Any) -> Iterator[str]:
    """The tokens, as long as they don't nest deeper than code does: the name of a function holds
    those around it, and the names of many would fill the memory."""
    context = reader.context
    for token in tokens:
        if max(len(context.nesting_stack), len(context.stacked_functions)) > _MAX_DEPTH:
            raise ValueError("nested too deep")
        yield token


def _takes_long(text: str) -> bool:
    """Whether lizard's patterns, which look for the end of a comment, string or tag from each begin,
    would need a time that is quadratic in the text's length."""
    for begin, end in _PAIRS:
        *_, last = (0, *(match.end() for match in end.finditer(text)))
        if sum(1 for _ in begin.finditer(text, last)) > _MAX_BEGINS:
            return True
    return any(part.count("?") > _MAX_BEGINS for part in re.split("[<>]", text))


def _cut_off(context: Any) -> Iterator[Any]:
    """The functions that have begun and not ended."""
    yield from (each for each in context.nesting_stack if isinstance(each, lizard.FunctionInfo))
    if context.stacked_functions:
        yield from [*context.stacked_functions, context.current_function]
