"""Ways through a template that treat each kind of node in a method of its own."""

from collections.abc import Callable
from typing import Any

from .home import Destination, Home
from .nodes import Block, Body, Node, Super


class Visitor:
    """A node of the kind `Print` is handed to the method `on_print`; without one it is passed over."""

    def __init__(self) -> None:
        self._ways = {kind: self._way(kind) for kind in Node.__subclasses__()}

    def _way(self, kind: type[Node]) -> Callable[..., Any] | None:
        return getattr(self, f"on_{kind.__name__.lower()}", None)

    def way_of(self, node: Node) -> Callable[..., Any] | None:
        return self._ways[type(node)]


class Follower(Visitor):
    """Follows templates with something that stands for the names of each place."""

    def follow(self, body: Body, scope: Any, home: Home) -> None:
        for node in body:
            way = self.way_of(node)
            if way:
                way(node, scope, home)

    def on_block(self, node: Block, scope: Any, home: Home) -> None:
        self._follow_to(home.block(node.name), scope)

    def on_super(self, node: Super, scope: Any, home: Home) -> None:
        self._follow_to(home.above(node.block), scope)

    def _follow_to(self, destination: Destination, scope: Any) -> None:
        body, home = destination
        self.follow(body, scope, home)
