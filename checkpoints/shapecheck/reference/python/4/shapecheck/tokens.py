"""Tokens that documents and shape files have in common."""

import re

NUMBER = r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?"
PLAIN = r'[^"\\\x00-\x1f]*'
ESCAPE = r'\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})'
STRING = rf'"{PLAIN}(?:{ESCAPE}{PLAIN})*"'
WHITE = r"[ \t\n\r]+"

_ANY_ESCAPE = re.compile(
    r"\\(?:u([dD][89abAB]..)\\u([dD][c-fC-F]..)|u([dD][89a-fA-F]..)|u(....)|(.))"
)
_SHORT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def string_value(token: str) -> str | None:
    """The string that a token stands for; None if it holds half of a surrogate pair alone."""
    body = token[1:-1]
    if "\\" not in body:
        return body
    if any(found[3] for found in _ANY_ESCAPE.finditer(body)):
        return None
    return _ANY_ESCAPE.sub(_unescape, body)


def _unescape(found: re.Match[str]) -> str:
    high, low, _, code, letter = found.groups()
    if letter:
        return _SHORT.get(letter, letter)
    if code:
        return chr(int(code, 16))
    return chr(0x10000 + (int(high, 16) - 0xD800) * 0x400 + int(low, 16) - 0xDC00)
