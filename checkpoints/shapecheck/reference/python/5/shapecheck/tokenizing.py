"""Tokens of a document that is read piece by piece."""

import codecs
import re
from collections.abc import Iterable, Iterator

from shapecheck.errors import Fault
from shapecheck.tokens import ESCAPE, NUMBER, PLAIN, STRING, WHITE

Token = tuple[str, str]
"""Its kind and its text; signs are of their own kind."""

_TOKEN = re.compile(
    rf"(?:{WHITE})?(?:(?P<string>{STRING})|(?P<sign>[\[\]{{}},:])|(?P<number>{NUMBER})"
    r"|(?P<word>null|true|false)|(?P<end>\Z))"
)
_OPEN_STRING = rf'"{PLAIN}(?:{ESCAPE}{PLAIN})*(?:\\(?:u[0-9a-fA-F]{{0,3}})?)?'
_BEGINNING = re.compile(rf"(?:{WHITE})?(?:{_OPEN_STRING}|[-+.eE0-9]+|[a-z]+)?\Z")
_GROWING = ("number", "word", "end")
"""Kinds that may go on behind the text that is there."""


def tokens(pieces: Iterable[bytes]) -> Iterator[Token]:
    """All tokens and an `end`."""
    texts = _texts(pieces)
    text, position, is_last = "", 0, False
    while True:
        found = _TOKEN.match(text, position)
        if not is_last and _may_go_on(found, text, position):
            more, is_last = _more(texts, len(text) - position)
            text, position = text[position:] + more, 0
        elif found is None:
            raise Fault("bad-json", f"no token begins with {text[position : position + 20]!r}")
        else:
            position = found.end()
            kind = found.lastgroup or ""
            value = found[kind]
            yield (value if kind == "sign" else kind), value
            if kind == "end":
                return


def _may_go_on(found: re.Match[str] | None, text: str, position: int) -> bool:
    """Whether more text can make another token of what is there."""
    if found is None:
        return _BEGINNING.match(text, position) is not None
    return found.end() == len(text) and found.lastgroup in _GROWING


def _more(texts: Iterator[str], amount: int) -> tuple[str, bool]:
    """At least so much more text, and whether it is the last."""
    parts: list[str] = []
    size = 0
    for part in texts:
        parts.append(part)
        size += len(part)
        if size > amount:
            return "".join(parts), False
    return "".join(parts), True


def _texts(pieces: Iterable[bytes]) -> Iterator[str]:
    """The text of the pieces; bytes that are not UTF-8 become surrogates, which no token holds."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    for piece in pieces:
        yield decoder.decode(piece)
    yield decoder.decode(b"", final=True)
