"""Makes the patch that turns one document into another."""

from shapecheck import deep
from shapecheck.equality import Equality
from shapecheck.judging import Judging
from shapecheck.ordering import unmoved
from shapecheck.patches import Operation, Patch, Step
from shapecheck.shapes import ANY, Alternatives, ArrayShape, Reference, Shape
from shapecheck.values import Array, Numeral, Object, Value, same_scalar


def difference(old: Value, new: Value, shape: Shape) -> Patch:
    diffing = _Diffing()
    deep.run(diffing.compare(old, new, shape))
    return diffing.patch


class _Diffing:
    def __init__(self) -> None:
        self.patch: Patch = []
        self._path: list[Step] = []
        self._judging = Judging()
        self._equality = Equality()

    def compare(self, old: Value, new: Value, shape: Shape) -> deep.Steps:
        """Note what turns one value into the other."""
        shape = self._settled(old, new, shape)
        if isinstance(old, Object) and isinstance(new, Object):
            yield self._objects(old, new, shape)
        elif isinstance(old, Array) and isinstance(new, Array):
            yield self._arrays(old, new, shape)
        elif not same_scalar(old, new):
            self._note("replace", {"old": old, "new": new})

    def _settled(self, old: Value, new: Value, shape: Shape) -> Shape:
        """The shape that is meant for both values."""
        while isinstance(shape, Reference | Alternatives):
            if isinstance(shape, Alternatives):
                shape = next((one for one in shape.branches if self._fit(old, new, one)), ANY)
            elif shape.definition:
                shape = shape.definition.shape
        return shape

    def _fit(self, old: Value, new: Value, shape: Shape) -> bool:
        return not self._judging.count(old, shape) and not self._judging.count(new, shape)

    def _objects(self, old: Object, new: Object, shape: Shape) -> deep.Steps:
        for key, value in old.first.items():
            if key in new.first:
                yield self._part(key, value, new.first[key], shape.member(key))
            else:
                self._note("delete", {"old": value}, key)
        for key, value in new.first.items():
            if key not in old.first:
                self._note("insert", {"new": value}, key)

    def _arrays(self, old: Array, new: Array, shape: Shape) -> deep.Steps:
        by = shape.by if isinstance(shape, ArrayShape) else ()
        olds, news = self._keyed(old, by), self._keyed(new, by)
        if olds is None or news is None:
            yield self._by_index(old.items, new.items, shape.item)
        else:
            yield self._by_keys(olds, news, shape.item)

    def _by_index(self, olds: list[Value], news: list[Value], shape: Shape) -> deep.Steps:
        for index, (old, new) in enumerate(zip(olds, news, strict=False)):
            yield self._part(Numeral.of(index), old, new, shape)
        for index in reversed(range(len(news), len(olds))):
            self._note("delete", {"old": olds[index]}, Numeral.of(index))
        for index in range(len(olds), len(news)):
            self._note("insert", {"new": news[index]}, Numeral.of(index))

    def _keyed(self, array: Array, by: tuple[str, ...]) -> "_Keyed | None":
        """The items by the numbers of their steps; None if the keys don't tell them apart."""
        found: _Keyed = {}
        for item in array.items:
            if not isinstance(item, Object) or not all(key in item.first for key in by):
                return None
            step = Object.of({key: item.first[key] for key in by})
            found[self._equality.number(step)] = (step, item)
        return found if by and len(found) == len(array.items) else None

    def _by_keys(self, olds: "_Keyed", news: "_Keyed", shape: Shape) -> deep.Steps:
        order = self._delete_missing(olds, news)
        self._arrange(order, olds, news)
        for number, (step, item) in news.items():
            if number in olds:
                yield self._part(step, olds[number][1], item, shape)

    def _delete_missing(self, olds: "_Keyed", news: "_Keyed") -> list[int]:
        """Note what is deleted; what is left is returned."""
        kept: list[int] = []
        for number, (step, item) in olds.items():
            if number in news:
                kept.append(number)
            else:
                after = olds[kept[-1]][0] if kept else None
                self._note("delete", {"old": item, "after": after}, step)
        return kept

    def _arrange(self, order: list[int], olds: "_Keyed", news: "_Keyed") -> None:
        """Note what is inserted and moved."""
        position = {number: at for at, number in enumerate(news)}
        staying = {order[at] for at in unmoved([position[number] for number in order])}
        steps = {number: step for number, (step, _) in (*olds.items(), *news.items())}
        before: int | None = None
        for number, (step, item) in news.items():
            after = None if before is None else steps[before]
            if number not in olds:
                self._note("insert", {"new": item, "after": after}, step)
                order.insert(_behind(order, before), number)
            elif number not in staying:
                at = order.index(number)
                neighbour = steps[order[at - 1]] if at else None
                self._note("move", {"from": neighbour, "after": after}, step)
                del order[at]
                order.insert(_behind(order, before), number)
            before = number

    def _part(self, step: Step, old: Value, new: Value, shape: Shape) -> deep.Steps:
        self._path.append(step)
        yield self.compare(old, new, shape)
        self._path.pop()

    def _note(self, kind: str, fields: dict[str, Value], *steps: Step) -> None:
        self.patch.append(Operation(kind, (*self._path, *steps), fields))


_Keyed = dict[int, tuple[Object, Object]]


def _behind(order: list[int], number: int | None) -> int:
    return 0 if number is None else order.index(number) + 1
