"""Links names to definitions and refuses definitions without documents."""

from shapecheck.errors import Fault
from shapecheck.shapes import (
    Alternatives,
    ArrayShape,
    Definition,
    ObjectShape,
    Reference,
    Shape,
    ShapeFile,
)
from shapecheck.values import Numeral

_ONE = Numeral.parse("1")


def link(definitions: dict[str, Definition], references: list[Reference]) -> ShapeFile:
    """Tie all names to their definitions."""
    for reference in references:
        reference.definition = definitions.get(reference.name)
        if reference.definition is None:
            detail = f"{reference.name} is not defined"
            raise Fault("bad-shape", detail, f"at line {reference.line}")
    found = ShapeFile(list(definitions.values()))
    _refuse_endless(found.definitions)
    return found


def _refuse_endless(definitions: list[Definition]) -> None:
    finite = _finite(definitions)
    for definition in definitions:
        if definition not in finite or _leads_back(definition):
            detail = f"{definition.name} is endless"
            raise Fault("bad-shape", detail, f"at line {definition.line}")


def _finite(definitions: list[Definition]) -> set[Definition]:
    """The definitions that some document fits."""
    finite: set[Definition] = set()
    before = -1
    while before != len(finite):
        before = len(finite)
        finite |= {one for one in definitions if _has_document(one.shape, finite)}
    return finite


def _has_document(shape: Shape, finite: set[Definition]) -> bool:
    """Whether a document fits the shape, if these definitions have some."""
    match shape:
        case Reference():
            return shape.definition in finite
        case Alternatives():
            return any(_has_document(branch, finite) for branch in shape.branches)
        case ArrayShape():
            return not _needs_items(shape) or _has_document(shape.items, finite)
        case ObjectShape():
            needed = (one for one in shape.members.values() if not one.optional)
            return all(_has_document(member.shape, finite) for member in needed)
    return True


def _needs_items(shape: ArrayShape) -> bool:
    return shape.length.least is not None and shape.length.least >= _ONE


def _leads_back(definition: Definition) -> bool:
    """Whether names and alternatives alone lead from a definition to itself."""
    seen: set[Definition] = set()
    waiting = [definition]
    while waiting:
        reached = _next_definitions(waiting.pop().shape)
        if definition in reached:
            return True
        waiting += reached - seen
        seen |= reached
    return False


def _next_definitions(shape: Shape) -> set[Definition]:
    if isinstance(shape, Reference) and shape.definition:
        return {shape.definition}
    if isinstance(shape, Alternatives):
        return set().union(*map(_next_definitions, shape.branches))
    return set()
