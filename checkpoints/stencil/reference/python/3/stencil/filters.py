"""The filters, with what each of them takes."""

import string
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .scanner import WHITE
from .values import UNDEFINED, Markup, json_text, text_of

ANYTHING = frozenset({"null", "boolean", "number", "string", "list", "object"})
STRING = frozenset({"string"})
COUNTABLE = frozenset({"string", "list", "object"})
LIST = frozenset({"list"})

UPPER = str.maketrans(string.ascii_lowercase, string.ascii_uppercase)
LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)


@dataclass(frozen=True)
class Filter:
    apply: Callable[..., Any]
    operand: frozenset[str]
    arguments: tuple[frozenset[str], ...] = ()
    takes_undefined: bool = False


def join(items: list, separator: str) -> str:
    return separator.join(map(text_of, items))


def default(value: Any, substitute: Any) -> Any:
    return substitute if value is UNDEFINED or value is None else value


FILTERS = {
    "upper": Filter(lambda text: text.translate(UPPER), STRING),
    "lower": Filter(lambda text: text.translate(LOWER), STRING),
    "trim": Filter(lambda text: text.strip(WHITE), STRING),
    "length": Filter(len, COUNTABLE),
    "join": Filter(join, LIST, (STRING,)),
    "json": Filter(json_text, ANYTHING),
    "safe": Filter(lambda value: Markup(text_of(value)), ANYTHING),
    "default": Filter(default, ANYTHING, (ANYTHING,), takes_undefined=True),
}
