"""Values as JSON text, and copies of them. Repeats are dropped."""

import json

from shapecheck import deep
from shapecheck.values import Array, Numeral, Object, Value


def text_of(value: Value) -> str:
    parts: list[str] = []
    deep.run(_render(value, parts))
    return "".join(parts)


def _render(value: Value, parts: list[str]) -> deep.Steps:
    match value:
        case Array():
            yield _render_array(value, parts)
        case Object():
            yield _render_object(value, parts)
        case Numeral():
            parts.append(value.text)
        case _:
            parts.append(json.dumps(value))


def _render_array(value: Array, parts: list[str]) -> deep.Steps:
    separator = "["
    for item in value.items:
        parts.append(separator)
        yield _render(item, parts)
        separator = ","
    parts.append("]" if value.items else "[]")


def _render_object(value: Object, parts: list[str]) -> deep.Steps:
    separator = "{"
    for key, member in value.first.items():
        parts.append(f"{separator}{json.dumps(key)}:")
        yield _render(member, parts)
        separator = ","
    parts.append("}" if value.first else "{}")


def copy_of(value: Value) -> Value:
    """The same value, made of other arrays and objects."""
    return deep.run(_copy(value))


def _copy(value: Value) -> deep.Steps:
    if isinstance(value, Array):
        items = []
        for item in value.items:
            items.append((yield _copy(item)))
        return Array(items)
    if isinstance(value, Object):
        members = {}
        for key, member in value.first.items():
            members[key] = yield _copy(member)
        return Object.of(members)
    return value
