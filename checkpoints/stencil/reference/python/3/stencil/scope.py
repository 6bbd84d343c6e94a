"""What names stand for at one place of a rendering."""

from dataclasses import dataclass
from typing import Any

from .values import UNDEFINED


@dataclass(frozen=True, slots=True)
class Turn:
    """The state of the innermost loop."""

    index: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Scope:
    data: dict[str, Any]
    variables: dict[str, Any]
    turn: Turn | None = None

    def lookup(self, name: str) -> Any:
        if name in self.variables:
            return self.variables[name]
        return self.data.get(name, UNDEFINED)

    def in_turn(self, name: str, item: Any, turn: Turn) -> "Scope":
        return Scope(self.data, {**self.variables, name: item}, turn)

    def apart(self, variables: dict[str, Any]) -> "Scope":
        """Only these variables and the data."""
        return Scope(self.data, variables)
