"""Adds examples to what was seen, and keeps that between runs."""

import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field

from shapecheck.errors import Fault
from shapecheck.events import Event
from shapecheck.places import Place
from shapecheck.values import Numeral

DEEPEST = 100
_MARK = "shapecheck infer"


@dataclass(slots=True)
class _Open:
    """An array or object whose end was not read yet."""

    place: Place
    size: int = 0
    keys: set[str] = field(default_factory=set)


def add_example(root: Place, events: Iterable[Event]) -> None:
    """Add the values of one document."""
    around: list[_Open] = []
    place = root
    for kind, value in events:
        if kind == "key":
            place = _member(around[-1], str(value))
            continue
        if kind in "]}":
            _end(around.pop(), kind)
            continue
        if around and not around[-1].keys:
            around[-1].size += 1
            place = around[-1].place.item_place()
        if kind == "scalar":
            place.add_scalar(value)
        else:
            _refuse_deeper(around)
            around.append(_Open(place))


def _member(around: _Open, key: str) -> Place:
    if key in around.keys:
        raise Fault("repeated-key", f"{key!r} was there before")
    around.keys.add(key)
    return around.place.member_place(key)


def _end(ended: _Open, kind: str) -> None:
    if kind == "]":
        ended.place.sizes.add(Numeral.of(ended.size))
    else:
        ended.place.objects += 1


def _refuse_deeper(around: list[_Open]) -> None:
    if len(around) == DEEPEST:
        raise Fault("too-deep", f"nested more than {DEEPEST} deep")


def load(path: str) -> Place:
    """What earlier runs have seen."""
    try:
        with open(path, encoding="utf-8") as file:
            return Place.of_json(json.load(file)[_MARK])
    except (FileNotFoundError, NotADirectoryError):
        return Place()
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as error:
        raise Fault("bad-state", f"{path} is not a state") from error


def save(place: Place, path: str) -> None:
    beside = f"{path}.new"
    try:
        with open(beside, "w", encoding="utf-8") as file:
            json.dump({_MARK: place.as_json()}, file)
        os.replace(beside, path)
    except OSError as error:
        raise Fault("unreadable", f"{path}: {error.strerror}") from error
