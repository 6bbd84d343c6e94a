"""How a text is written in each context."""

import re
from collections.abc import Callable
from urllib.parse import quote

from .context import CSS, EVENT, PLAIN, URL, URL_PART, Context

HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"})
UNSAFE_BARE = re.compile(r"[^A-Za-z0-9._-]")
UNSAFE_SCRIPT = re.compile("[\\\\\"'<>&\u2028\u2029\x00-\x1f]")
UNSAFE_CSS = re.compile(r"[^A-Za-z0-9]")
SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
SCHEMES = ("http", "https", "mailto")
URL_MARKS = ":/?#[]@!$&()*+,;=%'"
BLOCKED = "#"


def escape_html(text: str) -> str:
    return text.translate(HTML)


def escape_css(text: str) -> str:
    return UNSAFE_CSS.sub(lambda match: f"\\{ord(match[0]):x} ", text)


def escape_script(text: str) -> str:
    return UNSAFE_SCRIPT.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def prepare_url(text: str) -> str:
    scheme = SCHEME.match(text)
    if scheme and scheme[1].lower() not in SCHEMES:
        return BLOCKED
    return quote(text, safe=URL_MARKS)


def prepare_url_part(text: str) -> str:
    return quote(text, safe="")


PREPARATIONS: dict[str, Callable[[str], str]] = {
    PLAIN: str,
    CSS: escape_css,
    URL: prepare_url,
    URL_PART: prepare_url_part,
}


def write_text(text: str, kind: str) -> str:
    return escape_html(text)


def write_quoted(text: str, kind: str) -> str:
    return escape_html(PREPARATIONS[kind](text))


def write_bare(text: str, kind: str) -> str:
    return UNSAFE_BARE.sub(lambda match: f"&#{ord(match[0])};", PREPARATIONS[kind](text))


WRITERS: dict[str, Callable[[str, str], str]] = {
    "text": write_text,
    "double": write_quoted,
    "single": write_quoted,
    "equals": write_bare,
    "bare": write_bare,
    "string-double": lambda text, kind: escape_script(text),
    "string-single": lambda text, kind: escape_script(text),
    "style": lambda text, kind: escape_css(text),
}


def takes_values(context: Context) -> bool:
    return context.state in WRITERS and context.kind != EVENT


def escape(text: str, context: Context) -> str:
    return WRITERS[context.state](text, context.kind)
