"""Applies patches to documents."""

from shapecheck.equality import equal
from shapecheck.errors import Fault
from shapecheck.patches import Operation, Patch, Step
from shapecheck.rendering import copy_of
from shapecheck.values import Array, Numeral, Object, Value


class Mismatch(Exception):
    """An operation did not find what it needs."""


class Document:
    """A copy of a document that operations change."""

    def __init__(self, value: Value) -> None:
        self._root = Array([copy_of(value)])

    @property
    def value(self) -> Value:
        return self._root.items[0]

    def apply(self, patch: Patch, *, strict: bool = True) -> "Document":
        """Apply all operations; neighbours that are only checked are so if it is strict."""
        for number, operation in enumerate(patch, 1):
            try:
                self._apply(operation, strict)
            except Mismatch as mismatch:
                raise Fault("mismatch", "not applicable", f"at op {number}") from mismatch
        return self

    def _apply(self, operation: Operation, strict: bool) -> None:
        parent: Value = self._root
        last: Step = Numeral.of(0)
        for step in operation.path:
            parent, last = _part(parent, last), step
        match operation.kind:
            case "replace":
                _replace(parent, last, operation.fields)
            case "insert":
                _insert(parent, last, operation.fields)
            case "delete":
                _delete(parent, last, operation.fields, strict)
            case "move":
                _move(parent, last, operation.fields, strict)


def _require(condition: bool) -> None:
    if not condition:
        raise Mismatch


def _replace(parent: Value, step: Step, fields: dict[str, Value]) -> None:
    _require(equal(_part(parent, step), fields["old"]))
    new = copy_of(fields["new"])
    if isinstance(parent, Object) and isinstance(step, str):
        parent.first[step] = new
    elif isinstance(parent, Array):
        parent.items[_position(parent, step)] = new


def _insert(parent: Value, step: Step, fields: dict[str, Value]) -> None:
    new = copy_of(fields["new"])
    if isinstance(parent, Object) and isinstance(step, str):
        _require(step not in parent.first)
        parent.first[step] = new
        return
    items = _items(parent)
    if isinstance(step, Object):
        _require(_find(items, step) is None and _is_meant(new, step))
        items.insert(_place_after(items, fields["after"]), new)
    else:
        _require(step == Numeral.of(len(items)))
        items.append(new)


def _delete(parent: Value, step: Step, fields: dict[str, Value], strict: bool) -> None:
    _require(equal(_part(parent, step), fields["old"]))
    if isinstance(parent, Object) and isinstance(step, str):
        del parent.first[step]
        return
    items = _items(parent)
    position = _position(parent, step)
    if isinstance(step, Object):
        _require(not strict or _is_behind(items, position, fields["after"]))
    else:
        _require(position == len(items) - 1)
    del items[position]


def _move(parent: Value, step: Step, fields: dict[str, Value], strict: bool) -> None:
    items = _items(parent)
    position = _position(parent, step)
    _require(not strict or _is_behind(items, position, fields["from"]))
    item = items.pop(position)
    items.insert(_place_after(items, fields["after"]), item)


def _items(value: Value) -> list[Value]:
    if not isinstance(value, Array):
        raise Mismatch
    return value.items


def _part(value: Value, step: Step) -> Value:
    if not isinstance(step, str):
        return _items(value)[_position(value, step)]
    if isinstance(value, Object) and step in value.first:
        return value.first[step]
    raise Mismatch


def _position(array: Value, step: Step) -> int:
    """The position of the item that a step leads to."""
    items = _items(array)
    position = _find(items, step) if isinstance(step, Object) else _index(items, step)
    if position is None:
        raise Mismatch
    return position


def _index(items: list[Value], step: Step) -> int | None:
    is_there = isinstance(step, Numeral) and step < Numeral.of(len(items))
    return step.integer if isinstance(step, Numeral) and is_there else None


def _find(items: list[Value], step: Object) -> int | None:
    return next((at for at, item in enumerate(items) if _is_meant(item, step)), None)


def _is_meant(item: Value, step: Object) -> bool:
    if not isinstance(item, Object):
        return False
    members = item.first
    for key, value in step.first.items():
        if key not in members or not equal(members[key], value):
            return False
    return True


def _place_after(items: list[Value], neighbour: Value) -> int:
    if not isinstance(neighbour, Object):
        return 0
    position = _find(items, neighbour)
    if position is None:
        raise Mismatch
    return position + 1


def _is_behind(items: list[Value], position: int, neighbour: Value) -> bool:
    if not isinstance(neighbour, Object):
        return position == 0
    return position > 0 and _is_meant(items[position - 1], neighbour)
