"""Reads shape files."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from shapecheck.errors import Fault
from shapecheck.shapes import (
    ANY,
    UNLIMITED,
    Alternatives,
    ArrayShape,
    BooleanShape,
    Definition,
    LiteralShape,
    Member,
    NumberShape,
    ObjectShape,
    Range,
    Reference,
    Shape,
    StringShape,
)
from shapecheck.soundness import link
from shapecheck.tokens import NUMBER, STRING, WHITE, string_value
from shapecheck.values import Numeral

_TOKEN = re.compile(
    rf"(?:{WHITE}|#[^\n]*)*(?:(?P<string>{STRING})|(?P<number>{NUMBER})|(?P<word>[a-z][a-z0-9_]*)"
    r"|(?P<sign>\.\.\.|\.\.|[][{}()=;|:?,])|(?P<end>\Z)|(?P<wrong>(?s:.)))"
)
_LENGTH = re.compile(r"0|[1-9][0-9]*")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_ANY_NUMBER = re.compile(NUMBER)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    line: int


def parse(data: bytes) -> Reference:
    """The shape of the document that a shape file describes."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _fault(1, "not UTF-8") from error
    parser = _Parser(_tokens(text))
    definitions = parser.definitions()
    return link(definitions, parser.references)


def _fault(line: int, detail: str) -> Fault:
    return Fault("bad-shape", detail, f"at line {line}")


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    position, line, kind = 0, 1, ""
    while kind not in ("end", "wrong"):
        found = _TOKEN.match(text, position)
        assert found
        kind = found.lastgroup or "end"
        line += text.count("\n", position, found.start(kind))
        if kind == "end":
            line = tokens[-1].line if tokens else 1
        if kind == "string" and string_value(found[kind]) is None:
            kind = "wrong"
        tokens.append(Token(kind, found[kind], line))
        position = found.end()
    return tokens


class _Parser:
    """A parser by recursive descent; shapes are not nested deeply."""

    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0
        self.references: list[Reference] = []
        self._words: dict[str, Callable[[], Shape]] = {
            "any": lambda: ANY,
            "null": lambda: LiteralShape(None),
            "true": lambda: LiteralShape(True),
            "false": lambda: LiteralShape(False),
            "boolean": BooleanShape,
            "string": lambda: StringShape(self._range(_LENGTH)),
            "int": lambda: NumberShape(self._range(_WHOLE), whole=True),
            "number": lambda: NumberShape(self._range(_ANY_NUMBER), whole=False),
        }
        self._signs = {"[": self._array, "{": self._object}

    def definitions(self) -> dict[str, Definition]:
        found: dict[str, Definition] = {}
        while not found or self._token.kind != "end":
            definition = self._definition(found)
            found[definition.name] = definition
        return found

    def _definition(self, taken: dict[str, Definition]) -> Definition:
        token = self._take("word")
        if token.text in self._words or token.text in taken:
            raise _fault(token.line, f"{token.text} cannot be defined here")
        self._need("=")
        shape = self._shape()
        self._need(";")
        return Definition(token.text, token.line, shape)

    def _shape(self) -> Shape:
        branches = self._list(self._single, "|")
        return branches[0] if len(branches) == 1 else Alternatives(branches)

    def _single(self) -> Shape:
        token = self._token
        self._next += 1
        match token.kind:
            case "string":
                return LiteralShape(string_value(token.text))
            case "number":
                return LiteralShape(Numeral.parse(token.text))
            case "word":
                return self._word(token)
            case "sign" if token.text in self._signs:
                return self._signs[token.text]()
        raise self._misplaced(token)

    def _word(self, token: Token) -> Shape:
        if token.text in self._words:
            return self._words[token.text]()
        reference = Reference(token.text, token.line)
        self.references.append(reference)
        return reference

    def _array(self) -> Shape:
        items = self._shape()
        self._need("]")
        return ArrayShape(items, self._range(_LENGTH))

    def _object(self) -> Shape:
        members: dict[str, Member] = {}
        is_open = False
        closed = self._skip("}")
        while not closed:
            is_open = self._skip("...")
            if not is_open:
                self._member(members)
            closed = self._skip("}")
            if not closed:
                self._refuse_more(is_open)
        return ObjectShape(members, is_open)

    def _refuse_more(self, is_open: bool) -> None:
        """Pass the comma before another member, which cannot follow `...`."""
        if is_open:
            raise self._misplaced(self._token)
        self._need(",")

    def _member(self, members: dict[str, Member]) -> None:
        key = self._key(members)
        optional = self._skip("?")
        self._need(":")
        members[key] = Member(self._shape(), optional)

    def _key(self, taken: dict[str, Member]) -> str:
        token = self._take("word", "string")
        key = token.text if token.kind == "word" else string_value(token.text) or ""
        if key in taken:
            raise _fault(token.line, f"key {key} is given twice")
        return key

    def _range(self, form: re.Pattern[str]) -> Range:
        line = self._token.line
        if not self._skip("("):
            return UNLIMITED
        least = self._bound(form)
        self._need("..")
        most = self._bound(form)
        if least is most is None:
            raise self._misplaced(self._token)
        self._need(")")
        if least is not None and most is not None and most < least:
            raise _fault(line, "the range is empty")
        return Range(least, most)

    def _bound(self, form: re.Pattern[str]) -> Numeral | None:
        token = self._token
        if token.kind != "number":
            return None
        if not form.fullmatch(token.text):
            raise self._misplaced(token)
        self._next += 1
        return Numeral.parse(token.text)

    # --- tokens

    @property
    def _token(self) -> Token:
        return self._tokens[self._next]

    def _misplaced(self, token: Token) -> Fault:
        return _fault(token.line, f"{token.text or 'the end'} cannot stand there")

    def _take(self, *kinds: str) -> Token:
        token = self._token
        if token.kind not in kinds:
            raise self._misplaced(token)
        self._next += 1
        return token

    def _skip(self, sign: str) -> bool:
        """Whether the sign was there; it is passed then."""
        token = self._token
        found = token.kind == "sign" and token.text == sign
        self._next += found
        return found

    def _need(self, sign: str) -> None:
        if not self._skip(sign):
            raise self._misplaced(self._token)

    def _list(self, part: Callable[[], T], separator: str) -> list[T]:
        parts = [part()]
        while self._skip(separator):
            parts.append(part())
        return parts
