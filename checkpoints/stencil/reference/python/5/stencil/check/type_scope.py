"""What is known of names at one place of a template."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..types import Slot

Names = dict[str, Slot]
PathKeys = tuple[str, ...]


@dataclass(frozen=True)
class TypeScope:
    data: Names
    variables: Names
    in_loop: bool = False

    def lookup(self, name: str) -> Slot | None:
        return self.variables.get(name, self.data.get(name))

    def in_turn(self, name: str, item: Slot) -> "TypeScope":
        return TypeScope(self.data, {**self.variables, name: item}, in_loop=True)

    def knowing(self, paths: Iterable[PathKeys]) -> "TypeScope":
        """The scope where these paths are known to be defined."""
        scope = self
        for name, *keys in paths:
            slot = scope.lookup(name)
            if slot:
                scope = scope._with(name, slot.shown(tuple(keys)))
        return scope

    def _with(self, name: str, slot: Slot) -> "TypeScope":
        if name in self.variables:
            return replace(self, variables={**self.variables, name: slot})
        return replace(self, data={**self.data, name: slot})
