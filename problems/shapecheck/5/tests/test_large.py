# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Checking while reading, and deriving shapes from examples."""

import json
import random

import pytest
from oracles import Checker, random_document, random_shape, shape_text, text_of
from shapes import assert_fails, brief, check, checked

BOOK = """book  = {orders: [order](1..), note?: string(1..10) | null};
order = {id: int(1..), amount: number(0..1000), ...};
"""
ONE = '{"id": 1, "tags": [], "name": "ann", "size": 2.50}'
TWO = "[]"
THREE = '{"tags": ["x", null, "", "x"], "id": 3e1, "size": 7}'
DERIVED = (
    'document = [any](0..0) | {"id": int(1..30), "name"?: "ann", "size": number(2.5..7), '
    '"tags": [null | "" | "x"](0..4)};'
)


def streamed(run, shape, doc, **more):
    return checked(run, shape, doc, "--stream", **more)


def broken(run, shape, doc):
    """What was listed before a malformed document broke off."""
    done = run("check", "--stream", "s.shape", "d.json", files={"s.shape": shape, "d.json": doc})
    assert done.status == 2, f"exit status {done.status}"
    assert done.err.startswith("error: bad-json"), done.err
    return brief([json.loads(line) for line in done.lines])


def infer(run, *docs, state=None, **more):
    files = {f"d{number}.json": doc for number, doc in enumerate(docs)}
    options = () if state is None else ("--state", state)
    done = run("infer", *files, *options, files=files, **more).ok()
    assert len(done.lines) == 1
    return done.lines[0]


def derived(run, *values):
    """The shape for these values, as JSON texts."""
    line = infer(run, *values)
    assert line.startswith("document = ") and line.endswith(";"), line
    return line[11:-1]


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_violations_are_those_of_the_whole_document(run):
    doc = """{"orders":[{"id":1.0,"amount":1e2,"by":"ann"}, {"id":0,"amount":"7"},
        {"amount":1000.0000000000000000001}], "note":"","a/b":{"x":1,"x":2}}"""
    assert check(run, BOOK, doc, "--stream") == [
        {"at": "/orders/1/id", "code": "range"}, {"at": "/orders/1/amount", "code": "type"},
        {"at": "/orders/2/amount", "code": "range"}, {"at": "/orders/2/id", "code": "missing"},
        {"at": "/note", "code": "alternative"}, {"at": "/a~1b", "code": "unknown"},
        {"at": "/a~1b/x", "code": "duplicate"},
    ]


@pytest.mark.core
def test_standard_input_is_read_once(run):
    files = {"s.shape": BOOK}
    done = run("check", "s.shape", "--stream", "-", files=files, stdin='{"orders": []}')
    assert (done.status, done.json) == (1, {"at": "/orders", "code": "length"})
    done = run("check", "s.shape", "-", "--stream", "--stream", files=files, stdin='{"orders": [{"id": 1, "amount": 0}]}')
    assert (done.status, done.out) == (0, "")


@pytest.mark.core
def test_alternatives_are_followed_at_the_same_time(run):
    shape = """all = [{kind: "a", list: [int]} | {kind: "b", list: [string](2..)} | [all] | null];"""
    doc = """[{"list": [1, 2], "kind": "a"}, {"list": [1, 2], "kind": "b"}, {"list": ["x"], "kind": "b"},
        {"list": ["x", "y"], "kind": "b"}, [[null, 1]], [[{"list": [], "kind": "a"}]], {"kind": "a", "list": [1, "x"]}]"""
    assert streamed(run, shape, doc) == [f"/{at} alternative" for at in (1, 2, 4, 6)]


@pytest.mark.core
def test_the_example_of_deriving(run):
    assert infer(run, ONE, TWO, THREE) == DERIVED


@pytest.mark.core
def test_the_example_in_two_runs(run, folder):
    assert infer(run, ONE, THREE, state="seen") == DERIVED.replace("[any](0..0) | ", "")
    (folder / "two.json").write_text(TWO)
    assert run("infer", "two.json", "--state", "seen").ok().lines == [DERIVED]


