"""The tokens of a shape file, and what parsers do with them."""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Self, TypeVar

from shapecheck.errors import Fault
from shapecheck.tokens import NUMBER, STRING, WHITE, string_value

_TOKEN = re.compile(
    rf"(?:{WHITE}|#[^\n]*)*(?:(?P<string>{STRING})|(?P<number>{NUMBER})|(?P<word>[a-z][a-z0-9_]*)"
    r"|(?P<sign>\.\.\.|\.\.|!=|<=|>=|[][{}()=;|:?,.<>])|(?P<end>\Z)|(?P<wrong>(?s:.)))"
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    line: int


def fault(line: int, detail: str) -> Fault:
    return Fault("bad-shape", detail, f"at line {line}")


def misplaced(token: Token) -> Fault:
    return fault(token.line, f"{token.text or 'the end'} cannot stand there")


class TokenStream:
    def __init__(self, tokens: list[Token]) -> None:
        self._tokens = tokens
        self._next = 0

    @classmethod
    def of(cls, text: str) -> Self:
        return cls(_tokens(text))

    @property
    def token(self) -> Token:
        """The token that comes next."""
        return self._tokens[self._next]

    def sees(self, kind: str, *texts: str) -> bool:
        return self.token.kind == kind and self.token.text in texts

    def take(self, *kinds: str) -> Token:
        token = self.token
        if token.kind not in kinds:
            raise misplaced(token)
        self._next += 1
        return token

    def skip(self, text: str, kind: str = "sign") -> bool:
        """Whether the sign, or word, was there; it is passed then."""
        found = self.sees(kind, text)
        self._next += found
        return found

    def need(self, sign: str) -> None:
        if not self.skip(sign):
            raise misplaced(self.token)

    def list(self, part: Callable[[], T], separator: str = ",") -> list[T]:
        parts = [part()]
        while self.skip(separator):
            parts.append(part())
        return parts

    def key(self) -> str:
        token = self.take("word", "string")
        return token.text if token.kind == "word" else string_value(token.text) or ""

    def new_key(self, taken: Container[str]) -> str:
        line = self.token.line
        key = self.key()
        if key in taken:
            raise fault(line, f"key {key} is given twice")
        return key


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
