"""Rendering of parsed templates."""

from typing import Any

from . import nodes
from .errors import StencilError, passing
from .home import Destination, Home
from .items import items_of
from .map_file import MapFile, NoMap
from .origins import Bound
from .output import HtmlOutput, TextOutput
from .scope import Scope, Turn
from .sinks import Steps
from .visitor import Follower

DEEPEST_CALL = 100


class Renderer(Follower):
    """Hands the result to the output, piece by piece."""

    def __init__(self, output: TextOutput | HtmlOutput, steps: Steps, record: NoMap | MapFile):
        super().__init__()
        self._output = output
        self._steps = steps
        self._needs_origins = record.is_wanted
        self._calls = 0

    def render_file(self, way_in: Destination, data: dict[str, Any]) -> None:
        body, home = way_in
        self.follow(body, Scope(data, {}), home)

    def on_literal(self, node: nodes.Literal, scope: Scope, home: Home) -> None:
        self._output.literal(node)

    def on_print(self, node: nodes.Print, scope: Scope, home: Home) -> None:
        self._steps.count()
        value = node.expression.require(scope)
        origin = node.expression.origin(scope) if self._needs_origins else None
        self._output.value(node, Bound(value, origin))

    def on_if(self, node: nodes.If, scope: Scope, home: Home) -> None:
        for branch in node.branches:
            self._steps.count()
            if branch.condition.holds(scope):
                return self.follow(branch.body, scope, home)
        return self.follow(node.otherwise, scope, home)

    def on_for(self, node: nodes.For, scope: Scope, home: Home) -> None:
        items = items_of(node.iterable, scope)
        index = 0
        for index, item in enumerate(items, start=1):
            self._steps.count()
            turn = Turn(index, items.are_over)
            self.follow(node.body, scope.in_turn(node.name, item, turn), home)
        if not index:
            self.follow(node.otherwise, scope, home)

    # --- several files ------------------------------------------------------

    def on_include(self, node: nodes.Include, scope: Scope, home: Home) -> None:
        body, place = home.included(node.file)
        inner = scope
        if node.variables is not None:
            inner = scope.apart({k: v.bind(scope) for k, v in node.variables.items()})
        with passing(node.place):
            self.follow(body, inner, place)

    def on_call(self, node: nodes.Call, scope: Scope, home: Home) -> None:
        if self._calls == DEEPEST_CALL:
            raise StencilError("depth", node.place, f"{DEEPEST_CALL} macros are being rendered")
        macro, place = home.macro(node)
        values = (part.bind(scope) for part in node.arguments)
        inner = scope.apart(dict(zip(macro.parameters, values, strict=True)))
        self._calls += 1
        with passing(node.place):
            self.follow(macro.body, inner, place)
        self._calls -= 1
