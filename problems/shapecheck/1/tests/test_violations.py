# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Shapes, documents and the list of violations."""

import json
import random

import pytest
from oracles import Checker, random_document, random_shape, shape_text, text_of
from shapes import assert_fails, check, checked, failing_items

BOOK = """# an order book
book  = {orders: [order](1..), note?: string(1..10) | null};
order = {id: int(1..), amount: number(0..1000), ...};
"""
BOOK_DOC = """{"orders":[{"id":1.0,"amount":1e2,"by":"ann"},
 {"id":0,"amount":"7"},
 {"amount":1000.0000000000000000001}],
 "note":"","a/b":{"x":1,"x":2}}
"""
DEEP = 10_000


def nested(depth, opening, inner, closing):
    return opening * depth + inner + closing * depth


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_the_example_of_the_order_book(run):
    assert check(run, BOOK, BOOK_DOC) == [
        {"at": "/orders/1/id", "code": "range"},
        {"at": "/orders/1/amount", "code": "type"},
        {"at": "/orders/2/amount", "code": "range"},
        {"at": "/orders/2/id", "code": "missing"},
        {"at": "/note", "code": "alternative"},
        {"at": "/a~1b", "code": "unknown"},
        {"at": "/a~1b/x", "code": "duplicate"},
    ]


@pytest.mark.core
def test_a_document_from_standard_input_that_fits_and_one_that_does_not(run):
    files = {"s.shape": BOOK}
    good = run("check", "s.shape", "-", files=files, stdin='{"orders": [{"id": 3, "amount": 0}]}')
    assert (good.status, good.out) == (0, "")
    bad = run("check", "s.shape", "-", files=files, stdin='{"orders": []}')
    assert (bad.status, bad.json) == (1, {"at": "/orders", "code": "length"})


@pytest.mark.core
def test_each_kind_of_shape_refuses_other_kinds(run):
    shape = "all = {a: boolean, b: string, c: int, d: number, e: [any], f: {...}, g: {}};"
    doc = '{"a": 0, "b": null, "c": "1", "d": [1], "e": {}, "f": [], "g": true}'
    assert checked(run, shape, doc) == [f"/{key} type" for key in "abcdefg"]


@pytest.mark.core
def test_a_literal_gives_value_whatever_the_kind(run):
    shape = 'all = {a: null, b: true, c: "x", d: 3, e: false, f: null, g: "x"};'
    doc = '{"a": 0, "b": false, "c": "X", "d": "3", "e": {}, "f": null, "g": "x"}'
    assert checked(run, shape, doc) == [f"/{key} value" for key in "abcde"]


@pytest.mark.core
def test_members_that_are_missing_or_unknown(run):
    shape = "all = {one: {a: int, b?: int}, two: {a: int, b?: int, ...}};"
    doc = '{"one": {"x": 1, "b": 2, "y": 3}, "two": {"x": 1, "b": "2"}}'
    assert checked(run, shape, doc) == [
        "/one/x unknown", "/one/y unknown", "/one/a missing", "/two/b type", "/two/a missing",
    ]


@pytest.mark.core
def test_alternatives_are_one_violation(run):
    shape = "all = [int(1..3) | {a: int} | [string] | null];"
    doc = '[2, {"a": 1}, ["x"], null, 4, {"a": "1", "b": 2}, ["x", 1], true]'
    assert checked(run, shape, doc) == [f"/{index} alternative" for index in (4, 5, 6, 7)]


@pytest.mark.core
def test_a_shape_that_leads_back_to_itself(run):
    shape = "tree = {value: int, left?: tree, right?: tree};"
    doc = """{"value": 1, "left": {"value": 2, "right": {"value": "3", "left": {"valu": 4}}},
              "right": {"left": {"value": 5}}}"""
    assert checked(run, shape, doc) == [
        "/left/right/value type", "/left/right/left/valu unknown",
        "/left/right/left/value missing", "/right/value missing",
    ]


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_numbers_are_compared_by_value(run):
    good = ["1", "1.0", "1.000", "10e-1", "0.1E+1", "1e0", "0.00001e5"]
    bad = ["1.0000000000000000000000001", "0.9999999999999999999999999", "11", "-1", "10"]
    assert failing_items(run, "1", *good, *bad, code="value") == bad


@pytest.mark.functionality
def test_minus_zero_is_zero(run):
    assert failing_items(run, "0", "-0", "0", "0.0", "-0.0e7", "0e-9", "0.1") == ["0.1"]
    assert failing_items(run, "int(0..0)", "-0", "-0.0", "-1") == ["-1"]


@pytest.mark.functionality
def test_no_digit_of_a_large_number_is_lost(run):
    big = "9" * 5000
    shape = f"all = [int({big}..{big}1)];"
    doc = f"[{big}, {big[:-1]}8, {big}1, {big}2, {big}.5, {big}e1, {big}1e0]"
    assert checked(run, shape, doc) == ["/1 range", "/3 range", "/4 whole"]


