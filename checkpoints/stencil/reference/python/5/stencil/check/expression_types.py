"""Types of expressions."""

from .. import expressions as ex
from ..filters import FILTERS
from ..types import ANY, BOOLEAN, NULL, NUMBER, Slot, Type
from ..values import kind_of
from .conditions import shown
from .findings import Findings
from .type_scope import TypeScope

ORDERED = frozenset({"number", "string"})
LOOP_FIELDS = {"index": NUMBER, "first": BOOLEAN, "last": BOOLEAN}


class ExpressionTypes:
    """Finds the types of expressions, and what is wrong in them."""

    def __init__(self, findings: Findings):
        self._findings = findings
        self._ways = {
            ex.Literal: self._literal,
            ex.Group: self._group,
            ex.Path: self._path,
            ex.LoopField: self._loop_field,
            ex.Pipe: self._pipe,
            ex.Order: self._order,
            ex.And: self._and,
            ex.Or: self._or,
        }

    def of(self, expression: ex.Expression, scope: TypeScope) -> Slot:
        return self._ways.get(type(expression), self._plain_condition)(expression, scope)

    def required(self, expression: ex.Expression, scope: TypeScope) -> Type:
        """The type of an expression that may not be undefined."""
        slot = self.of(expression, scope)
        if slot.is_optional:
            path = expression
            while isinstance(path, ex.Group):
                path = path.inner
            self._findings.add(path.place, "maybe-undefined", path.written())
        return slot.type

    def _literal(self, literal: ex.Literal, scope: TypeScope) -> Slot:
        return Slot(Type(kind_of(literal.value)))

    def _group(self, group: ex.Group, scope: TypeScope) -> Slot:
        return self.of(group.inner, scope)

    def _loop_field(self, field: ex.LoopField, scope: TypeScope) -> Slot:
        return Slot(LOOP_FIELDS[field.field], is_optional=not scope.in_loop)

    # --- paths --------------------------------------------------------------

    def _path(self, path: ex.Path, scope: TypeScope) -> Slot:
        for step in path.steps:
            self.of(step, scope)
        slot, is_optional = scope.lookup(path.name), False
        for count, step in enumerate((*path.steps, None)):
            if slot is None:
                self._findings.add(path.place, "unknown-path", path.written(count))
                return Slot(ANY)
            is_optional = is_optional or slot.is_optional
            if step:
                slot = STEPS.get(slot.type.kind, no_step)(slot.type, step)
        return Slot(slot.type, is_optional)

    # --- filters ------------------------------------------------------------

    def _pipe(self, pipe: ex.Pipe, scope: TypeScope) -> Slot:
        used = FILTERS[pipe.name]
        if used.takes_undefined:
            types = [self.of(part, scope).type for part in pipe.parts()]
        else:
            types = [self.required(part, scope) for part in pipe.parts()]
        wanted = (used.operand, *used.arguments)
        if not all(found.suits(kinds) for found, kinds in zip(types, wanted, strict=True)):
            self._findings.add(pipe.name_place, "bad-kind", pipe.name)
        return Slot(Type(used.result) if used.result else one_of(*types))

    # --- conditions ---------------------------------------------------------

    def _plain_condition(self, condition: ex.Expression, scope: TypeScope) -> Slot:
        for part in condition.parts():
            self.of(part, scope)
        return Slot(BOOLEAN)

    def _order(self, order: ex.Order, scope: TypeScope) -> Slot:
        types = {self.required(part, scope) for part in order.parts()}
        kinds = {found.kind for found in types}
        if not all(found.suits(ORDERED) for found in types) or kinds == ORDERED:
            self._findings.add(order.operator_place, "bad-kind", order.operator)
        return Slot(BOOLEAN)

    def _and(self, condition: ex.And, scope: TypeScope) -> Slot:
        return self._in_turn(condition, scope, True)

    def _or(self, condition: ex.Or, scope: TypeScope) -> Slot:
        return self._in_turn(condition, scope, False)

    def _in_turn(self, condition: ex.Binary, scope: TypeScope, outcome: bool) -> Slot:
        """The right side is evaluated if the left side has this outcome."""
        self.of(condition.left, scope)
        self.of(condition.right, scope.knowing(shown(condition.left, outcome)))
        return Slot(BOOLEAN)


def one_of(operand: Type, argument: Type) -> Type:
    if operand in (NULL, argument):
        return argument
    return ANY


# --- steps of paths ---------------------------------------------------------


def no_step(kind: Type, step: ex.Expression) -> None:
    return None


def step_of_any(kind: Type, step: ex.Expression) -> Slot:
    return Slot(ANY)


def step_of_list(kind: Type, step: ex.Expression) -> Slot | None:
    return None if literal_kind(step) == "string" else Slot(kind.items)


def step_of_object(kind: Type, step: ex.Expression) -> Slot | None:
    if literal_kind(step) == "string":
        return kind.field(step.value)
    return None if literal_kind(step) == "number" else Slot(ANY)


def literal_kind(step: ex.Expression) -> str | None:
    return kind_of(step.value) if isinstance(step, ex.Literal) else None


STEPS = {"any": step_of_any, "list": step_of_list, "object": step_of_object}