@pytest.mark.core
def test_one_form_for_each_kind_of_value(run):
    assert derived(run, "true", "[1]", '"b"', "null", "{}", "2.5", '"a"', "-1", "false", "[[], 2]") == (
        'null | boolean | number(-1..2.5) | "a" | "b" | [int(1..2) | [any](0..0)](1..2) | {}'
    )


# --- functionality: checking --------------------------------------------------


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(5))
def test_random_documents_while_reading(run, seed):
    rng = random.Random(seed + 50)
    names = ["p", "q"]
    shapes = {name: ("alt", ("obj", {
        "a": (random_shape(rng, 3, names), True), "b": (random_shape(rng, 3, names), seed % 2 == 0),
    }, False), ("arr", ("ref", "p"), 0, 2), ("lit", None)) for name in names}
    top = ("arr", ("obj", {"v": (("ref", "p"), False), "w": (random_shape(rng, 3, names), True)}, True), 3, None)
    text = f"top = {shape_text(top)};\n" + "".join(f"{name} = {shape_text(shape)};\n" for name, shape in shapes.items())
    doc = [random_document(rng, top[1], shapes) for _ in range(60)] + [None]
    assert streamed(run, text, text_of(doc)) == Checker(shapes).check(doc, top)


@pytest.mark.functionality
def test_a_large_document_in_little_memory(run, folder):
    large_document(folder / "large.json")
    (folder / "s.shape").write_text("all = [{id: int(0..), text: string(1..), tags: [string | null]}];")
    done = run("check", "--stream", "s.shape", "large.json", timeout=15)
    assert brief([json.loads(line) for line in done.lines]) == [
        "/29999/tags/1 alternative", "/59999/tags/1 alternative",
    ]
    assert done.status == 1


@pytest.mark.functionality
def test_deriving_from_a_large_document_in_little_memory(run, folder):
    large_document(folder / "large.json")
    assert run("infer", "large.json", timeout=15).ok().lines == [
        'document = [{"id": int(0..65999), "tags": [null | int(29999..59999) | "a0" | "a1" | "a2" | "a3" | "a4"](2..2), '
        '"text": string(901..901)}](66000..66000);'
    ]


def large_document(path):
    """62 MB with 400,000 values, and a character in it for which some need four bytes each."""
    with path.open("w", encoding="utf-8") as file:
        text = "".join(chr(97 + at * at % 26) for at in range(1000))
        for n in range(66_000):
            mark = "\U0001f980" if n % 1000 == 500 else "x"
            last = n if n % 30_000 == 29_999 else "null"
            record = f'{{"id": {n}, "text": "{mark}{text[n % 100:][:900]}", "tags": ["a{n % 5}", {last}]}}\n'
            file.write(("," if n else "[") + record)
        file.write("]")


@pytest.mark.functionality
def test_a_violation_is_written_while_the_document_goes_on(repl):
    program = repl("check", "--stream", "s.shape", "-", files={"s.shape": "all = [int];"})
    program.send('[1, "x", 2')
    for _ in range(18):
        program.send("," + ", ".join(["3"] * 21_900))
    assert json.loads(program.read_line()) == {"at": "/1", "code": "type"}
    program.send(", null]")
    done = program.close()
    assert json.loads(done.lines[-1]) == {"at": f"/{3 + 18 * 21_900}", "code": "type"}