@pytest.mark.functionality
def test_whole_is_a_matter_of_the_value(run):
    good = ["3.0", "30e-1", "1e2", "0.5e1", "12345678901234567890.0", "1e999999999"]
    bad = ["3.5", "5e-1", "0.1e0", "12345678901234567890.01", "1e-999999999"]
    assert failing_items(run, "int", *good, *bad, code="whole") == bad


@pytest.mark.functionality
def test_extreme_exponents_are_compared(run):
    item = "number(-1e-999999998..2.5e999999998)"
    good = ["1e-999999999", "-1e-999999999", "-10e-999999999", "25e999999997", "0"]
    bad = ["26e999999997", "1e999999999", "-2e-999999998", "-1e999999999"]
    assert failing_items(run, item, *good, *bad, code="range") == bad


@pytest.mark.functionality
def test_both_ends_of_a_range_belong_to_it(run):
    assert failing_items(run, "int(-2..3)", "-3", "-2", "3", "4") == ["-3", "4"]
    assert failing_items(run, "number(0.5..)", "0.5", "0.49999999999999999999") == [
        "0.49999999999999999999"
    ]
    assert failing_items(run, "string(..2)", '""', '"ab"', '"abc"', code="length") == ['"abc"']
    assert failing_items(run, "[any](1..2)", "[]", "[1]", "[1,2]", "[1,2,3]", code="length") == [
        "[]", "[1,2,3]"
    ]


@pytest.mark.functionality
def test_negative_numbers_are_ordered(run):
    item = "number(-10.25..-2)"
    assert failing_items(run, item, "-10.25", "-10.3", "-9", "-2", "-1.9", "-100", "5") == [
        "-10.3", "-1.9", "-100", "5"
    ]


@pytest.mark.functionality
def test_the_length_of_a_string_is_in_code_points(run):
    good = ['"é"', '"\U0001f980"', '"\\ud83e\\udd80"', '"\\n"', '"\\u0000"', '"\\/"', '"\\""']
    bad = ['"e\u0301"', '"\U0001f980\U0001f980"', '""', '"\\\\n"']
    assert failing_items(run, "string(1..1)", *good, *bad, code="length") == bad


@pytest.mark.functionality
def test_strings_are_equal_if_their_code_points_are(run):
    shape = 'all = ["a/\\u00e9\\ud83e\\udd80\\t"];'
    doc = '["a\\/é\\uD83E\\uDD80\\u0009", "\\u0061/é\U0001f980\\t", "a/e\u0301\U0001f980\\t"]'
    assert checked(run, shape, doc) == ["/2 value"]


@pytest.mark.functionality
def test_violations_at_the_end_of_a_value_come_after_those_within(run):
    shape = "all = {list: [int](..2), c: int, a: int, ...};"
    doc = '{"list": ["x", 1, {"k": 1, "k": 2}], "z": 0}'
    assert checked(run, shape, doc) == [
        "/list/0 type", "/list/2 type", "/list/2/k duplicate", "/list length",
        "/c missing", "/a missing",
    ]


@pytest.mark.functionality
def test_repeats_are_found_in_values_that_have_no_shape(run):
    shape = "all = {any: any, alt: int | {a: any}, wrong: int};"
    doc = """{"any": [{"x": 1, "x": 1}], "alt": {"a": {"y": 1, "y": 2}, "b": 0},
              "wrong": {"z": [], "z": {"w": 1, "w": 1}}, "new": {"v": 0, "v": 0, "v": 0}}"""
    assert checked(run, shape, doc) == [
        "/any/0/x duplicate", "/alt/a/y duplicate", "/alt alternative", "/wrong type",
        "/wrong/z duplicate", "/wrong/z/w duplicate", "/new unknown", "/new/v duplicate",
        "/new/v duplicate",
    ]


@pytest.mark.functionality
def test_the_first_member_with_a_key_counts(run):
    shape = "all = [{a: int, b?: string}];"
    doc = '[{"a": 1, "a": "x"}, {"a": "x", "a": 1}, {"q": 1, "q": 2, "a": 1}, {"\\u0061": 1, "a": 2}]'
    assert checked(run, shape, doc) == [
        "/0/a duplicate", "/1/a type", "/1/a duplicate", "/2/q unknown", "/2/q duplicate",
        "/3/a duplicate",
    ]


@pytest.mark.functionality
def test_repeats_play_no_part_in_alternatives(run):
    shape = "all = [{a: int} | null];"
    doc = '[{"a": 1, "a": "x"}, {"a": "x", "a": 1}]'
    assert checked(run, shape, doc) == ["/0/a duplicate", "/1/a duplicate", "/1 alternative"]


