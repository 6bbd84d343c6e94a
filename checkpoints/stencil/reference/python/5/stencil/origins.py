"""Where in the data a value came from."""

from dataclasses import dataclass
from typing import Any, NamedTuple


@dataclass(frozen=True, slots=True)
class Origin:
    keys: tuple[str | int, ...]

    def step(self, key: str | int | float) -> "Origin":
        return Origin((*self.keys, key))

    def pointer(self) -> str:
        """The place as a JSON pointer."""
        return "".join(f"/{escape(key)}" for key in self.keys)


def escape(key: str | int | float) -> str:
    if isinstance(key, str):
        return key.replace("~", "~0").replace("/", "~1")
    return str(int(key))


class Bound(NamedTuple):
    """What a variable stands for."""

    value: Any
    origin: Origin | None
