"""Faults of a template that are found without rendering it."""

from .errors import StencilError
from .expressions import Pipe, walk
from .filters import FILTERS
from .nodes import Body
from .nodes import walk as walk_nodes


def check_template(body: Body) -> None:
    faults = [
        fault
        for node in walk_nodes(body)
        for expression in node.expressions()
        for part in walk(expression)
        if isinstance(part, Pipe)
        for fault in filter_faults(part)
    ]
    if faults:
        raise min(faults, key=lambda fault: fault.place.offset)


def filter_faults(pipe: Pipe) -> list[StencilError]:
    known = FILTERS.get(pipe.name)
    if known is None:
        return [StencilError("unknown-filter", pipe.name_place, pipe.name)]
    if len(pipe.arguments) != len(known.arguments):
        return [StencilError("arity", pipe.name_place, f"{len(known.arguments)} arguments")]
    return []
