"""Refuses shape files whose documents cannot be searched."""

from collections.abc import Iterator

from shapecheck.errors import Fault
from shapecheck.shapes import (
    ANY,
    UNLIMITED,
    Alternatives,
    ArrayShape,
    NumberShape,
    ObjectShape,
    Shape,
    ShapeFile,
    flattened,
)


def refuse_in_any(shape_file: ShapeFile) -> None:
    for definition in shape_file.definitions:
        _refuse(bool(definition.clauses), "clauses")
    for shape in _all_shapes(shape_file):
        ranged = isinstance(shape, NumberShape) and not shape.whole and shape.bounds != UNLIMITED
        _refuse(ranged, "number with a range")


def refuse_in_old(shape_file: ShapeFile) -> None:
    refuse_in_any(shape_file)
    for shape in _all_shapes(shape_file):
        _refuse(shape is ANY, "any")
        _refuse(isinstance(shape, ObjectShape) and shape.is_open, "...")


def refuse_in_new(shape_file: ShapeFile) -> None:
    refuse_in_any(shape_file)
    for shape in _all_shapes(shape_file):
        for kind in (ArrayShape, ObjectShape):
            forms = [one for one in flattened(shape) if isinstance(one, kind)]
            _refuse(len(forms) > 1, "alternatives of one kind")


def _refuse(condition: bool, what: str) -> None:
    if condition:
        raise Fault("unsupported", what)


def _all_shapes(shape_file: ShapeFile) -> Iterator[Shape]:
    waiting = [definition.shape for definition in shape_file.definitions]
    while waiting:
        shape = waiting.pop()
        yield shape
        waiting += _parts(shape)


def _parts(shape: Shape) -> list[Shape]:
    match shape:
        case ArrayShape():
            return [shape.items]
        case ObjectShape():
            return [member.shape for member in shape.members.values()]
        case Alternatives():
            return shape.branches
    return []
