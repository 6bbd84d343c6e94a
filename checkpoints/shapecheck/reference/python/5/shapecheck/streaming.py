"""Lists violations while a document is read.

Of the values that are not complete yet only those that lie around the place of reading are known,
each by its keys or the number of its items. Whether they fit the alternatives in question is
found out for all of them at the same time.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from shapecheck.checking import Violation, pointer_to
from shapecheck.events import Event
from shapecheck.shapes import ANY, Alternatives, Shape, flattened, resolve
from shapecheck.values import Array, Object, Value

_EMPTY: dict[str, Array | Object] = {"[": Array(), "{": Object()}


@dataclass(slots=True)
class _Trial:
    """A shape, neither a name nor alternatives, that an open value fits so far."""

    shape: Shape
    fits: bool


Question = tuple[Shape, list[_Trial]]
"""A shape that a value may fit, and the trials that fail if it doesn't."""


@dataclass(slots=True)
class _Open:
    """An array or object whose end was not read yet."""

    listed: Shape
    """What is wrong with it is listed by this shape."""
    questions: dict[int, Question]
    trials: dict[int, _Trial]
    step: str = ""
    size: int = 0
    keys: set[str] = field(default_factory=set)

    def part(self, shape_of: Callable[[Shape], Shape]) -> tuple[Shape, dict[int, Question]]:
        """The shape and the questions for a part, from those for the whole."""
        asked: dict[int, Question] = {}
        for trial in self.trials.values():
            if trial.fits:
                shape = resolve(shape_of(trial.shape))
                asked.setdefault(id(shape), (shape, []))[1].append(trial)
        return shape_of(self.listed), asked


class Streaming:
    def __init__(self, shape: Shape) -> None:
        self._around: list[_Open] = []
        self._next: tuple[Shape, dict[int, Question]] = (shape, {})
        self._simple: dict[int, list[Shape]] = {}

    def violations(self, events: Iterable[Event]) -> Iterator[Violation]:
        for kind, value in events:
            if kind == "scalar":
                yield from self._scalar(value)
            elif kind == "key":
                yield from self._key(str(value))
            elif kind in _EMPTY:
                yield from self._begin(kind)
            else:
                yield from self._end()

    # --- events

    def _scalar(self, value: Value) -> Iterator[Violation]:
        listed, asked = self._expected()
        listed = resolve(listed)
        if isinstance(listed, Alternatives):
            if not self._fits(value, listed):
                yield self._violation("alternative")
        elif code := listed.opening(value):
            yield self._violation(code)
        for shape, trials in asked.values():
            if not self._fits(value, shape):
                _fail(trials)

    def _key(self, key: str) -> Iterator[Violation]:
        around = self._around[-1]
        around.step = key
        if key in around.keys:
            self._next = ANY, {}
            yield self._violation("duplicate")
            return
        around.keys.add(key)
        if not around.listed.knows(key):
            yield self._violation("unknown")
        _fail(trial for trial in around.trials.values() if not trial.shape.knows(key))
        self._next = around.part(lambda shape: shape.member(key))

    def _begin(self, kind: str) -> Iterator[Violation]:
        listed, asked = self._expected()
        listed = resolve(listed)
        if isinstance(listed, Alternatives):
            asked.setdefault(id(listed), (listed, []))
        code = listed.opening(_EMPTY[kind])
        if code:
            yield self._violation(code)
        trials = {
            id(one): _Trial(one, one.opening(_EMPTY[kind]) is None)
            for shape, _ in asked.values()
            for one in self._flattened(shape)
        }
        self._around.append(_Open(ANY if code else listed, asked, trials))

    def _end(self) -> Iterator[Violation]:
        ended = self._around.pop()
        for code, key in ended.listed.closing(ended.size, ended.keys):
            yield self._violation(code, *([] if key is None else [key]))
        for trial in ended.trials.values():
            trial.fits = trial.fits and not any(trial.shape.closing(ended.size, ended.keys))
        for shape, trials in ended.questions.values():
            if not any(ended.trials[id(one)].fits for one in self._flattened(shape)):
                _fail(trials)
                if shape is ended.listed:
                    yield self._violation("alternative")

    # --- what is expected, and what is found

    def _expected(self) -> tuple[Shape, dict[int, Question]]:
        """The shape and the questions for the value that comes now."""
        if not self._around or self._around[-1].keys:
            return self._next
        around = self._around[-1]
        around.step = str(around.size)
        around.size += 1
        return around.part(lambda shape: shape.item)

    def _fits(self, value: Value, shape: Shape) -> bool:
        return any(not one.opening(value) for one in self._flattened(shape))

    def _flattened(self, shape: Shape) -> list[Shape]:
        if id(shape) not in self._simple:
            self._simple[id(shape)] = flattened(shape)
        return self._simple[id(shape)]

    def _violation(self, code: str, *further: str) -> Violation:
        return Violation(pointer_to([*(one.step for one in self._around), *further]), code)


def _fail(trials: Iterable[_Trial]) -> None:
    for trial in trials:
        trial.fits = False
