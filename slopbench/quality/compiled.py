"""A language made ready for a walk: what to do with a node, by the number of its kind."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tree_sitter import Language as Grammar
from tree_sitter import Node

from slopbench.quality.language import Language
from slopbench.quality.tokens import kind_code

ERROR = 0xFFFF
"""The kind of a node for text that the grammar can't read."""

Walker = TypeVar("Walker")
Leave = Callable[[], None]
"""What is to be done when the walk leaves a node."""
Visit = Callable[[Walker, Node], Leave | None]
Role = tuple[Visit[Walker], Iterable[str]]
"""What to do with nodes, and their types."""


@dataclass(frozen=True)
class Compiled(Generic[Walker]):
    """Both lists are by the number of a node's kind."""

    language: Language
    grammar: Grammar
    visits: Sequence[Visit[Walker] | None]
    """What to do with a node; None: it is a token if it is a leaf."""
    codes: Sequence[int]


def compiled(
    language: Language, roles: Iterable[Role[Walker]], error: Visit[Walker]
) -> Compiled[Walker]:
    """The language with its roles. A type of named nodes is never a keyword of the same name."""
    grammar = Grammar(language.grammar())
    count = grammar.node_kind_count
    kinds = [grammar.node_kind_for_id(number) or "" for number in range(count)]
    is_named = [grammar.node_kind_is_named(number) for number in range(count)]
    named = {kind for kind, is_name in zip(kinds, is_named, strict=True) if is_name}
    by_type = _by_type(roles)
    visits = [
        by_type.get(kind) if is_name or kind not in named else None
        for kind, is_name in zip(kinds, is_named, strict=True)
    ]
    beyond = ERROR + 1 - count
    codes = {kind: kind_code(kind) for kind in {*kinds, "ERROR"}}
    return Compiled(
        language,
        grammar,
        visits=[*visits, *[None] * (beyond - 1), error],
        codes=[*(codes[kind] for kind in kinds), *[codes["ERROR"]] * beyond],
    )


def _by_type(roles: Iterable[Role[Walker]]) -> dict[str, Visit[Walker]]:
    visits: dict[str, Visit[Walker]] = {}
    for visit, types in roles:
        for node_type in types:
            earlier = visits.get(node_type)
            visits[node_type] = _both(earlier, visit) if earlier else visit
    return visits


def _both(first: Visit[Walker], second: Visit[Walker]) -> Visit[Walker]:
    """Two roles of one node, left in the opposite order."""

    def visit(walker: Walker, node: Node) -> Leave | None:
        leave_first, leave_second = first(walker, node), second(walker, node)
        if not (leave_first and leave_second):
            return leave_first or leave_second

        def leave() -> None:
            leave_second()
            leave_first()

        return leave

    return visit