@pytest.mark.functionality
def test_any_text_may_be_a_key(run):
    shape = 'all = {int: 1, "a b": 2, "": 3, null?: 4, "~1/": 5, "\\u00fc": 6};'
    doc = '{"int": 0, "a b": 0, "": 0, "~1/": 0, "ü": 0}'
    assert checked(run, shape, doc) == [
        "/int value", "/a b value", "/ value", "/~01~1 value", "/ü value",
    ]


@pytest.mark.functionality
def test_white_space_and_comments_in_shape_files(run):
    shape = '#!"{\n\r\tall=[a|b]( # [\n0..9);a={"#x":int,# last\n...};b="#"|boolean;# no line feed'
    doc = '["#", {"#x": 1, "y": 2}, true, {"x": 1}]'
    assert checked(run, shape, doc) == ["/3 alternative"]


@pytest.mark.functionality
def test_only_what_an_alternative_needs_has_to_be_finite(run):
    shape = "a = [b](0..0) | {x?: a} | c | [d](1..); b = [b](0..); c = {n: c} | null; d = {e: a};"
    doc = '{"x": {"x": {"n": {"n": 5}}}}'
    assert checked(run, shape, doc) == [" alternative"]
    assert checked(run, shape, doc.replace("5", "null")) == []
    assert checked(run, shape, '[{"e": []}, {"e": {"x": {}}}]') == []


@pytest.mark.functionality
@pytest.mark.parametrize("form", ["arrays", "objects"])
def test_documents_nested_ten_thousand_deep(run, form):
    if form == "arrays":
        shape, doc = "all = [all](..1);", nested(DEEP - 2, "[", "[[],3]", "]")
        expected = ["/0" * (DEEP - 2) + "/1 type", "/0" * (DEEP - 2) + " length"]
    else:
        shape = 'all = {"next": all | int(..3)};'
        doc = nested(DEEP - 1, '{"next":', '{"next": 3, "next": 4}', "}")
        expected = ["/next" * DEEP + " duplicate"]
    assert checked(run, shape, doc, timeout=10) == expected


@pytest.mark.functionality
def test_alternatives_within_alternatives_at_every_level(run):
    shape = 'term = {arg: term, op: "not"} | {arg: term, op: "neg"} | {arg: term, op: "abs"} | int;'
    rng = random.Random(5)
    operators = rng.choices(["not", "neg", "abs"], k=DEEP)

    def doc(leaf):
        return '{"arg":' * DEEP + leaf + "".join(f',"op":"{one}"}}' for one in operators)

    assert checked(run, shape, doc("1"), timeout=10) == []
    assert checked(run, shape, doc("1.5"), timeout=10) == [" alternative"]


@pytest.mark.functionality
def test_shapes_nested_a_hundred_deep(run):
    shape = f"all = {'[{a: ' * 50}int{'}]' * 50};"
    doc = '[{"a":' * 50 + "@" + "}]" * 50
    assert checked(run, shape, doc.replace("@", "1")) == []
    assert checked(run, shape, doc.replace("@", '"1"')) == ["/0/a" * 50 + " type"]


@pytest.mark.functionality
def test_a_hundred_thousand_values(run):
    doc = [{"n": index, "s": "x"} for index in range(33_000)]
    doc[32_999]["n"] = -1
    shape = "all = [{n: int(0..), s: string(1..) | null}];"
    assert checked(run, shape, json.dumps(doc), timeout=10) == ["/32999/n range"]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(6))
def test_random_shapes_and_documents(run, seed):
    rng = random.Random(seed)
    names = ["all", "other"]
    shapes = {name: ("obj", {
        "a": (random_shape(rng, 3, names), True), "b": (random_shape(rng, 3, names), False),
    }, False) for name in names}
    shapes = {name: ("alt", shape, ("lit", None)) if seed % 2 else shape
              for name, shape in shapes.items()}
    top = ("arr", ("obj", {"v": (shapes["all"], False)}, True), 3, None)
    text = f"top = {shape_text(top)};\n" + "".join(
        f"{name} = {shape_text(('alt', shape, ('lit', None)))};\n" for name, shape in shapes.items()
    )
    shapes = {name: ("alt", shape, ("lit", None)) for name, shape in shapes.items()}
    doc = [random_document(rng, top[1], shapes) for _ in range(60)] + [None]
    assert checked(run, text, text_of(doc)) == Checker(shapes).check(doc, top)


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_wrong_command_lines(run):
    files = {"s.shape": "a = int;", "d.json": "1"}
    for arguments in [
        (), ("dance", "s.shape", "d.json"), ("check",), ("check", "s.shape"),
        ("check", "s.shape", "d.json", "d.json"), ("check", "--dance", "s.shape", "d.json"),
        ("check", "s.shape", "--dance"),
    ]:
        assert_fails(run(*arguments, files=files), "usage", arguments)