@pytest.mark.functionality
def test_deeply_nested_documents_while_reading(run):
    depth = 9_999
    shape = 'term = {arg: term, op: "not"} | {arg: term, op: "neg"} | {arg: term, op: "abs"} | int;'
    rng = random.Random(6)
    operators = rng.choices(["not", "neg", "abs"], k=depth)

    def doc(leaf):
        return '{"arg":' * depth + leaf + "".join(f',"op":"{one}"}}' for one in operators)

    assert streamed(run, shape, doc("1"), timeout=10) == []
    assert streamed(run, shape, doc("null"), timeout=10) == [" alternative"]
    assert streamed(run, "all = [all](..1);", "[" * depth + "[],3" + "]" * depth, timeout=10) == [
        "/0" * (depth - 1) + "/1 type", "/0" * (depth - 1) + " length"
    ]


@pytest.mark.functionality
def test_strings_that_are_longer_than_what_is_read_at_once(run):
    text = "é\U0001f980\\u0041\\n" * 100_000
    doc = f'["{text}", "{text}x", {"9" * 9000}, {{"{text}": 1, "{text}": 2}}]'
    found = check(run, "all = [string(400000..400000) | int | {...}];", doc, "--stream", timeout=10)
    assert [one["code"] for one in found] == ["alternative", "duplicate"] and found[0]["at"] == "/1"
    assert found[1]["at"] == "/3/" + "é\U0001f980A\n" * 100_000


@pytest.mark.functionality
def test_what_is_listed_before_a_malformed_document_breaks_off(run):
    shape = 'all = {a: [int](..1), b: int | null, c: int};'
    for doc, expected in [
        ('{"a": ["x", 1], "b": "y", "c": nul}', ["/a/0 type", "/a length", "/b alternative"]),
        ('{"a": ["x", 1,], "b": "y"}', ["/a/0 type"]), ('{"a": ["x", 1', ["/a/0 type"]),
        ('{"c": "x", "d": [1, 01]}', ["/c type", "/d unknown"]), ('{"b": "y"]', ["/b alternative"]),
        ('{"c": "1", "c": "2", "a": ["x"}', ["/c type", "/c duplicate", "/a/0 type"]),
        (b'{"a": ["x", "\xff"], "b": "y"}', ["/a/0 type"]), ('{"a": [1], "b": 1, "c": "x"} {}', ["/c type"]),
        ('{"c": null, "b": "\\ud800", "a": 1}', ["/c type"]), ('{"a": 0, "b": {"x": 1, "x": 2}, ', ["/a type", "/b/x duplicate", "/b alternative"]),
    ]:
        assert broken(run, shape, doc) == expected, doc


@pytest.mark.functionality
def test_everything_else_in_shape_files(run):
    shape = "all = {a: [any by (x, y)](1..2), b: [item by x], c?: any, ...}; item = {x: int} | item2; item2 = {z: [item], ...};"
    doc = '{"a": [], "b": [{"x": 1}, {"x": "1"}, {"z": [{"z": []}]}, {"z": [{"z": 1}]}], "c": {"k": [{"l": 1, "l": 2}]}, "d": {"m": 0, "m": 0}}'
    assert streamed(run, shape, doc) == [
        "/a length", "/b/1 alternative", "/b/3 alternative", "/c/k/0/l duplicate", "/d/m duplicate",
    ]


# --- functionality: deriving --------------------------------------------------


@pytest.mark.functionality
def test_numbers_in_derived_shapes(run):
    rows = [
        (("1.0", "3e1", "-0"), "int(0..30)"), (("5",), "int(5..5)"), (("0.10", "-0.50"), "number(-0.5..0.1)"),
        (("1", "2.5", "3"), "number(1..3)"), (("123456789012345678901234567891", "1.5e-3"), "number(0.0015..123456789012345678901234567891)"),
        (("9007199254740993", "9007199254740992"), "int(9007199254740992..9007199254740993)"),
    ]
    docs = [f'{{"k{at}": {value}}}' for at, (values, _) in enumerate(rows) for value in values]
    assert derived(run, *docs) == "{" + ", ".join(f'"k{at}"?: {form}' for at, (_, form) in enumerate(rows)) + "}"


