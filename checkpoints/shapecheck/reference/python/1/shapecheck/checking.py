"""Lists the violations of a document in their order."""

from dataclasses import dataclass

from shapecheck import deep
from shapecheck.fitting import Fitting
from shapecheck.shapes import ANY, Alternatives, Shape, resolve
from shapecheck.values import Array, Object, Value


@dataclass(frozen=True, slots=True)
class Violation:
    pointer: str
    code: str


def violations(value: Value, shape: Shape) -> list[Violation]:
    checking = _Checking()
    deep.run(checking.walk(value, shape))
    return checking.found


class _Checking:
    def __init__(self) -> None:
        self.found: list[Violation] = []
        self._path: list[str] = []
        self._fitting = Fitting()

    def walk(self, value: Value, shape: Shape) -> deep.Steps:
        """Note what is wrong with a value and in it."""
        shape = resolve(shape)
        code = shape.opening(value)
        if code:
            self._note(code)
            shape = ANY
        if isinstance(value, Object):
            yield self._members(value, shape)
        elif isinstance(value, Array):
            yield self._items(value, shape)
        self._close(value, shape)

    def _items(self, value: Array, shape: Shape) -> deep.Steps:
        for index, part in enumerate(value.items):
            self._path.append(str(index))
            yield self.walk(part, shape.item)
            self._path.pop()

    def _members(self, value: Object, shape: Shape) -> deep.Steps:
        seen: set[str] = set()
        for key, part in value.members:
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

    def _close(self, value: Value, shape: Shape) -> None:
        if isinstance(shape, Alternatives) and not self._fitting.fits(value, shape):
            self._note("alternative")
        for code, key in shape.closing(value):
            self._note(code, *([] if key is None else [key]))

    def _note(self, code: str, *further: str) -> None:
        steps = [*self._path, *further]
        self.found.append(Violation("".join(map(_step, steps)), code))


def _step(step: str) -> str:
    return "/" + step.replace("~", "~0").replace("/", "~1")
