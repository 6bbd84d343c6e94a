"""Follows all that could be rendered, with types instead of values."""

from .. import nodes
from ..home import Destination, Home
from ..template import Template
from ..types import ANY, STRING, Slot, Type
from ..visitor import Follower
from .conditions import shown
from .expression_types import ExpressionTypes
from .findings import Finding, Findings
from .type_scope import Names, TypeScope


class Checker(Follower):
    def __init__(self, data: Names):
        super().__init__()
        self._data = data
        self._findings = Findings()
        self._types = ExpressionTypes(self._findings)
        self._called: set[tuple[nodes.Macro, tuple[Slot, ...]]] = set()
        self._rendered: set[tuple[Template, ...]] = set()
        self._reached: set[tuple[tuple[Template, ...], str]] = set()

    def check(self, way_in: Destination) -> list[Finding]:
        self._enter(way_in, TypeScope(self._data, {}))
        self._find_unused_blocks()
        return self._findings.sorted()

    def _enter(self, way_in: Destination, scope: TypeScope) -> None:
        """Follow a file that is rendered."""
        body, home = way_in
        self._rendered.add(home.lineage)
        self.follow(body, scope, home)

    def _find_unused_blocks(self) -> None:
        for lineage in self._rendered:
            for template in lineage:
                for name, block in template.blocks.items():
                    if (lineage, name) not in self._reached:
                        self._findings.add(block.place, "unused-block", name)

    def on_print(self, node: nodes.Print, scope: TypeScope, home: Home) -> None:
        self._types.required(node.expression, scope)

    def on_if(self, node: nodes.If, scope: TypeScope, home: Home) -> None:
        for branch in node.branches:
            self._types.of(branch.condition, scope)
            self.follow(branch.body, scope.knowing(shown(branch.condition, True)), home)
            scope = scope.knowing(shown(branch.condition, False))
        self.follow(node.otherwise, scope, home)

    def on_for(self, node: nodes.For, scope: TypeScope, home: Home) -> None:
        item = self._item_type(node, self._types.required(node.iterable, scope))
        self.follow(node.body, scope.in_turn(node.name, Slot(item)), home)
        self.follow(node.otherwise, scope, home)

    def _item_type(self, node: nodes.For, iterable: Type) -> Type:
        if iterable.kind == "list":
            return iterable.items
        if iterable.kind == "object":
            return STRING
        if iterable != ANY:
            self._findings.add(node.iterable.place, "bad-kind", "for")
        return ANY

    def on_block(self, node: nodes.Block, scope: TypeScope, home: Home) -> None:
        self._reached.add((home.lineage, node.name))
        super().on_block(node, scope, home)

    def on_include(self, node: nodes.Include, scope: TypeScope, home: Home) -> None:
        inner = scope
        if node.variables is not None:
            given = {name: self._types.of(part, scope) for name, part in node.variables.items()}
            inner = TypeScope(self._data, given)
        self._enter(home.included(node.file), inner)

    def on_call(self, node: nodes.Call, scope: TypeScope, home: Home) -> None:
        macro, place = home.macro(node)
        given = tuple(self._types.of(part, scope) for part in node.arguments)
        if (macro, given) not in self._called:
            self._called.add((macro, given))
            parameters = dict(zip(macro.parameters, given, strict=True))
            self.follow(macro.body, TypeScope(self._data, parameters), place)
