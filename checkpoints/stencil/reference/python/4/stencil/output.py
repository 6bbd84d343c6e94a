"""What becomes of literal text and values in each mode."""

from collections.abc import Callable
from typing import Any

from .html.context import Context, advance
from .html.escape import escape
from .values import Markup, text_of

Write = Callable[[str], Any]


class TextOutput:
    def __init__(self, write: Write):
        self._write = write

    def literal(self, text: str) -> None:
        self._write(text)

    def value(self, value: Any) -> None:
        self._write(text_of(value))


class HtmlOutput:
    """Escapes values; the text has been checked to be fit for that."""

    def __init__(self, write: Write):
        self._write = write
        self._context = Context()

    def literal(self, text: str) -> None:
        self._context = advance(self._context, text)
        self._write(text)

    def value(self, value: Any) -> None:
        text = text_of(value)
        if isinstance(value, Markup) and self._context.state == "text":
            self._write(text)
        else:
            self._write(escape(text, self._context))
        self._context = self._context.after_value()


MODES = {"text": TextOutput, "html": HtmlOutput}
