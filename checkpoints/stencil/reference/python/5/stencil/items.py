"""What a loop goes through."""

from collections.abc import Iterable, Iterator
from typing import Any

from .errors import StencilError
from .expressions import Expression
from .origins import Bound, Origin
from .scope import Scope

Keyed = tuple[str | int, Any]


class Items:
    """Items one after the other, of which the next is looked for no earlier than it is needed."""

    def __init__(self, items: Iterable[Keyed], origin: Origin | None):
        self._items = (Bound(item, origin and origin.step(key)) for key, item in items)
        self._ahead: list[Bound] = []

    def __iter__(self) -> Iterator[Bound]:
        return self

    def __next__(self) -> Bound:
        return self._ahead.pop() if self._ahead else next(self._items)

    def are_over(self) -> bool:
        """Whether there is no further item; this looks ahead."""
        for item in self:
            self._ahead.append(item)
            return False
        return True


def items_of(iterable: Expression, scope: Scope) -> Items:
    return Items(keyed_items(iterable, scope), iterable.origin(scope))


def keyed_items(iterable: Expression, scope: Scope) -> Iterable[Keyed]:
    rows = iterable.rows(scope)
    if rows and not rows.is_taken:
        return enumerate(rows.hand_out())
    value = iterable.require(scope)
    if isinstance(value, dict):
        return ((key, key) for key in sorted(value))
    if not isinstance(value, list):
        raise StencilError("type", iterable.place, "neither list nor object")
    return enumerate(value)
