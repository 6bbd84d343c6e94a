"""Whole documents."""

from shapecheck.events import events
from shapecheck.values import Array, Object, Value


def parse(data: bytes) -> Value:
    """The one value of a document."""
    root = Array()
    around: list[Array | Object] = [root]
    keys: list[str] = []
    for kind, value in events([data]):
        if kind == "key":
            keys.append(str(value))
        elif kind in "]}":
            around.pop()
        else:
            part = _BEGUN[kind]() if kind in _BEGUN else value
            _add(around[-1], keys, part)
            if kind in _BEGUN:
                around.append(part)
    return root.items[0]


_BEGUN: dict[str, type[Array | Object]] = {"[": Array, "{": Object}


def _add(around: Array | Object, keys: list[str], part: Value) -> None:
    if isinstance(around, Object):
        around.add(keys.pop(), part)
    else:
        around.items.append(part)
