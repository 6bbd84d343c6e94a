"""Searches the smallest document that fits one shape and not another.

The answer for a pair of shapes follows from those for pairs of their parts. Shapes may lead back
to themselves, so that the answers are improved until none changes: at first no document is known
for any pair, and each round can only find smaller ones.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from shapecheck import canonical
from shapecheck.gaps import smallest_scalar
from shapecheck.shapes import ANY, ArrayShape, ObjectShape, Shape, flattened, resolve
from shapecheck.values import Numeral

_ZERO = Numeral.of(0)


def smallest_outside(old: Shape, new: Shape | None) -> str | None:
    """Canonical text of the smallest document that fits the old shape and not the new one.

    Without a new shape it is the smallest one that fits the old shape.
    """
    return _Search().answer(old, new)


@dataclass(frozen=True)
class _Pair:
    old: Shape
    new: Shape | None


class _Search:
    def __init__(self) -> None:
        self._found: dict[_Pair, str | None] = {}

    def answer(self, old: Shape, new: Shape | None) -> str | None:
        self._best(old, new)
        while self._improve():
            pass
        return self._best(old, new)

    def _best(self, old: Shape, new: Shape | None) -> str | None:
        """What is known so far; the pair is looked at from now on."""
        return self._found.setdefault(_Pair(resolve(old), new and resolve(new)), None)

    def _improve(self) -> bool:
        before = dict(self._found)
        for pair in before:
            self._found[pair] = self._smallest(pair)
        return before != self._found

    def _smallest(self, pair: _Pair) -> str | None:
        others = flattened(pair.new) if pair.new else []
        if ANY in others:
            return None
        found = (
            text for one in flattened(pair.old) for text in self._candidates(one, others)
        )
        return min(found, key=canonical.order, default=None)

    def _candidates(self, shape: Shape, others: list[Shape]) -> Iterator[str]:
        match shape:
            case ArrayShape():
                arrays = (other for other in others if isinstance(other, ArrayShape))
                yield from self._arrays(shape, next(arrays, None))
            case ObjectShape():
                objects = (other for other in others if isinstance(other, ObjectShape))
                yield from self._objects(shape, next(objects, None))
            case _:
                text = "0" if shape is ANY else smallest_scalar(shape, others)
                yield from [] if text is None else [text]

    # --- arrays

    def _arrays(self, old: ArrayShape, new: ArrayShape | None) -> Iterator[str]:
        item = self._best(old.items, None)
        for length in _lengths_outside(old, new):
            if item is not None or not length:
                yield canonical.array([item or ""] * length)
        if new:
            yield from self._arrays_with(self._best(old.items, new.items), item, old)

    def _arrays_with(self, wrong: str | None, item: str | None, old: ArrayShape) -> Iterator[str]:
        """The arrays with one wrong item; if it isn't best at either end, it is nowhere."""
        if wrong is not None and item is not None and old.length.most != _ZERO:
            others = [item] * (old.length.first(1) - 1)
            yield canonical.array([wrong, *others])
            yield canonical.array([*others, wrong])

    # --- objects

    def _objects(self, old: ObjectShape, new: ObjectShape | None) -> Iterator[str]:
        known = {key: self._best(old.member(key), None) for key in old.needed}
        base = {key: text for key, text in known.items() if text is not None}
        if len(base) < len(known):
            return
        if new is None or new.needed - set(base):
            yield canonical.obj(base)
        if new:
            yield from self._objects_with_wrong_member(base, old, new)

    def _objects_with_wrong_member(
        self, base: dict[str, str], old: ObjectShape, new: ObjectShape
    ) -> Iterator[str]:
        for key, member in old.members.items():
            wanted = new.member(key) if new.knows(key) else None
            wrong = self._best(member.shape, wanted)
            if wrong is not None:
                yield canonical.obj({**base, key: wrong})


def _lengths_outside(old: ArrayShape, new: ArrayShape | None) -> Iterator[int]:
    """The least lengths of the old array shape that the new one does not allow."""
    least = old.length.first(0)
    if new is None or not new.length.holds_length(least):
        yield least
    if new and new.length.most is not None:
        longer = old.length.first(new.length.most.integer + 1)
        if old.length.holds_length(longer) and not new.length.holds_length(longer):
            yield longer
