"""A document as a sequence of events."""

from collections.abc import Iterable, Iterator

from shapecheck.errors import Fault
from shapecheck.tokenizing import Token, tokens
from shapecheck.tokens import string_value
from shapecheck.values import Numeral, Value

Event = tuple[str, Value]
"""`[`, `]`, `{` or `}`; `key` with the key; `scalar` with the value."""

_WORDS = {"null": None, "true": True, "false": False}
_CLOSING = {"[": "]", "{": "}"}
_KEY, _FIRST_KEY, _COLON, _VALUE, _FIRST_ITEM, _AFTER = range(6)


def events(pieces: Iterable[bytes]) -> Iterator[Event]:
    """The events of the one value that a document holds."""
    reader = _Grammar()
    for token in tokens(pieces):
        event = reader.event(token)
        if event:
            yield event


class _Grammar:
    """What may come next in a document."""

    def __init__(self) -> None:
        self._open: list[str] = []
        self._state = _VALUE

    def event(self, token: Token) -> Event | None:
        """The event that a token is, if it is one; a fault if it cannot stand there."""
        kind, text = token
        if self._state == _AFTER:
            return self._after(kind)
        if self._state == _COLON:
            return self._colon(kind)
        if self._state in (_KEY, _FIRST_KEY):
            return self._key(kind, text)
        return self._value(kind, text)

    def _value(self, kind: str, text: str) -> Event:
        if kind in _CLOSING:
            self._open.append(kind)
            self._state = _FIRST_ITEM if kind == "[" else _FIRST_KEY
            return kind, None
        if kind == "]" and self._state == _FIRST_ITEM:
            return self._close(kind)
        self._state = _AFTER
        return "scalar", _scalar(kind, text)

    def _key(self, kind: str, text: str) -> Event:
        if kind == "}" and self._state == _FIRST_KEY:
            return self._close(kind)
        if kind != "string":
            raise _fault(kind)
        self._state = _COLON
        return "key", _string(text)

    def _colon(self, kind: str) -> None:
        if kind != ":":
            raise _fault(kind)
        self._state = _VALUE

    def _after(self, kind: str) -> Event | None:
        """What follows a value."""
        around = self._open[-1] if self._open else ""
        if around and kind == ",":
            self._state = _VALUE if around == "[" else _KEY
            return None
        if kind == _CLOSING.get(around, "end"):
            return self._close(kind) if around else None
        raise _fault(kind)

    def _close(self, kind: str) -> Event:
        self._open.pop()
        self._state = _AFTER
        return kind, None


def _scalar(kind: str, text: str) -> Value:
    if kind == "string":
        return _string(text)
    if kind == "number":
        return Numeral.parse(text)
    if kind == "word":
        return _WORDS[text]
    raise _fault(kind)


def _string(text: str) -> str:
    value = string_value(text)
    if value is None:
        raise Fault("bad-json", "half of a surrogate pair")
    return value


def _fault(kind: str) -> Fault:
    return Fault("bad-json", f"{kind} cannot stand there")
