# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""How the tests of shapecheck call it, and read what it prints."""

import json
import re
from decimal import Decimal


def parse(text):
    """JSON with exact numbers."""
    return json.loads(text, parse_float=Decimal, parse_int=Decimal)


def check(run, shape, doc, *options, **more):
    """The violations of a document, after a look at the exit status."""
    done = run("check", *options, "s.shape", "d.json", files={"s.shape": shape, "d.json": doc}, **more)
    found = [json.loads(line) for line in done.lines]
    assert done.status == (1 if found else 0), f"exit status {done.status}"
    return found


def brief(violations):
    """Each violation as `pointer code`."""
    return [f"{one['at']} {one['code']}" for one in violations]


def checked(run, shape, doc, *options, **more):
    return brief(check(run, shape, doc, *options, **more))


def failing_items(run, item, *values, code=None):
    """Which of these values, as JSON texts, do not fit the shape of an item."""
    found = check(run, f"all = [{item}];", "[" + ", ".join(values) + "]")
    assert code is None or {one["code"] for one in found} == {code}, found
    return [values[int(one["at"][1:])] for one in found]


def assert_fails(done, code, case=""):
    """An error line, status 2 and no output."""
    first = done.stderr.decode("utf-8", "replace").split("\n")[0]
    assert re.fullmatch(rf"error: {code}(: .*)?", first), f"{case!r}: standard error {first!r}"
    assert done.status == 2, f"{case!r}: exit status {done.status}"
    assert done.stdout == b"", f"{case!r}: standard output {done.stdout!r}"


def exact(value):
    """A parsed document in a form in which equal means equal: 1 is 1.0, but not true."""
    if isinstance(value, dict):
        return ("object", frozenset((key, exact(part)) for key, part in value.items()))
    if isinstance(value, list):
        return ("array", *map(exact, value))
    return (type(value).__name__, value)


def same(found, expected):
    return exact(found) == exact(expected)


def as_text(value):
    """JSON text of a parsed document."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(key)}:{as_text(part)}" for key, part in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(as_text, value)) + "]"
    return str(value) if isinstance(value, Decimal) else json.dumps(value)


def diff(run, shape, a, b, **more):
    files = {"s.shape": shape, "a.json": a, "b.json": b}
    return parse(run("diff", "s.shape", "a.json", "b.json", files=files, **more).ok().out)


def apply(run, doc, patch, **more):
    files = {"doc.json": doc, "patch.json": patch}
    return parse(run("apply", "doc.json", "patch.json", files=files, **more).ok().out)


def invert(run, patch):
    return parse(run("invert", "patch.json", files={"patch.json": patch}).ok().out)


def merge(run, base, first, second):
    """The result, or the list of conflicts as pairs."""
    files = {"base.json": base, "p1.json": first, "p2.json": second}
    done = run("merge", "base.json", "p1.json", "p2.json", files=files)
    assert done.status in (0, 1), f"exit status {done.status}"
    found = parse(done.out)
    return [(one["first"], one["second"]) for one in found] if done.status else found
