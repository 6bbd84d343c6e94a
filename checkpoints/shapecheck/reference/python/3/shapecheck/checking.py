"""Lists the violations of a document in their order."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from shapecheck import deep
from shapecheck.judging import Judging
from shapecheck.shapes import ANY, Alternatives, Definition, Reference, Shape
from shapecheck.values import Array, Object, Value


@dataclass(frozen=True, slots=True)
class Violation:
    pointer: str
    code: str
    more: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        return {"at": self.pointer, "code": self.code, **self.more}


def violations(value: Value, shape: Shape, *, nearest: bool) -> list[Violation]:
    checking = _Checking(nearest)
    deep.run(checking.walk(value, shape))
    return checking.found


class _Checking:
    def __init__(self, nearest: bool) -> None:
        self.found: list[Violation] = []
        self._path: list[str] = []
        self._judging = Judging()
        self._with_nearest = nearest
        self._with_repeats = True

    def walk(self, value: Value, shape: Shape) -> deep.Steps:
        """Note what is wrong with a value and in it."""
        if isinstance(shape, Reference) and shape.definition:
            yield self.walk(value, shape.definition.shape)
            self._note_clauses(value, shape.definition)
        elif isinstance(shape, Alternatives):
            yield self._inside(value, ANY)
            yield self._alternatives(value, shape)
        else:
            yield self._simple(value, shape)

    def _simple(self, value: Value, shape: Shape) -> deep.Steps:
        code = shape.opening(value)
        if code:
            self._note(code)
            shape = ANY
        yield self._inside(value, shape)
        for code, key in shape.closing(value):
            self._note(code, () if key is None else (key,))

    def _inside(self, value: Value, shape: Shape) -> deep.Steps:
        if shape is ANY and not self._with_repeats:
            return
        if isinstance(value, Object):
            yield self._members(value, shape)
        elif isinstance(value, Array):
            yield self._items(value, shape)

    def _items(self, value: Array, shape: Shape) -> deep.Steps:
        for index, part in enumerate(value.items):
            self._path.append(str(index))
            yield self.walk(part, shape.item)
            self._path.pop()

    def _members(self, value: Object, shape: Shape) -> deep.Steps:
        seen: set[str] = set()
        for key, part in value.members if self._with_repeats else value.first.items():
            self._path.append(key)
            yield self.walk(part, self._member(key, shape, key in seen))
            self._path.pop()
            seen.add(key)

    def _member(self, key: str, shape: Shape, is_repeat: bool) -> Shape:
        """Note what is wrong with a member as such; the shape of its value is returned."""
        if is_repeat:
            self._note("duplicate")
            return ANY
        if not shape.knows(key):
            self._note("unknown")
        return shape.member(key)

    def _alternatives(self, value: Value, shape: Alternatives) -> deep.Steps:
        if not self._judging.count(value, shape):
            return
        self._note("alternative")
        if self._with_nearest:
            before, self._with_repeats = self._with_repeats, False
            yield self.walk(value, self._judging.nearest(value, shape))
            self._with_repeats = before

    def _note_clauses(self, value: Value, definition: Definition) -> None:
        for number, places in self._judging.failures(value, definition):
            pointers = [self._pointer(place) for place in places]
            more = {"shape": definition.name, "clause": number, "pointers": pointers}
            self._note("clause", more=more)

    def _note(
        self, code: str, further: Iterable[str] = (), more: dict[str, Any] | None = None
    ) -> None:
        self.found.append(Violation(self._pointer(further), code, more or {}))

    def _pointer(self, further: Iterable[str]) -> str:
        return "".join(map(_step, (*self._path, *further)))


def _step(step: str) -> str:
    return "/" + step.replace("~", "~0").replace("/", "~1")
