"""Ways through a template that treat each kind of node in a method of its own."""

from collections.abc import Callable
from typing import Any

from .nodes import Node


class Visitor:
    """A node of the kind `Print` is handed to the method `on_print`; without one it is passed over."""

    def __init__(self) -> None:
        self._ways = {kind: self._way(kind) for kind in Node.__subclasses__()}

    def _way(self, kind: type[Node]) -> Callable[..., Any] | None:
        return getattr(self, f"on_{kind.__name__.lower()}", None)

    def way_of(self, node: Node) -> Callable[..., Any] | None:
        return self._ways[type(node)]
