"""What a template consists of."""

from collections.abc import Iterator
from dataclasses import dataclass

from .expressions import Expression
from .source import Place


@dataclass(frozen=True, eq=False)
class Node:
    place: Place

    def expressions(self) -> tuple[Expression, ...]:
        """The expressions of its own tags."""
        return ()

    def bodies(self) -> tuple["Body", ...]:
        """The parts between its tags."""
        return ()


Body = tuple[Node, ...]


@dataclass(frozen=True, eq=False)
class Literal(Node):
    text: str


@dataclass(frozen=True, eq=False)
class Print(Node):
    expression: Expression

    def expressions(self) -> tuple[Expression, ...]:
        return (self.expression,)


@dataclass(frozen=True, eq=False)
class Branch:
    condition: Expression
    body: Body


@dataclass(frozen=True, eq=False)
class If(Node):
    branches: tuple[Branch, ...]
    otherwise: Body

    def expressions(self) -> tuple[Expression, ...]:
        return tuple(branch.condition for branch in self.branches)

    def bodies(self) -> tuple[Body, ...]:
        return (*(branch.body for branch in self.branches), self.otherwise)


@dataclass(frozen=True, eq=False)
class For(Node):
    name: str
    iterable: Expression
    body: Body
    otherwise: Body

    def expressions(self) -> tuple[Expression, ...]:
        return (self.iterable,)

    def bodies(self) -> tuple[Body, ...]:
        return (self.body, self.otherwise)


def walk(body: Body) -> Iterator[Node]:
    """All nodes of a body and of the bodies in it."""
    for node in body:
        yield node
        for inner in node.bodies():
            yield from walk(inner)
