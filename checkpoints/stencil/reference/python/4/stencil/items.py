"""What a loop goes through."""

from collections.abc import Iterable, Iterator
from typing import Any

from .errors import StencilError
from .expressions import Expression
from .scope import Scope


class Items:
    """Items one after the other, of which the next is looked for no earlier than it is needed."""

    def __init__(self, items: Iterable[Any]):
        self._items = iter(items)
        self._ahead: list[Any] = []

    def __iter__(self) -> Iterator[Any]:
        return self

    def __next__(self) -> Any:
        return self._ahead.pop() if self._ahead else next(self._items)

    def are_over(self) -> bool:
        """Whether there is no further item; this looks ahead."""
        for item in self:
            self._ahead.append(item)
            return False
        return True


def items_of(iterable: Expression, scope: Scope) -> Items:
    rows = iterable.rows(scope)
    if rows and not rows.is_taken:
        return Items(rows.hand_out())
    value = iterable.require(scope)
    if isinstance(value, dict):
        return Items(sorted(value))
    if not isinstance(value, list):
        raise StencilError("type", iterable.place, "neither list nor object")
    return Items(value)
