"""Contexts: where in HTML text the literal text read so far has led to."""

import string
from dataclasses import dataclass, replace
from functools import cache

from ..filters import LOWER
from ..scanner import WHITE

LETTER, OTHER = "letter", "other"
CONTENT = "content"
RAW_ELEMENTS = ("script", "style")
VALUE_STATES = ("equals", "double", "single", "bare")
URL, URL_PART, CSS, EVENT, PLAIN = "url", "url-part", "css", "event", "plain"
ATTRIBUTE_KINDS = {"href": URL, "src": URL, "action": URL, "formaction": URL, "style": CSS}

AFTER_TAG_PART = {**dict.fromkeys(WHITE + "/", "tag"), ">": CONTENT}
AFTER_VALUE = {**dict.fromkeys(WHITE, "tag"), ">": CONTENT}
IN_SCRIPT = {"<": "script-less", '"': "string-double", "'": "string-single"}
NEXT_STATES = {
    "text": {"<": "less"},
    "less": {LETTER: "name", "/": "skip", "!": "skip", "<": "less", OTHER: "text"},
    "skip": {">": "text"},
    "name": AFTER_TAG_PART,
    "tag": {**AFTER_TAG_PART, OTHER: "attr"},
    "attr": {**AFTER_TAG_PART, "=": "equals"},
    "equals": {**AFTER_VALUE, '"': "double", "'": "single", OTHER: "bare"},
    "double": {'"': "tag"},
    "single": {"'": "tag"},
    "bare": AFTER_VALUE,
    "style": {"<": "style-less"},
    "style-less": {"/": "skip", "<": "style-less", OTHER: "style"},
    "script": IN_SCRIPT,
    "script-less": {**IN_SCRIPT, "/": "skip", OTHER: "script"},
    "string-double": {'"': "script", "\\": "escape-double"},
    "string-single": {"'": "script", "\\": "escape-single"},
    "escape-double": {OTHER: "string-double"},
    "escape-single": {OTHER: "string-single"},
}


@dataclass(frozen=True)
class Context:
    state: str = "text"
    name: str = ""
    """What has been read of the name of an element or attribute."""
    element: str = ""
    kind: str = ""

    def after_value(self) -> "Context":
        """The context after a printed value."""
        state = "bare" if self.state == "equals" else self.state
        return replace(self, state=state, kind=begun(self.kind))


@cache
def advance(context: Context, text: str) -> Context:
    """The context after literal text."""
    for char in text:
        context = step(context, char)
    return context


def step(context: Context, char: str) -> Context:
    state = next_state(context.state, char)
    if state in ("name", "attr"):
        read = context.name if context.state == state else ""
        return Context(state, read + char.translate(LOWER), element_of(context))
    if state == CONTENT:
        element = element_of(context)
        return Context(element if element in RAW_ELEMENTS else "text")
    if state == "tag":
        return Context(state, element=element_of(context))
    if state in VALUE_STATES:
        return Context(state, element=context.element, kind=kind_after(context, state))
    return Context(state)


def next_state(state: str, char: str) -> str:
    known = NEXT_STATES[state]
    if char in known:
        return known[char]
    if LETTER in known and char in string.ascii_letters:
        return known[LETTER]
    return known.get(OTHER, state)


def element_of(context: Context) -> str:
    """The element of a tag, as far as it matters."""
    if context.state == "name":
        return context.name if context.name in RAW_ELEMENTS else OTHER
    return context.element


def kind_after(context: Context, state: str) -> str:
    if context.state == "attr":
        return kind_of_attribute(context.name)
    is_opening_quote = context.state == "equals" and state != "bare"
    return context.kind if is_opening_quote else begun(context.kind)


def kind_of_attribute(name: str) -> str:
    return EVENT if name.startswith("on") else ATTRIBUTE_KINDS.get(name, PLAIN)


def begun(kind: str) -> str:
    """The kind of an attribute after something in its value."""
    return URL_PART if kind == URL else kind
