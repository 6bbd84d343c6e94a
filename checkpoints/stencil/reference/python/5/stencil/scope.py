"""What names stand for at one place of a rendering."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from .origins import Bound, Origin
from .values import UNDEFINED


@dataclass(frozen=True, slots=True)
class Turn:
    """The state of the innermost loop."""

    index: int
    is_over: Callable[[], bool]
    """Tells whether the loop has no further turn."""

    @property
    def first(self) -> bool:
        return self.index == 1

    @property
    def last(self) -> bool:
        return self.is_over()


@dataclass(frozen=True, slots=True)
class Scope:
    data: dict[str, Any]
    variables: dict[str, Bound]
    turn: Turn | None = None

    def lookup(self, name: str) -> Any:
        if name in self.variables:
            return self.variables[name].value
        return self.data.get(name, UNDEFINED)

    def origin(self, name: str) -> Origin | None:
        if name in self.variables:
            return self.variables[name].origin
        return Origin((name,))

    def in_turn(self, name: str, item: Bound, turn: Turn) -> "Scope":
        return Scope(self.data, {**self.variables, name: item}, turn)

    def apart(self, variables: dict[str, Bound]) -> "Scope":
        """Only these variables and the data."""
        return Scope(self.data, variables)
