"""What becomes of literal text and values in each mode."""

from collections.abc import Callable
from typing import Any

from .html.context import Context, advance
from .html.escape import escape
from .nodes import Literal, Print
from .origins import Bound, Origin
from .values import Markup, text_of

Write = Callable[[str, Literal | Print, Origin | None], Any]


class TextOutput:
    def __init__(self, write: Write):
        self._write = write

    def literal(self, node: Literal) -> None:
        self._write(node.text, node, None)

    def value(self, node: Print, bound: Bound) -> None:
        self._write(text_of(bound.value), node, bound.origin)


class HtmlOutput:
    """Escapes values; the text has been checked to be fit for that."""

    def __init__(self, write: Write):
        self._write = write
        self._context = Context()

    def literal(self, node: Literal) -> None:
        self._context = advance(self._context, node.text)
        self._write(node.text, node, None)

    def value(self, node: Print, bound: Bound) -> None:
        text = text_of(bound.value)
        if not (isinstance(bound.value, Markup) and self._context.state == "text"):
            text = escape(text, self._context)
        self._context = self._context.after_value()
        self._write(text, node, bound.origin)


MODES = {"text": TextOutput, "html": HtmlOutput}
