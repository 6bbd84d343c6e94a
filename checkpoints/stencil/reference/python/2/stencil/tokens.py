"""The tokens of one tag, to be taken one after the other."""

from collections.abc import Callable
from typing import NoReturn, TypeVar

from .errors import StencilError
from .scanner import Tag, Token

T = TypeVar("T")
RESERVED = frozenset("and or not is in defined true false null loop".split())


class TokenReader:
    def __init__(self, tag: Tag):
        self.place = tag.place
        self._tokens = tag.tokens
        self._next = 0

    def fail(self, detail: str) -> NoReturn:
        raise StencilError("syntax", self.place, detail)

    def peek(self) -> Token | None:
        return self._tokens[self._next] if self._next < len(self._tokens) else None

    def take(self) -> Token:
        token = self.peek()
        if token is None:
            self.fail("the tag ends too early")
        self._next += 1
        return token

    def at(self, text: str) -> bool:
        """Whether the next token is this word or symbol."""
        token = self.peek()
        return token is not None and token.text == text

    def accept(self, text: str) -> Token | None:
        return self.take() if self.at(text) else None

    def expect(self, text: str) -> Token:
        token = self.take()
        if token.text != text:
            self.fail(f"{text} is missing")
        return token

    def word(self) -> Token:
        """Any name, also a reserved one."""
        token = self.take()
        if token.kind != "name":
            self.fail("a name is missing")
        return token

    def name(self) -> Token:
        token = self.word()
        self.check_name(token)
        return token

    def check_name(self, token: Token) -> None:
        if token.kind != "name" or token.text in RESERVED:
            self.fail(f"{token.text} is not a name")

    def listed(self, read: Callable[["TokenReader"], T]) -> list[T]:
        """One or more things with commas between them."""
        things = [read(self)]
        while self.accept(","):
            things.append(read(self))
        return things

    def parenthesised(self, read: Callable[["TokenReader"], T]) -> tuple[T, ...]:
        """Any number of things with commas between them, in parentheses."""
        self.expect("(")
        things = () if self.at(")") else tuple(self.listed(read))
        self.expect(")")
        return things

    def end(self) -> None:
        if self.peek():
            self.fail("the tag goes on too long")
