"""Rendering of parsed templates."""

from collections.abc import Callable
from typing import Any

from . import nodes
from .errors import StencilError
from .expressions import Expression
from .scope import Scope, Turn
from .values import text_of


class Renderer:
    """Hands the result to `write`, piece by piece."""

    def __init__(self, write: Callable[[str], Any]):
        self._write = write
        self._ways = {
            nodes.Literal: self._literal,
            nodes.Print: self._print,
            nodes.If: self._if,
            nodes.For: self._for,
        }

    def render(self, body: nodes.Body, scope: Scope) -> None:
        for node in body:
            self._ways[type(node)](node, scope)

    def _literal(self, node: nodes.Literal, scope: Scope) -> None:
        self._write(node.text)

    def _print(self, node: nodes.Print, scope: Scope) -> None:
        self._write(text_of(node.expression.require(scope)))

    def _if(self, node: nodes.If, scope: Scope) -> None:
        for branch in node.branches:
            if branch.condition.holds(scope):
                return self.render(branch.body, scope)
        return self.render(node.otherwise, scope)

    def _for(self, node: nodes.For, scope: Scope) -> None:
        items = items_of(node.iterable, scope)
        for index, item in enumerate(items, start=1):
            turn = Turn(index, index == 1, index == len(items))
            self.render(node.body, scope.in_turn(node.name, item, turn))
        if not items:
            self.render(node.otherwise, scope)


def items_of(iterable: Expression, scope: Scope) -> list:
    value = iterable.require(scope)
    if isinstance(value, dict):
        return sorted(value)
    if not isinstance(value, list):
        raise StencilError("type", iterable.place, "neither list nor object")
    return value
