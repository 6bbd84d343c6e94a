# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Second readings of the rules, on nested tuples and Python's own JSON.

A shape is a tuple: ("any",), ("lit", value), ("bool",), ("str", low, high), ("int", low, high),
("num", low, high), ("arr", item, low, high), ("obj", {key: (shape, optional)}, open),
("alt", branch...), ("ref", name). A document is what `json.loads` gives, except that an object is
a list of pairs in a `Pairs`.
"""

import json
from decimal import Decimal
from itertools import product


class Pairs(list):
    """The members of an object, with repeats."""


def load(text):
    return json.loads(text, parse_float=Decimal, parse_int=Decimal, object_pairs_hook=Pairs)


def text_of(value):
    """A document as JSON text."""
    if isinstance(value, Pairs):
        return "{" + ",".join(f"{json.dumps(key)}:{text_of(part)}" for key, part in value) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(text_of, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def shape_text(shape):
    """A shape in the shape language."""
    match shape:
        case ("any",):
            return "any"
        case ("bool",):
            return "boolean"
        case ("lit", value):
            return text_of(value)
        case ("str", low, high):
            return "string" + range_text(low, high)
        case ("int", low, high):
            return "int" + range_text(low, high)
        case ("num", low, high):
            return "number" + range_text(low, high)
        case ("arr", item, low, high):
            return f"[{shape_text(item)}]" + range_text(low, high)
        case ("obj", members, is_open):
            parts = [
                f"{json.dumps(key)}{'?' if optional else ''}: {shape_text(part)}"
                for key, (part, optional) in members.items()
            ]
            return "{" + ", ".join(parts + ["..."] * is_open) + "}"
        case ("alt", *branches):
            return " | ".join(map(shape_text, branches))
        case ("ref", name):
            return name
    raise AssertionError(shape)


def range_text(low, high):
    if low is None and high is None:
        return ""
    return f"({'' if low is None else low}..{'' if high is None else high})"


def kind(value):
    if value is None:
        return "null"
    for one, name in (
        (bool, "boolean"), (str, "string"), (Decimal, "number"), (Pairs, "object"), (list, "array")
    ):
        if isinstance(value, one):
            return name
    raise AssertionError(value)


def inside(amount, low, high):
    return (low is None or amount >= low) and (high is None or amount <= high)


KINDS = {"bool": "boolean", "str": "string", "int": "number", "num": "number", "arr": "array",
         "obj": "object"}


class Checker:
    """Violations as (place, pointer, code), by plain recursion; sorted by place at the end."""

    def __init__(self, shapes):
        self.shapes = shapes
        self.clock = 0

    def tick(self):
        self.clock += 1
        return self.clock

    def check(self, value, shape):
        self.clock = 0
        found = self.compare(value, shape, "")
        found += [one for one in self.repeats(value)]
        return [f"{pointer} {code}" for _, pointer, code in sorted(found, key=lambda one: one[0])]

    def own(self, value, shape):
        """A violation at the beginning of the value."""
        name = shape[0]
        if name == "lit":
            wanted = shape[1]
            equal = kind(value) == kind(wanted) and value == wanted
            return None if equal else "value"
        if name not in KINDS:
            return None
        if kind(value) != KINDS[name]:
            return "type"
        if name == "str" and not inside(len(value), *shape[1:]):
            return "length"
        if name == "int" and value % 1:
            return "whole"
        if name in ("int", "num") and not inside(value, *shape[1:]):
            return "range"
        return None

    # Places are pairs of paths: a beginning sorts before all that is within, an end after it.

    def compare(self, value, shape, pointer, path=()):
        while shape[0] == "ref":
            shape = self.shapes[shape[1]]
        end = (*path, (9,))
        if shape[0] == "alt":
            fine = any(not self.compare(value, branch, pointer, path) for branch in shape[1:])
            return [] if fine else [(end, pointer, "alternative")]
        own = self.own(value, shape)
        if own:
            return [((*path, (0,)), pointer, own)]
        found = []
        if shape[0] == "arr":
            for index, item in enumerate(value):
                found += self.compare(item, shape[1], f"{pointer}/{index}", (*path, (1, index)))
            if not inside(len(value), *shape[2:]):
                found.append((end, pointer, "length"))
        if shape[0] == "obj":
            found += self.members(value, shape, pointer, path)
        return found

    def members(self, value, shape, pointer, path):
        _, members, is_open = shape
        found, seen = [], set()
        for index, (key, part) in enumerate(value):
            place, inner = (*path, (1, index)), f"{pointer}/{escape(key)}"
            if key in seen:
                continue
            seen.add(key)
            if key in members:
                found += self.compare(part, members[key][0], inner, place)
            elif not is_open:
                found.append(((*place, (0,)), inner, "unknown"))
        for index, (key, (_, optional)) in enumerate(members.items()):
            if key not in seen and not optional:
                found.append(((*path, (9, index)), f"{pointer}/{escape(key)}", "missing"))
        return found

    def repeats(self, value, pointer="", path=()):
        seen = set()
        parts = value if isinstance(value, list) else []
        for index, part in enumerate(parts):
            place = (*path, (1, index))
            step, inner = part if isinstance(value, Pairs) else (str(index), part)
            if isinstance(value, Pairs) and step in seen:
                yield (*place, (0,)), f"{pointer}/{escape(step)}", "duplicate"
            seen.add(step)
            yield from self.repeats(inner, f"{pointer}/{escape(step)}", place)


def escape(key):
    return key.replace("~", "~0").replace("/", "~1")


# --- random shapes and documents --------------------------------------------


def random_shape(rng, depth, names=()):
    simple = [
        lambda: ("any",), lambda: ("bool",), lambda: ("lit", None), lambda: ("lit", "a"),
        lambda: ("lit", Decimal("1")), lambda: ("str", *some_range(rng, 0, 3)),
        lambda: ("int", *some_range(rng, -2, 3)), lambda: ("num", *some_range(rng, -2, 3)),
    ]
    if depth == 0 or rng.random() < 0.2:
        return rng.choice(simple)()
    form = rng.choice(["arr", "obj", "obj", "alt", "ref" if names else "obj"])
    if form == "ref":
        return ("ref", rng.choice(names))
    if form == "arr":
        return ("arr", random_shape(rng, depth - 1, names), *some_range(rng, 0, 3))
    if form == "alt":
        branches = [random_shape(rng, depth - 1, names) for _ in range(rng.randint(2, 3))]
        plain = [branch for branch in branches if branch[0] not in ("alt", "ref")]
        return ("alt", *plain, ("lit", None)) if plain else ("lit", None)
    keys = rng.sample(["a", "b", "c/d", "e~f", ""], rng.randint(0, 4))
    members = {key: (random_shape(rng, depth - 1, names), rng.random() < 0.5) for key in keys}
    return ("obj", members, rng.random() < 0.3)


def some_range(rng, low, high):
    ends = sorted(rng.randint(low, high) for _ in range(2))
    return [end if rng.random() < 0.6 else None for end in ends]


def random_document(rng, shape, shapes, depth=8):
    """Something near to what the shape describes."""
    while shape[0] == "ref":
        shape = shapes[shape[1]]
    if shape[0] == "any" or rng.random() < 0.08 or depth == 0:
        return random_value(rng, 2)
    match shape:
        case ("lit", value):
            return value
        case ("bool",):
            return rng.random() < 0.5
        case ("str", *_):
            return "xyzw"[: rng.randint(0, 4)]
        case ("int", *_):
            return Decimal(rng.choice(["-1", "0", "1", "1.0", "2", "20e-1", "3"]))
        case ("num", *_):
            return Decimal(rng.choice(["-1.5", "0", "-0", "1.25", "2.000", "3.1"]))
        case ("arr", item, *_):
            return [random_document(rng, item, shapes, depth - 1) for _ in range(rng.randint(0, 3))]
        case ("alt", *branches):
            return random_document(rng, rng.choice(branches), shapes, depth - 1)
    found = Pairs()
    for key, (part, _) in shape[1].items():
        if rng.random() < 0.85:
            found.append((key, random_document(rng, part, shapes, depth - 1)))
    if rng.random() < 0.2:
        found.append((rng.choice(["new", "a", ""]), random_value(rng, 1)))
    rng.shuffle(found)
    return found


def random_value(rng, depth):
    simple = [None, True, False, "", "a", Decimal("1"), Decimal("2.5")]
    if depth == 0 or rng.random() < 0.5:
        return rng.choice(simple)
    parts = [random_value(rng, depth - 1) for _ in range(rng.randint(0, 3))]
    if rng.random() < 0.5:
        return parts
    return Pairs((rng.choice(["p", "q", "r"]), part) for part in parts)


# --- patches, on what `json.loads` gives with exact numbers -------------------


def frozen(value):
    if isinstance(value, dict):
        return ("object", frozenset((key, frozen(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("array", *map(frozen, value))
    return (type(value).__name__, value)


def patched(doc, patch):
    """A document after a patch whose conditions are not checked."""
    holder = {"": copied(doc)}
    for op in patch:
        *way, last = ["", *op["path"]]
        place = holder
        for step in way:
            place = place[where(place, step)]
        if op["op"] == "replace":
            place[where(place, last)] = copied(op["new"])
        elif isinstance(place, dict):
            place.pop(last, None)
            if op["op"] == "insert":
                place[last] = copied(op["new"])
        else:
            item = copied(op["new"]) if op["op"] == "insert" else place.pop(where(place, last))
            if op["op"] == "insert" and not isinstance(last, dict):
                place.append(item)
            elif op["op"] != "delete":
                after = op["after"]
                place.insert(0 if after is None else where(place, after) + 1, item)
    return holder[""]


def copied(value):
    if isinstance(value, dict):
        return {key: copied(part) for key, part in value.items()}
    return [copied(part) for part in value] if isinstance(value, list) else value


def where(place, step):
    if isinstance(step, dict):
        return next(at for at, item in enumerate(place)
                    if all(frozen(item.get(key)) == frozen(part) for key, part in step.items()))
    return int(step) if isinstance(step, Decimal) else step


def arrangement(olds, news):
    """The operations on a keyed array as tuples, with the stayers found among all subsets."""
    kept, found = [], []
    for key in olds:
        if key in news:
            kept.append(key)
        else:
            found.append(("delete", key, kept[-1] if kept else None))
    best = max(
        (chosen for mask in range(1 << len(kept)) if (chosen := rising(mask, kept, news)) is not None),
        key=lambda chosen: (len(chosen), [-kept.index(key) for key in chosen]),
    )
    order = list(kept)
    for at, key in enumerate(news):
        before = news[at - 1] if at else None
        if key not in olds:
            found.append(("insert", key, before))
        elif key not in best:
            spot = order.index(key)
            found.append(("move", key, order[spot - 1] if spot else None, before))
            order.remove(key)
        else:
            continue
        order.insert(0 if before is None else order.index(before) + 1, key)
    return found


def rising(mask, kept, news):
    chosen = [key for at, key in enumerate(kept) if mask >> at & 1]
    places = [news.index(key) for key in chosen]
    return chosen if places == sorted(places) else None


# --- all documents of a length ------------------------------------------------


class Documents:
    """The canonical texts of a length that fit a shape.

    Of strings and numbers only the smallest few are there; the random shapes leave no room for others.
    """

    class TooMany(Exception):
        pass

    def __init__(self, shapes):
        self.shapes = shapes
        self.known = {}

    def of(self, shape, length):
        key = (shape_text(shape), length)
        if key not in self.known:
            self.known[key] = set(self.all(shape, length)) if length > 0 else set()
            if len(self.known[key]) > 2000:
                raise self.TooMany
        return self.known[key]

    def all(self, shape, length):
        match shape:
            case ("ref", name):
                return self.of(self.shapes[name], length)
            case ("alt", *branches):
                return set().union(*(self.of(branch, length) for branch in branches))
            case ("lit", value):
                return {text for text in [text_of(value)] if len(text) == length}
            case ("bool",):
                return {text for text in ("true", "false") if len(text) == length}
            case ("str", low, high):
                long = length - 2
                fits = long >= 0 and inside(long, low, high)
                return {f'"{" " * (long - 1)}{end}"' for end in (" !#" if long else [""])} if fits else set()
            case ("int", low, high):
                return {text for text in whole_texts(length) if inside(int(text), low, high)}
            case ("num", None, None):
                return number_texts(length)
            case ("arr", item, low, high):
                return self.arrays(item, low or 0, high, length)
            case ("obj", members, False):
                return self.objects(members, length)
        raise AssertionError(shape)

    def arrays(self, item, low, high, length):
        found = {"[]"} if length == 2 and low == 0 else set()
        for count in range(max(low, 1), length if high is None else high + 1):
            for parts in self.rows([item] * count, length - 1 - count):
                found.add(f"[{','.join(parts)}]")
        return found

    def objects(self, members, length):
        found = set()
        for chosen in product((False, True), repeat=len(members)):
            keys = sorted(key for key, taken in zip(members, chosen) if taken)
            if any(not members[key][1] and key not in keys for key in members):
                continue
            room = length - 2 - max(0, len(keys) - 1) - sum(len(key) + 3 for key in keys)
            for parts in self.rows([members[key][0] for key in keys], room):
                found.add("{" + ",".join(f'"{key}":{part}' for key, part in zip(keys, parts)) + "}")
        return found

    def rows(self, shapes, room):
        """Texts for several shapes that fill the room."""
        if not shapes:
            return [()] if room == 0 else []
        found = []
        for own in range(1, room - len(shapes) + 2):
            rest = self.rows(shapes[1:], room - own) if self.of(shapes[0], own) else []
            found += [(text, *others) for text in self.of(shapes[0], own) for others in rest]
        return found


def whole_texts(length):
    return {str(number) for number in range(-15, 16) if len(str(number)) == length}


def number_texts(length):
    return whole_texts(length) | ({"0.1", "0.2", "0.3"} if length == 3 else set())


def random_plain_shape(rng, depth, names, simple_only=False):
    """A shape that can be searched; at most one array and one object among alternatives."""
    simple = [
        lambda: ("lit", None), lambda: ("lit", rng.choice(["", " ", "!", "a"])), lambda: ("bool",),
        lambda: ("lit", Decimal(rng.choice(["0", "1", "-1", "0.1"]))), lambda: ("str", *some_range(rng, 0, 3)),
        lambda: ("int", *some_range(rng, -2, 12)), lambda: ("int", *some_range(rng, 0, 2)),
        lambda: ("num", None, None), lambda: ("lit", rng.random() < 0.5),
    ]
    if depth == 0 or simple_only:
        return rng.choice(simple)()
    form = rng.choice(["simple", "arr", "obj", "alt", "alt", "ref"])
    if form == "simple":
        return rng.choice(simple)()
    if form == "ref":
        return ("ref", rng.choice(names))
    if form == "arr":
        return ("arr", random_plain_shape(rng, depth - 1, names), *some_range(rng, 0, 2))
    if form == "obj":
        return random_plain_object(rng, depth - 1, names)
    branches = [random_plain_shape(rng, 0, names) for _ in range(rng.randint(1, 3))]
    if rng.random() < 0.5:
        branches.append(("arr", random_plain_shape(rng, depth - 1, names), *some_range(rng, 0, 2)))
    if rng.random() < 0.5:
        branches.append(random_plain_object(rng, depth - 1, names))
    rng.shuffle(branches)
    return ("alt", *branches) if len(branches) > 1 else branches[0]


def random_plain_object(rng, depth, names):
    keys = rng.sample("ab", rng.randint(0, 2))
    return ("obj", {key: (random_plain_shape(rng, depth, names), rng.random() < 0.5) for key in keys}, False)


def mutated(rng, shape):
    """A shape that is the same, or differs in places."""
    chance = rng.random()
    match shape:
        case ("arr", item, low, high):
            if chance < 0.15:
                low, high = some_range(rng, 0, 3)
            return ("arr", mutated(rng, item), low, high)
        case ("obj", members, is_open):
            changed = {key: (mutated(rng, part), optional != (rng.random() < 0.08))
                       for key, (part, optional) in members.items()}
            return ("obj", changed, is_open)
        case ("alt", *branches):
            return ("alt", *(mutated(rng, branch) for branch in branches))
        case ("int" | "str" as kind, low, high) if chance < 0.3:
            return (kind, low if rng.random() < 0.7 else None, high if rng.random() < 0.7 else None)
        case ("bool",) if chance < 0.2:
            return ("lit", True)
    return shape