@pytest.mark.functionality
def test_strings_in_derived_shapes(run):
    eight = [f'"{letter}"' for letter in "hgfedcba"]
    for values, expected in [
        (eight, " | ".join(sorted(eight))), ([*eight, '"abc"'], "string(1..3)"), ([*eight, '"\\u0061"', '"b"'], " | ".join(sorted(eight))),
        ([*eight, '""', '"\U0001f980"'], "string(0..1)"), (['"\U0001f980"', '"\uffee"', '"\\n\\""'], '"\\u000a\\"" | "\uffee" | "\U0001f980"'),
    ]:
        assert derived(run, f"[{', '.join(values)}]") == f"[{expected}]({len(values)}..{len(values)})", values


@pytest.mark.functionality
def test_items_of_all_arrays_at_one_place(run):
    doc = '[{"a": [1, 2]}, {"a": []}, {"a": ["x", [true]]}, {"a": [[]]}]'
    assert derived(run, doc) == '[{"a": [int(1..2) | "x" | [boolean](0..1)](0..2)}](4..4)'


@pytest.mark.functionality
def test_members_in_derived_shapes(run):
    docs = ['{"b": 1, "\uffee": {}, "": null}', '{"": 0, "\U0001f980": 2, "b": null, "a b": [{"x": 1}, {"y": 1}]}']
    assert derived(run, *docs) == (
        '{"": null | int(0..0), "a b"?: [{"x"?: int(1..1), "y"?: int(1..1)}](2..2), "b": null | int(1..1), '
        '"\uffee"?: {}, "\U0001f980"?: int(2..2)}'
    )


@pytest.mark.functionality
def test_only_objects_without_the_key_make_it_optional(run):
    assert derived(run, '[{"a": null}, 5, {"a": {"b": 1}}, {"a": {}}]') == (
        '[int(5..5) | {"a": null | {"b"?: int(1..1)}}](4..4)'
    )


def random_json(rng, depth=4):
    if depth == 0 or rng.random() < 0.4:
        return rng.choice([None, True, False, rng.randint(-9, 99), rng.randint(-99, 99) / 4, rng.choice("abcdefghijk") * rng.randint(1, 2)])
    if rng.random() < 0.4:
        return [random_json(rng, depth - 1) for _ in range(rng.randint(0, 4))]
    return {key: random_json(rng, depth - 1) for key in rng.sample("pqrst", rng.randint(0, 4))}


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(2))
def test_order_and_runs_do_not_matter(run, folder, seed):
    rng = random.Random(seed)
    docs = [json.dumps([random_json(rng) for _ in range(10)]) for _ in range(5)]
    at_once = infer(run, *docs)
    assert infer(run, *reversed(docs)) == at_once
    for doc in [*docs[3:], docs[1], *docs[:3]]:
        (folder / "one.json").write_text(doc)
        done = run("infer", "--state", "seen", "one.json").ok()
    assert done.lines == [at_once]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(2))
def test_examples_fit_the_derived_shape(run, seed):
    rng = random.Random(seed + 20)
    docs = [json.dumps([random_json(rng) for _ in range(10)]) for _ in range(2)]
    shape = infer(run, *docs)
    for doc in docs:
        assert checked(run, shape, doc) == []
        assert streamed(run, shape, doc) == []
    assert checked(run, shape, "[[[[[[[5]]]]]], 1e9]") != []


@pytest.mark.functionality
def test_options_of_infer_stand_anywhere(run, folder):
    files = {"a.json": "1", "b.json": "2"}
    first = run("infer", "a.json", "--state", "other", "b.json", "--state", "seen", files=files)
    assert first.ok().lines == ["document = int(1..2);"]
    assert not (folder / "other").exists()
    assert run("infer", "-", "--state", "seen", stdin="7").ok().lines == ["document = int(1..7);"]
    assert run("infer", "b.json", "-", stdin="3").ok().lines == ["document = int(2..3);"]


