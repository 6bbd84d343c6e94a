"""Looks for places where values cannot be written, without rendering."""

from .. import nodes
from ..errors import StencilError, passing
from ..home import Destination, Home
from ..visitor import Visitor
from .context import Context, advance
from .escape import takes_values

STATES_WITHOUT_CALLS = ("name", "attr")


def check_contexts(body: nodes.Body, home: Home) -> None:
    ContextCheck().follow(body, Context(), home)


class ContextCheck(Visitor):
    """Follows all that could be rendered, in its order; each way returns the context after it."""

    def __init__(self) -> None:
        super().__init__()
        self._called: set[tuple[nodes.Macro, Context]] = set()

    def follow(self, body: nodes.Body, context: Context, home: Home) -> Context:
        for node in body:
            way = self.way_of(node)
            if way:
                context = way(node, context, home)
        return context

    def on_literal(self, node: nodes.Literal, context: Context, home: Home) -> Context:
        return advance(context, node.text)

    def on_print(self, node: nodes.Print, context: Context, home: Home) -> Context:
        if not takes_values(context):
            raise StencilError("bad-context", node.place, f"a value in {context.state}")
        return context.after_value()

    def on_if(self, node: nodes.If, context: Context, home: Home) -> Context:
        return same(node, self._ends(node, context, home))

    def on_for(self, node: nodes.For, context: Context, home: Home) -> Context:
        return same(node, [context, *self._ends(node, context, home)])

    def on_block(self, node: nodes.Block, context: Context, home: Home) -> Context:
        return self._through(node, home.block(node.name), context)

    def on_super(self, node: nodes.Super, context: Context, home: Home) -> Context:
        return self._through(node, home.above(node.block), context)

    def on_include(self, node: nodes.Include, context: Context, home: Home) -> Context:
        body, place = home.included(node.file)
        with passing(node.place):
            end = self.follow(body, context, place)
        return same(node, [context, end])

    def on_call(self, node: nodes.Call, context: Context, home: Home) -> Context:
        if context.state in STATES_WITHOUT_CALLS:
            raise StencilError("bad-context", node.place, f"a call in {context.state}")
        macro, place = home.macro(node)
        if (macro, context) in self._called:
            return context
        self._called.add((macro, context))
        with passing(node.place):
            end = self.follow(macro.body, context, place)
        return same(node, [context, end])

    def _ends(self, node: nodes.Node, context: Context, home: Home) -> list[Context]:
        return [self.follow(body, context, home) for body in node.bodies()]

    def _through(self, node: nodes.Node, destination: Destination, context: Context) -> Context:
        body, home = destination
        return same(node, [context, self.follow(body, context, home)])


def same(node: nodes.Node, contexts: list[Context]) -> Context:
    if len(set(contexts)) > 1:
        raise StencilError("split-context", node.place, "parts end in different contexts")
    return contexts[0]