@pytest.mark.error
def test_files_that_cannot_be_read(run, folder):
    (folder / "dir").mkdir()
    files = {"s.shape": "a = int;", "d.json": "1"}
    for arguments in [("none", "d.json"), ("s.shape", "none"), ("dir", "d.json"), ("s.shape", "dir")]:
        assert_fails(run("check", *arguments, files=files), "unreadable", arguments)


@pytest.mark.error
def test_malformed_documents(run):
    for doc in [
        " ", "[1,]", '{"a": 1,}', "1 2", "nullx", "01", "+1", "1.", ".5", "1e", "-", "NaN", '"a', '"\t"', '"\\x41"',
        '"\\u12g4"', '"\\ud800"', '"\\udc00\\ud800"', '"\\ud800\\u0041"', "{a: 1}", '{"a" 1}', '{"a": 1 "b": 2}', "[1]]", "[}",
        "// x\n1", "\ufeff1", "\u00a01", b'"\xff"', b"\xed\xa0\x80", '["' + "ab\\n" * 200_000,
    ]:
        done = run("check", "s.shape", "d.json", files={"s.shape": "a = any;", "d.json": doc})
        assert_fails(done, "bad-json", doc[:60])


@pytest.mark.error
def test_shape_files_that_do_not_follow_the_grammar(run):
    for line, shape in [
        (1, ""), (1, "\n\n# only\n"), (2, "a = int;\nb"),
        (3, "a = {\n x: int,\n};"), (2, "a = {x: int\n y: int};"), (2, "a = {...\n, x: int};"),
        (1, "a = int"), (2, "a = [int\n;"), (2, "a = int |\n;"),
        (3, "a = any;\n# x\na.b = int;"), (2, "a = int;\nint = a;"),
        (2, 'a =\n"\\ud800";'), (2, 'a =\n"x\n";'), (1, "a = int()\n;"),
        (1, "a = int(..)\n;"), (1, "a = int(0.5..2)\n;"), (1, "a = string(-1..2)\n;"),
        (1, "a = [any](1e1..)\n;"), (1, "a = string(01..2)\n;"), 
        (2, "a = {x?: int,\n?y: int};"), (2, "a = int;\n%"),
        (1, "a = []\n;"), (2, "a = {x: int,\n 7: int};"), (1, b"a = int;\n#\xff"),
    ]:
        done = run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"})
        assert_fails(done, f"bad-shape at line {line}", shape)


@pytest.mark.error
def test_names_keys_and_ranges_that_clash(run):
    for line, shape in [
        (3, "a = int;\nb = a;\na = b;"), (3, 'a = {\n x: int, "y": int,\n "\\u0078": int};'),
        (2, "a =\n int(3..2);"), (2, "a = [any]\n(2..1);"), (1, "a = string(10..9);"),
        (1, "a = number(0.5..0.49);"), (2, "a = {x: {k: int}, k: int,\nk: int};"),
    ]:
        done = run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"})
        assert_fails(done, f"bad-shape at line {line}", shape)


@pytest.mark.error
def test_a_name_without_definition(run):
    shape = "a = {x: b,\n y?: [c | d]};\nb = d;\nd = {...};"
    assert_fails(
        run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"}),
        "bad-shape at line 2",
    )


@pytest.mark.error
def test_endless_definitions(run):
    for line, shape in [
        (1, "a = a;"), (1, "a = null | a;"), (2, "x = [a];\na = b | int;\nb = null | a;"),
        (1, "a = {x: a};"), (2, "t = {x?: u};\nu = [u](1..);"), (1, "a = {x: b};\nb = {y: a} | a | {z: b};"),
        (3, "a = [b](0..1);\nc = null\n;d = {x: int, y: a, z: d};\nb = int;"),
    ]:
        done = run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"})
        assert_fails(done, f"bad-shape at line {line}", shape)


@pytest.mark.error
def test_which_fault_of_a_shape_file_is_reported(run):
    for line, shape in [
        (4, "a = a;\nb = c;\nd = int;\nd = int;"), (2, "a = a;\nb = c;\nd = e;"),
        (2, "a = int;\nb = {b: b};\nc = c;"), (3, "a = zz;\nb = int(1..2\n, 3);"),
    ]:
        done = run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"})
        assert_fails(done, f"bad-shape at line {line}", shape)


@pytest.mark.error
def test_which_error_is_reported(run):
    files = {"bad.shape": "a", "s.shape": "a = int;", "bad.json": "[", "d.json": "1"}
    for code, arguments in [
        ("usage", ("none", "none", "none")), ("unreadable", ("none", "bad.json")),
        ("bad-shape at line 1", ("bad.shape", "none")), ("unreadable", ("s.shape", "none")),
        ("bad-json", ("s.shape", "bad.json")),
    ]:
        assert_fails(run("check", *arguments, files=files), code, arguments)
