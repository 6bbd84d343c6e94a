"""Expressions and how they are evaluated."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from .errors import StencilError
from .filters import FILTERS
from .scope import Scope
from .source import Place
from .values import UNDEFINED, is_equal, is_true, kind_of, member

ORDERS = {"<": lambda left, right: left < right, ">": lambda left, right: left > right}


@dataclass(frozen=True)
class Expression(ABC):
    place: Place

    @abstractmethod
    def evaluate(self, scope: Scope) -> Any:
        """The value, possibly undefined."""

    def parts(self) -> tuple["Expression", ...]:
        """The expressions inside this one, in the order of the text."""
        return ()

    def require(self, scope: Scope) -> Any:
        """The value, where undefined is a fault."""
        value = self.evaluate(scope)
        if value is UNDEFINED:
            raise StencilError("undefined", self.place)
        return value

    def holds(self, scope: Scope) -> bool:
        return is_true(self.evaluate(scope))


@dataclass(frozen=True)
class Literal(Expression):
    value: Any

    def evaluate(self, scope: Scope) -> Any:
        return self.value


@dataclass(frozen=True)
class Group(Expression):
    """An expression in parentheses."""

    inner: Expression

    def evaluate(self, scope: Scope) -> Any:
        return self.inner.evaluate(scope)

    def parts(self) -> tuple[Expression, ...]:
        return (self.inner,)


@dataclass(frozen=True)
class Path(Expression):
    name: str
    steps: tuple[Expression, ...]

    def evaluate(self, scope: Scope) -> Any:
        value = scope.lookup(self.name)
        for step in self.steps:
            value = member(value, step.evaluate(scope))
        return value

    def parts(self) -> tuple[Expression, ...]:
        return self.steps


@dataclass(frozen=True)
class LoopField(Expression):
    field: str

    def evaluate(self, scope: Scope) -> Any:
        return getattr(scope.turn, self.field) if scope.turn else UNDEFINED


@dataclass(frozen=True)
class Pipe(Expression):
    operand: Expression
    name: str
    name_place: Place
    arguments: tuple[Expression, ...]

    def evaluate(self, scope: Scope) -> Any:
        chosen = FILTERS[self.name]
        if chosen.takes_undefined:
            return chosen.apply(*(part.evaluate(scope) for part in self.parts()))
        values = [part.require(scope) for part in self.parts()]
        for value, kinds in zip(values, (chosen.operand, *chosen.arguments), strict=True):
            if kind_of(value) not in kinds:
                raise StencilError("type", self.name_place, f"{self.name} of a {kind_of(value)}")
        return chosen.apply(*values)

    def parts(self) -> tuple[Expression, ...]:
        return (self.operand, *self.arguments)


@dataclass(frozen=True)
class Binary(Expression):
    left: Expression
    right: Expression

    def parts(self) -> tuple[Expression, ...]:
        return (self.left, self.right)


@dataclass(frozen=True)
class Equality(Binary):
    wanted: bool

    def evaluate(self, scope: Scope) -> bool:
        return is_equal(self.left.evaluate(scope), self.right.evaluate(scope)) == self.wanted


@dataclass(frozen=True)
class Order(Binary):
    operator: str
    operator_place: Place

    def evaluate(self, scope: Scope) -> bool:
        left, right = self.left.require(scope), self.right.require(scope)
        kinds = {kind_of(left), kind_of(right)}
        if kinds not in ({"number"}, {"string"}):
            raise StencilError("type", self.operator_place, " and ".join(sorted(kinds)))
        return ORDERS[self.operator](left, right)


@dataclass(frozen=True)
class And(Binary):
    def evaluate(self, scope: Scope) -> bool:
        return self.left.holds(scope) and self.right.holds(scope)


@dataclass(frozen=True)
class Or(Binary):
    def evaluate(self, scope: Scope) -> bool:
        return self.left.holds(scope) or self.right.holds(scope)


@dataclass(frozen=True)
class Not(Expression):
    inner: Expression

    def evaluate(self, scope: Scope) -> bool:
        return not self.inner.holds(scope)

    def parts(self) -> tuple[Expression, ...]:
        return (self.inner,)


@dataclass(frozen=True)
class Defined(Expression):
    path: Path | LoopField
    wanted: bool

    def evaluate(self, scope: Scope) -> bool:
        return (self.path.evaluate(scope) is not UNDEFINED) == self.wanted

    def parts(self) -> tuple[Expression, ...]:
        return (self.path,)


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and all that are inside it."""
    yield expression
    for part in expression.parts():
        yield from walk(part)
