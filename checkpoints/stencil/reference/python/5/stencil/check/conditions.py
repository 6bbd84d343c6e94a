"""What conditions show."""

from .. import expressions as ex
from .type_scope import PathKeys


def shown(condition: ex.Expression, outcome: bool) -> set[PathKeys]:
    """The paths that are defined if the condition has this outcome."""
    reader = READERS.get(type(condition))
    return reader(condition, outcome) if reader else set()


def keys_of(path: ex.Expression) -> set[PathKeys]:
    """The path as names, if it has no other steps."""
    if not isinstance(path, ex.Path):
        return set()
    keys = [step.value if isinstance(step, ex.Literal) else None for step in path.steps]
    return {(path.name, *keys)} if all(isinstance(key, str) for key in keys) else set()


def shown_by_both(condition: ex.Binary, outcome: bool) -> set[PathKeys]:
    return shown(condition.left, outcome) | shown(condition.right, outcome)


READERS = {
    ex.Path: lambda path, outcome: keys_of(path) if outcome else set(),
    ex.Defined: lambda part, outcome: keys_of(part.path) if outcome == part.wanted else set(),
    ex.Group: lambda part, outcome: shown(part.inner, outcome),
    ex.Not: lambda part, outcome: shown(part.inner, not outcome),
    ex.And: lambda part, outcome: shown_by_both(part, outcome) if outcome else set(),
    ex.Or: lambda part, outcome: set() if outcome else shown_by_both(part, outcome),
}