@pytest.mark.functionality
def test_the_state_does_not_grow_with_the_values(run, folder):
    for rounds in (1, 2):
        doc = json.dumps([{"n": number, "s": f"text {number}"} for number in range(20_000 * rounds)])
        infer(run, doc, state="seen")
        assert (folder / "seen").stat().st_size < 20_000


@pytest.mark.functionality
def test_a_hundred_levels_are_not_too_deep(run):
    assert infer(run, "[" * 100 + "]" * 100, state="seen") == "document = " + "[" * 99 + "[any](0..0)" + "](1..1)" * 99 + ";"
    deep = '{"a":' * 100 + "1" + "}" * 100
    assert infer(run, deep) == "document = " + '{"a": ' * 100 + "int(1..1)" + "}" * 100 + ";"


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_shapes_with_clauses_cannot_be_streamed(run):
    for shape in ["a = any where x = 1;", "a = int;\nb = int where 1 = 1;"]:
        files = {"s": shape, "d": "1", "cut": "["}
        for doc in ("d", "cut", "none"):
            assert_fails(run("check", "--stream", "s", doc, files=files), "not-streamable", (shape, doc))


@pytest.mark.error
def test_wrong_command_lines(run):
    files = {"s": "a = int;", "d": "1"}
    for arguments in [
        ("check", "--stream", "--nearest", "s", "d"), ("check", "--nearest", "none", "none", "--stream"), ("infer",), ("infer", "--state", "x"), ("infer", "--state", "--stream", "d"),
        ("infer", "d", "--state"), ("infer", "-", "d", "-"), ("infer", "--dance", "d"), ("infer", "--stream", "d"), ("infer", "d", "--nearest"),
    ]:
        assert_fails(run(*arguments, files=files), "usage", arguments)
    assert run("infer", "d", files=files).ok().lines == ["document = int(1..1);"]


@pytest.mark.error
def test_examples_that_cannot_be_used(run):
    for code, doc in [
        ("bad-json", "[1, 2"), ("bad-json", ""), ("bad-json", "1 2"), ("repeated-key", '{"a": 1, "b": {"c": 1, "d": 2, "c": 1}}'),
        ("too-deep", "[" * 101 + "]" * 101), ("too-deep", '{"a":' * 101 + "1" + "}" * 101), ("repeated-key", '{"a": 1, "a": ]'),
        ("bad-json", '{"a": ], "a": 1}'), ("too-deep", "[" * 101), ("bad-json", "[" * 100), ("repeated-key", '{"a": 1, "\\u0061": ' + "[" * 200),
    ]:
        assert_fails(run("infer", "good", "d", "good", files={"good": "1", "d": doc}), code, doc)
    assert_fails(run("infer", "good", "none", "cut", files={"good": "1", "cut": "["}), "unreadable")


@pytest.mark.error
def test_the_state_stays_as_it_is_after_an_error(run, folder):
    files = {"one": "1", "cut": "[", "two": "2.5"}
    assert_fails(run("infer", "--state", "seen", "one", "cut", files=files), "bad-json")
    assert not (folder / "seen").exists()
    run("infer", "--state", "seen", "one").ok()
    before = (folder / "seen").read_bytes()
    assert_fails(run("infer", "two", "--state", "seen", "cut"), "bad-json")
    assert (folder / "seen").read_bytes() == before
    assert run("infer", "--state", "seen", "two").ok().lines == ["document = number(1..2.5);"]


@pytest.mark.error
def test_files_that_are_no_state(run, folder):
    (folder / "dir").mkdir()
    for text in ["", "{}", "[1]", "null", "document = int;", '{"a": 1}', b"\xff\x00"]:
        files = {"odd": text, "one": "1"}
        assert_fails(run("infer", "--state", "odd", "one", "none", files=files), "bad-state", text)
    assert_fails(run("infer", "--state", "dir", "one"), "bad-state")
    assert_fails(run("infer", "--state", "none/seen", "one"), "unreadable")
    assert_fails(run("infer", "--state", "none/seen", "odd"), "bad-json")
