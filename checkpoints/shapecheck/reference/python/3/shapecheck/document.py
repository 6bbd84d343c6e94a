"""Reads JSON documents."""

import re
from collections.abc import Iterator

from shapecheck import deep
from shapecheck.errors import Fault
from shapecheck.tokens import NUMBER, STRING, WHITE, string_value
from shapecheck.values import Array, Numeral, Object, Value

_TOKEN = re.compile(
    rf"(?:{WHITE})?(?:(?P<string>{STRING})|(?P<number>{NUMBER})|(?P<word>null|true|false)"
    r"|(?P<sign>[\[\]{},:])|(?P<end>\Z))"
)
_WORDS = {"null": None, "true": True, "false": False}
_END = ("end", "")


def parse(data: bytes) -> Value:
    """The one value of a document."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault("bad-json", "not UTF-8") from error
    parser = _Parser(text)
    value = deep.run(parser.value())
    if parser.token != _END:
        raise parser.fault()
    return value


class _Parser:
    """A parser that has read one token ahead."""

    def __init__(self, text: str) -> None:
        self._tokens = _tokens(text)
        self.token = next(self._tokens)

    def fault(self) -> Fault:
        return Fault("bad-json", f"{self.token[1][:40]!r} cannot stand there")

    def value(self) -> deep.Steps:
        kind, text = self.token
        if kind == "sign":
            return (yield self._container(text))
        self._advance()
        return self._scalar(kind, text)

    def _scalar(self, kind: str, text: str) -> Value:
        if kind == "string":
            return self._string(text)
        if kind == "number":
            return Numeral.parse(text)
        if kind == "word":
            return _WORDS[text]
        raise self.fault()

    def _container(self, sign: str) -> deep.Steps:
        if sign == "[":
            self._advance()
            return self._array()
        if sign == "{":
            self._advance()
            return self._object()
        raise self.fault()

    def _array(self) -> deep.Steps:
        array = Array()
        if self._skip("]"):
            return array
        while True:
            array.items.append((yield self.value()))
            if self._skip("]"):
                return array
            self._need(",")

    def _object(self) -> deep.Steps:
        result = Object()
        if self._skip("}"):
            return result
        while True:
            key = self._key()
            self._need(":")
            result.add(key, (yield self.value()))
            if self._skip("}"):
                return result
            self._need(",")

    def _key(self) -> str:
        kind, text = self.token
        if kind != "string":
            raise self.fault()
        self._advance()
        return self._string(text)

    def _string(self, text: str) -> str:
        value = string_value(text)
        if value is None:
            raise Fault("bad-json", "half of a surrogate pair")
        return value

    def _advance(self) -> None:
        self.token = next(self._tokens, _END)

    def _skip(self, sign: str) -> bool:
        """Whether the sign was there; it is passed then."""
        found = self.token == ("sign", sign)
        if found:
            self._advance()
        return found

    def _need(self, sign: str) -> None:
        if not self._skip(sign):
            raise self.fault()


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    """Kind and text of each token, and the end."""
    position = 0
    kind = ""
    while kind != "end":
        found = _TOKEN.match(text, position)
        if found is None:
            raise Fault("bad-json", f"no token at character {position + 1}")
        kind = found.lastgroup or ""
        position = found.end()
        yield kind, found[kind]
