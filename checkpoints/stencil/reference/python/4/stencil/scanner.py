"""Cuts a template into literal text and tags, and tags into tokens."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .errors import StencilError
from .source import Place, Source

WHITE = " \t\n\r"
OPENING = re.compile(r"\{[{%#]")
CLOSERS = {"{{": "}}", "{%": "%}"}
COMMENT, COMMENT_END = "{#", "#}"
TOKEN = re.compile(
    r"""(?P<string>"(?:[^"\\\n]|\\["'\\nt])*"|'(?:[^'\\\n]|\\["'\\nt])*')
    |(?P<number>-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<symbol>[=!]=|[=<>|().,\[\]])""",
    re.VERBOSE,
)
SPACE = re.compile(f"[{WHITE}]*")


@dataclass(frozen=True)
class Token:
    kind: str
    text: str
    place: Place


@dataclass(frozen=True)
class Text:
    place: Place
    text: str


@dataclass(frozen=True)
class Tag:
    place: Place
    opening: str
    tokens: tuple[Token, ...]


class Scanner:
    """Reads one source from its beginning; a tag is looked at when it is reached."""

    def __init__(self, source: Source):
        self._source = source
        self._text = source.text
        self._offset = 0

    def pieces(self) -> Iterator[Text | Tag]:
        trim = False
        while self._offset < len(self._text):
            opening = OPENING.search(self._text, self._offset)
            yield from self._literal(opening.start() if opening else len(self._text), trim)
            if opening:
                place = self._here()
                self._offset = opening.end()
                self._skip_hyphen()
                if opening[0] == COMMENT:
                    trim = self._comment(place)
                else:
                    tokens, trim = self._tokens(place, CLOSERS[opening[0]])
                    yield Tag(place, opening[0], tokens)

    def _here(self) -> Place:
        return Place(self._source, self._offset)

    def _literal(self, end: int, trim_start: bool) -> Iterator[Text]:
        """The literal text up to `end`, where a tag or nothing follows."""
        start = self._offset
        if trim_start:
            start = SPACE.match(self._text, start, end).end()
        self._offset = end
        text = self._text[start:end]
        if self._text.startswith("-", end + 2):
            text = text.rstrip(WHITE)
        if text:
            yield Text(Place(self._source, start), text)

    def _skip_hyphen(self) -> None:
        if self._text.startswith("-", self._offset):
            self._offset += 1

    def _comment(self, place: Place) -> bool:
        """Skip a comment; whether it ends with a hyphen."""
        end = self._text.find(COMMENT_END, self._offset)
        if end < 0:
            raise StencilError("syntax", place, "the comment is not closed")
        trim = self._text.endswith("-", self._offset, end)
        self._offset = end + len(COMMENT_END)
        return trim

    def _tokens(self, place: Place, closer: str) -> tuple[tuple[Token, ...], bool]:
        """The tokens up to the end of the tag, and whether that has a hyphen."""
        tokens = []
        while True:
            self._offset = SPACE.match(self._text, self._offset).end()
            for end in (closer, "-" + closer):
                if self._text.startswith(end, self._offset):
                    self._offset += len(end)
                    return tuple(tokens), end != closer
            tokens.append(self._token(place))

    def _token(self, tag: Place) -> Token:
        match = TOKEN.match(self._text, self._offset)
        if not match:
            raise StencilError("syntax", tag, "the tag cannot be read to its end")
        token = Token(match.lastgroup, match[0], self._here())
        self._offset = match.end()
        return token
