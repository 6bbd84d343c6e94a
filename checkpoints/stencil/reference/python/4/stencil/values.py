"""Values of templates: those of JSON, and undefined."""

import json
from decimal import Decimal
from typing import Any

UNDEFINED = type("Undefined", (), {"__repr__": lambda self: "undefined"})()


class Markup(str):
    """A string that is finished HTML text."""

    __slots__ = ()


KINDS = {
    type(UNDEFINED): "undefined",
    type(None): "null",
    bool: "boolean",
    int: "number",
    float: "number",
    str: "string",
    Markup: "string",
    list: "list",
    dict: "object",
}


def kind_of(value: Any) -> str:
    return KINDS[type(value)]


def is_true(value: Any) -> bool:
    return value is not UNDEFINED and bool(value)


def is_equal(left: Any, right: Any) -> bool:
    """Equality that never takes values of two types for equal, at any depth."""
    kind = kind_of(left)
    if kind != kind_of(right):
        return False
    if kind == "list":
        return len(left) == len(right) and all(map(is_equal, left, right))
    if kind == "object":
        return left.keys() == right.keys() and all(is_equal(left[k], right[k]) for k in left)
    return left == right


def member(value: Any, key: Any) -> Any:
    """The item or member of a value; undefined if there is none."""
    if isinstance(value, dict) and isinstance(key, str):
        return value.get(key, UNDEFINED)
    if isinstance(value, list) and kind_of(key) == "number" and key == int(key):
        return value[int(key)] if 0 <= key < len(value) else UNDEFINED
    return UNDEFINED


# --- printing ---------------------------------------------------------------


def number_text(number: int | float) -> str:
    if isinstance(number, int):
        return str(number)
    exact = Decimal(repr(number))
    return f"{exact.normalize():f}" if exact else "0"


def text_of(value: Any) -> str:
    """A value as it is printed."""
    if isinstance(value, str):
        return value
    return "" if value is None else json_text(value)


def json_text(value: Any) -> str:
    """A value as it is printed within a list."""
    return JSON_WRITERS[kind_of(value)](value)


def _list_text(items: list) -> str:
    return f"[{','.join(map(json_text, items))}]"


def _object_text(members: dict) -> str:
    return f"{{{','.join(f'{_string_text(k)}:{json_text(members[k])}' for k in sorted(members))}}}"


def _string_text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


JSON_WRITERS = {
    "null": lambda value: "null",
    "boolean": lambda value: "true" if value else "false",
    "number": number_text,
    "string": _string_text,
    "list": _list_text,
    "object": _object_text,
}
