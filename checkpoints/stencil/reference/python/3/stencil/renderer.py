"""Rendering of parsed templates."""

from . import nodes
from .errors import StencilError, passing
from .expressions import Expression
from .home import Home
from .output import HtmlOutput, TextOutput
from .scope import Scope, Turn
from .visitor import Visitor

DEEPEST_CALL = 100


class Renderer(Visitor):
    """Hands the result to the output, piece by piece."""

    def __init__(self, output: TextOutput | HtmlOutput):
        super().__init__()
        self._output = output
        self._calls = 0

    def render(self, body: nodes.Body, scope: Scope, home: Home) -> None:
        for node in body:
            way = self.way_of(node)
            if way:
                way(node, scope, home)

    def on_literal(self, node: nodes.Literal, scope: Scope, home: Home) -> None:
        self._output.literal(node.text)

    def on_print(self, node: nodes.Print, scope: Scope, home: Home) -> None:
        self._output.value(node.expression.require(scope))

    def on_if(self, node: nodes.If, scope: Scope, home: Home) -> None:
        for branch in node.branches:
            if branch.condition.holds(scope):
                return self.render(branch.body, scope, home)
        return self.render(node.otherwise, scope, home)

    def on_for(self, node: nodes.For, scope: Scope, home: Home) -> None:
        items = items_of(node.iterable, scope)
        for index, item in enumerate(items, start=1):
            turn = Turn(index, index == 1, index == len(items))
            self.render(node.body, scope.in_turn(node.name, item, turn), home)
        if not items:
            self.render(node.otherwise, scope, home)

    # --- several files ------------------------------------------------------

    def on_block(self, node: nodes.Block, scope: Scope, home: Home) -> None:
        body, place = home.block(node.name)
        self.render(body, scope, place)

    def on_super(self, node: nodes.Super, scope: Scope, home: Home) -> None:
        body, place = home.above(node.block)
        self.render(body, scope, place)

    def on_include(self, node: nodes.Include, scope: Scope, home: Home) -> None:
        body, place = home.included(node.file)
        inner = scope
        if node.variables is not None:
            inner = scope.apart({k: v.evaluate(scope) for k, v in node.variables.items()})
        with passing(node.place):
            self.render(body, inner, place)

    def on_call(self, node: nodes.Call, scope: Scope, home: Home) -> None:
        if self._calls == DEEPEST_CALL:
            raise StencilError("depth", node.place, f"{DEEPEST_CALL} macros are being rendered")
        macro, place = home.macro(node)
        values = (part.evaluate(scope) for part in node.arguments)
        inner = scope.apart(dict(zip(macro.parameters, values, strict=True)))
        self._calls += 1
        with passing(node.place):
            self.render(macro.body, inner, place)
        self._calls -= 1


def items_of(iterable: Expression, scope: Scope) -> list:
    value = iterable.require(scope)
    if isinstance(value, dict):
        return sorted(value)
    if not isinstance(value, list):
        raise StencilError("type", iterable.place, "neither list nor object")
    return value
