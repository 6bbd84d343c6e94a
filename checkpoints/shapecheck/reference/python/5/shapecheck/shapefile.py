"""Reads shape files."""

import re
from collections.abc import Callable

from shapecheck.clausefile import ClauseParser
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
    ShapeFile,
    StringShape,
)
from shapecheck.soundness import link
from shapecheck.tokens import NUMBER, string_value
from shapecheck.tokenstream import Token, TokenStream, fault, misplaced
from shapecheck.values import Numeral

_LENGTH = re.compile(r"0|[1-9][0-9]*")
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_ANY_NUMBER = re.compile(NUMBER)


def parse(data: bytes) -> ShapeFile:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise fault(1, "not UTF-8") from error
    parser = _Parser(TokenStream.of(text))
    definitions = parser.definitions()
    return link(definitions, parser.references)


class _Parser:
    """A parser by recursive descent; shapes are not nested deeply."""

    def __init__(self, tokens: TokenStream) -> None:
        self._tokens = tokens
        self._clauses = ClauseParser(tokens)
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
        while not found or self._tokens.token.kind != "end":
            definition = self._definition(found)
            found[definition.name] = definition
        return found

    def _definition(self, taken: dict[str, Definition]) -> Definition:
        token = self._tokens.take("word")
        if token.text in self._words or token.text in taken:
            raise fault(token.line, f"{token.text} cannot be defined here")
        self._tokens.need("=")
        shape = self._shape()
        clauses = self._clauses.clauses() if self._tokens.skip("where", "word") else []
        self._tokens.need(";")
        return Definition(token.text, token.line, shape, clauses)

    def _shape(self) -> Shape:
        branches = self._tokens.list(self._single, "|")
        return branches[0] if len(branches) == 1 else Alternatives(branches)

    def _single(self) -> Shape:
        token = self._tokens.take("string", "number", "word", "sign")
        match token.kind:
            case "string":
                return LiteralShape(string_value(token.text))
            case "number":
                return LiteralShape(Numeral.parse(token.text))
            case "word":
                return self._word(token)
            case "sign" if token.text in self._signs:
                return self._signs[token.text]()
        raise misplaced(token)

    def _word(self, token: Token) -> Shape:
        if token.text in self._words:
            return self._words[token.text]()
        reference = Reference(token.text, token.line)
        self.references.append(reference)
        return reference

    def _array(self) -> Shape:
        items = self._shape()
        by = self._item_keys() if self._tokens.skip("by", "word") else ()
        self._tokens.need("]")
        return ArrayShape(items, self._range(_LENGTH), by)

    def _item_keys(self) -> tuple[str, ...]:
        keys: dict[str, None] = {}
        if not self._tokens.skip("("):
            return (self._tokens.new_key(keys),)
        self._tokens.list(lambda: keys.setdefault(self._tokens.new_key(keys)))
        self._tokens.need(")")
        return tuple(keys)

    def _object(self) -> Shape:
        members: dict[str, Member] = {}
        is_open = False
        closed = self._tokens.skip("}")
        while not closed:
            is_open = self._tokens.skip("...")
            if not is_open:
                self._member(members)
            closed = self._tokens.skip("}")
            if not closed:
                self._refuse_more(is_open)
        return ObjectShape(members, is_open)

    def _refuse_more(self, is_open: bool) -> None:
        """Pass the comma before another member, which cannot follow `...`."""
        if is_open:
            raise misplaced(self._tokens.token)
        self._tokens.need(",")

    def _member(self, members: dict[str, Member]) -> None:
        key = self._tokens.new_key(members)
        optional = self._tokens.skip("?")
        self._tokens.need(":")
        members[key] = Member(self._shape(), optional)

    def _range(self, form: re.Pattern[str]) -> Range:
        line = self._tokens.token.line
        if not self._tokens.skip("("):
            return UNLIMITED
        least = self._bound(form)
        self._tokens.need("..")
        most = self._bound(form)
        if least is most is None:
            raise misplaced(self._tokens.token)
        self._tokens.need(")")
        if least is not None and most is not None and most < least:
            raise fault(line, "the range is empty")
        return Range(least, most)

    def _bound(self, form: re.Pattern[str]) -> Numeral | None:
        token = self._tokens.token
        if token.kind != "number":
            return None
        if not form.fullmatch(token.text):
            raise misplaced(token)
        return Numeral.parse(self._tokens.take("number").text)
