# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""The smallest document of a shape, and compatibility of two shapes."""

import random
import re

import pytest
from oracles import Checker, Documents, load, mutated, random_plain_object, random_plain_shape, shape_text
from shapes import assert_fails, checked

OLD = 'list = {head: int(0..99), tail: list | null, mark?: "x" | "y"};'


def smallest(run, shape, **more):
    return run("smallest", "s.shape", files={"s.shape": shape}, **more).ok().lines


def compat(run, old, new, **more):
    """None for `yes`, or the counterexample."""
    done = run("compat", "old.shape", "new.shape", files={"old.shape": old, "new.shape": new}, **more)
    if done.status == 0:
        assert done.lines == ["yes"]
        return None
    assert done.status == 1, f"exit status {done.status}"
    assert done.lines[0] == "no" and len(done.lines) == 2
    return done.lines[1]


def compare(run, *rows):
    """Rows of an old shape, a new one and the counterexample."""
    for old, new, expected in rows:
        assert compat(run, f"a = {old};", f"b = {new};") == expected, (old, new)


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_the_smallest_document_of_the_example(run):
    assert smallest(run, OLD) == ['{"head":0,"tail":null}']


@pytest.mark.core
@pytest.mark.parametrize(("members", "expected"), [
    ('head: int, tail?: row | null, mark: "x" | string(2..)', '{"head":0,"tail":null}'),
    ('head: int, tail?: row | null, mark?: "x" | string(2..)', '{"head":0,"mark":"y","tail":null}'),
    ("head: int(-5..50) | 60, tail?: row | null, mark?: string", '{"head":51,"tail":null}'),
    ('head: int(0..50) | int(51..99) | "none", tail?: row | null, mark?: string, ...', None),
])
def test_the_example_of_the_list(run, members, expected):
    assert compat(run, OLD, f"row = {{{members}}};") == expected


@pytest.mark.core
def test_the_examples_in_the_table(run):
    compare(
        run, ("string", '"" | string(2..)', '" "'), ("number", "int", "0.1"),
        ("int", "int(-20..1000) | 1001", "-21"), ("[a](0..2)", "[[[any](0..0)]]", "[[[[]]]]"),
        ("{x?: a, y?: null}", "{x?: b, y?: null | int}", None), ("boolean | null", "true | false", "null"),
    )


@pytest.mark.core
def test_members_that_were_added_or_dropped(run):
    compare(
        run, ("{a: int}", "{a: int, b?: int}", None), ("{a: int}", "{a: int, b: int}", '{"a":0}'),
        ("{a: int, b?: null}", "{a: int}", '{"a":0,"b":null}'), ("{a: int, b?: null}", "{a: int, b: null}", '{"a":0}'),
        ("{a: int, b?: null}", "{a: int, ...}", None), ("{a?: int}", "{a?: int | string}", None),
    )


@pytest.mark.core
def test_narrower_ranges(run):
    compare(
        run, ("int(1..10)", "int(0..10)", None), ("int(0..10)", "int(1..10)", "0"), ("int(1..10)", "int(1..9)", "10"),
        ("string(1..4)", "string(..3)", '"    "'), ("string(1..4)", "string(2..)", '" "'), ("string(1..4)", "string", None),
        ("[null](1..3)", "[null](2..)", "[null]"), ("[null](1..3)", "[null](..2)", "[null,null,null]"),
        ("[null](1..3)", "[null](1..3)", None),
    )


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_smallest_documents(run):
    rows = [
        ("any", "0"), ("boolean", "true"), ("string", '""'), ("string(2..)", '"  "'), ("number", "0"), ("int", "0"),
        ("int(5..)", "5"), ("int(..-3)", "-3"), ("int(-12..-10)", "-10"), ('"b" | "a" | 77', "77"), ("null | false | true", "null"),
        ("[int](2..) | {x: int}", "[0,0]"), ("{x?: int, ...}", "{}"), ("100 | -11 | -10", "-10"), ("int(10..) | -9", "-9"),
        ("[string | [any]](1..)", '[""]'), ("{b: null, a: true}", '{"a":true,"b":null}'), ('"\\u00e9" | "z"', '"z"'),
    ]
    members = ", ".join(f"k{at:02}: {shape}" for at, (shape, _) in enumerate(rows))
    (found,) = smallest(run, f"all = {{{members}}};")
    parts = [part.split(":", 1)[1] for part in re.split(r"[{,](?=\"k\d\d\":)", found[:-1])[1:]]
    assert dict(zip(rows, parts, strict=True)) == {row: row[1] for row in rows}


@pytest.mark.functionality
def test_canonical_text_of_strings_and_keys(run):
    shape = r'''all = {"\uffee": "\n\u001f\/\"\\\b", "\ud83e\udd80": "\u00e9\ud83e\udd80\u007f\u2028", b: "\u0041", "a\t": ""};'''
    assert smallest(run, shape) == [
        '{"a\\u0009":"","b":"A","\uffee":"\\u000a\\u001f/\\"\\\\\\u0008","\U0001f980":"é\U0001f980\x7f\u2028"}'
    ]


@pytest.mark.functionality
def test_canonical_text_of_numbers(run):
    shape = "all = [a](1..1); a = {a: 1.50, b: -0, c: -0.0250, d: 100.00, e: 123456789012345678901234567890, f: 0.000, g: -12.5};"
    assert smallest(run, shape) == [
        '[{"a":1.5,"b":0,"c":-0.025,"d":100,"e":123456789012345678901234567890,"f":0,"g":-12.5}]'
    ]


@pytest.mark.functionality
def test_length_is_counted_in_characters(run):
    assert smallest(run, 'all = "\U0001f980" | "zz" | 1000 | "\\n";') == ['"\U0001f980"']
    assert smallest(run, 'all = "\\u0001" | "zzzzz" | 1000000;') == ['"zzzzz"']
    assert smallest(run, 'all = "\uffee" | "\U0001f980" | 1000;') == ['"\uffee"']


@pytest.mark.functionality
def test_smallest_documents_of_shapes_that_lead_back(run):
    shape = """a = {left: b, right: b} | [b](3..) | c; b = [a](1..2) | {a: a, x: null}; c = {d: d | "deep"}; d = [b | e](2..2);
               e = {f?: e, g: d | null};"""
    assert smallest(run, shape) == ['{"d":"deep"}']
    assert smallest(run, shape.replace('"deep"', '"very deep in it"')) == ['{"d":"very deep in it"}']
    assert smallest(run, shape.replace('"deep"', '"' + "z" * 40 + '"')) == ['{"d":[{"g":null},{"g":null}]}']


@pytest.mark.functionality
def test_several_alternatives_cover_a_range_together(run):
    compare(
        run, ("int(0..9)", "int(5..9) | int(0..3) | 4.0", None), ("int(0..99)", "int(0..41) | int(43..) | null", "42"),
        ("int", "int(..-1) | int(1..)", "0"), ("int", "int(..5) | int(8..)", "6"), ("int(..7)", "int(-9..)", "-10"),
        ("string", "string(..2) | string(4..7) | string(9..)", '"   "'), ("string(1..)", "string(..2) | string(3..)", None),
        ("boolean", "true | null", "false"), ("boolean", "false | true", None), ("true | 1", "boolean | number", None),
    )


@pytest.mark.functionality
def test_literals_are_left_out_of_ranges(run):
    compare(
        run, ("string", '"" | " " | "!" | string(2..)', '"#"'), ("string(..1)", 'string(1..) | ""', None),
        ("string", '"" | " "', '"!"'), ("string(1..1)", '" " | "!" | "#" | "%" | "$"', '"&"'),
        ("string(2..3)", '"  " | " !" | string(3..3)', '" #"'), ("string(0..0)", '""', None), ("string", '" " | "!"', '""'),
        ("int", "0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9", "-1"), ("int(0..)", "int(0..9) | 10 | 12", "11"),
        ('"x" | "y" | 3', '"x" | 3.0', '"y"'), ('"xyz"', "string(3..3)", None), ('"xyz"', "string(4..)", '"xyz"'),
    )


@pytest.mark.functionality
def test_quotes_and_backslashes_are_longer_than_other_characters(run):
    taken = [f'"{chr(code)}"' for code in range(0x20, 0x7F) if chr(code) not in '"\\']
    groups = [f"c{at} = {' | '.join(taken[at:at + 19])};" for at in range(0, len(taken), 19)]
    names = " | ".join(group.split()[0] for group in groups)
    assert compat(run, "a = string(1..1);", f"b = {names}; {' '.join(groups)}") == '"\x7f"'


@pytest.mark.functionality
def test_numbers_that_are_not_whole(run):
    compare(
        run, ("number", "int | number", None), ("number", "int | 0.1 | 0.2", "0.3"), ("number", "int(1..) | 0.1", "0"),
        ("number", "int(-1000..)", "0.1"), ("number", "int(-9..100)", "-10"), ("0.5 | 7", "int | 0.50", None), ("0.5 | 7", "int", "0.5"),
        ("int", "number", None), ("number", "int(0..9)", "-1"), ("2.5", "null", "2.5"),
        ("number", "int | 0.1 | 0.2 | 0.3 | 0.4 | 0.5 | 0.6 | 0.7 | 0.8 | 0.9 | 1.1", "1.2"),
    )


@pytest.mark.functionality
def test_numbers_of_thirty_digits(run):
    big = "123456789012345678901234567895"
    compare(
        run, (f"int(0..{big})", f"int(0..{big[:-1]}3) | {big}", f"{big[:-1]}4"), (f"int(-{big}..{big})", f"int(-{big}..{big})", None),
        (f"int(-{big}..{big})", f"int(..{big[:-1]}4)", big), (f"int({big}..)", f"{big} | {big[:-1]}6", f"{big[:-1]}7"),
        ("0.12345678901234567890123456781 | null", "null | 0.1234567890123456789012345678", "0.12345678901234567890123456781"),
    )


@pytest.mark.functionality
def test_which_item_of_an_array_is_wrong(run):
    compare(
        run, ("[int(1..11)](3..)", "[int(1..10)]", "[1,1,11]"), ("[int(5..10)](3..)", "[int(5..9)]", "[10,5,5]"),
        ("[int(5..11)](2..)", "[int(5..9) | int(..3)]", "[10,5]"), ("[int(1..)]", "[int(2..)]", "[1]"), ("[int(1..2)](2..)", "[int(..1)]", "[1,2]"),
        ("[[int]](..2)", "[[int](..1)]", "[[0,0]]"), ("[int](0..0)", "[string]", None), ("[int](..0)", "[string](1..)", "[]"),
        ("[int]", "[any](..3)", "[0,0,0,0]"), ("[int](1..)", "[string]", "[0]"), ("[int]", "{...}", "[]"),
    )


@pytest.mark.functionality
def test_which_member_of_an_object_is_wrong(run):
    compare(
        run, ("{a: int, b: int(5..)}", "{a: int(1..), b: int(6..)}", '{"a":0,"b":5}'), ("{a?: int(3..), b?: int(10..)}", "{}", '{"a":3}'),
        ("{b?: int(3..), a?: int(10..)}", "{...} | null", None), ("{b?: int(3..), aa?: int(3..)}", "{}", '{"b":3}'),
        ("{b?: null, a?: true}", "{}", '{"a":true}'), ('{"é"?: null, z?: null}', "{}", '{"z":null}'),
        ("{a: {b: [int]}}", "{a: {b: [int](..1)}}", '{"a":{"b":[0,0]}}'), ("{a?: null}", "null", "{}"),
        ("{a: int, b?: string}", "{a: int, b?: string(..1)}", '{"a":0,"b":"  "}'), ("{x: {y?: int}}", "{x: any}", None),
    )


@pytest.mark.functionality
def test_alternatives_in_the_old_shape(run):
    compare(
        run, ("{a: int} | {b: int} | [int] | [string](1..)", "{a?: int, b?: int} | [int | string]", None),
        ("{a: int} | {b: null} | [int] | [string](1..)", "{a?: int, b?: int} | [int]", '[""]'),
        ("[string](2..) | {b: null}", "{b?: int} | [int]", "[\"\",\"\"]"), ("null | int | [null | [int]]", "int | null | [null]", "[[]]"),
    )


@pytest.mark.functionality
def test_shapes_that_lead_back_to_one_another(run):
    old = 'tree = leaf | {l: tree, r: tree}; leaf = "" | int(1..3);'
    for new, expected in [
        ("t = {l: t, r: t, m?: t} | u; u = string | u2; u2 = int;", None),
        ("t = {l: u, r: t} | u; u = string | int;", '{"l":{"l":1,"r":1},"r":1}'),
        ('t = {l: u, r: v} | "" | int; u = t; v = {l: t, r: w} | string | int; w = string | int;', '{"l":1,"r":{"l":1,"r":{"l":1,"r":1}}}'),
        ("t = {l: t, r: t} | string | int(1..2);", "3"),
    ]:
        assert compat(run, old, new) == expected, new
    three = "a = {n: b} | null; b = {n: c} | null; c = {n: a} | null;"
    two = "a = {n: b} | null; b = {n: a} | null;"
    assert compat(run, three, two) is None
    assert compat(run, three, two.replace("a} | null", "a} | null | int")) is None
    assert compat(run, three.replace("a} | null", "a} | 5"), two.replace("b} | null", "b} | null | int")) == '{"n":{"n":{"n":{"n":{"n":5}}}}}'


@pytest.mark.functionality
def test_by_has_no_influence(run):
    compare(run, ("[{id: int} by id](1..)", "[{id: int}](1..)", None), ("[{id: int}](1..)", "[{id: int} by id](2..)", '[{"id":0}]'))


def random_pair(seed):
    rng = random.Random(seed)
    names = ["p", "q"]
    old = {name: ("alt", random_plain_object(rng, 2, names), random_plain_shape(rng, 0, names)) for name in names}
    old = {"top": random_plain_shape(rng, 3, names), **old}
    new = {name: mutated(rng, shape) for name, shape in old.items()}
    return old, new


def one_of_a_kind(shape, shapes):
    """Whether alternatives include at most one array and one object, everywhere."""
    match shape:
        case ("arr", inner, *_):
            return one_of_a_kind(inner, shapes)
        case ("obj", members, _):
            return all(one_of_a_kind(part, shapes) for part, _ in members.values())
        case ("alt", *branches):
            kinds = [branch[0] for branch in branches]
            return kinds.count("arr") < 2 and kinds.count("obj") < 2 and all(one_of_a_kind(one, shapes) for one in branches)
    return True


def definitions(shapes):
    return "\n".join(f"{name} = {shape_text(shape)};" for name, shape in shapes.items())


def fits(shapes, text):
    return not Checker(shapes).check(load(text), shapes["top"])


def short_documents(shapes, longest):
    documents = Documents(shapes)
    try:
        return [text for length in range(1, longest + 1) for text in documents.of(shapes["top"], length)]
    except Documents.TooMany:
        return []


def is_worthwhile(seed, found, wrong):
    """A fourth of the pairs has no short counterexample; where there is one, it is not a scalar."""
    if len(found) < 4:
        return False
    return all(len(text) > 5 for text in wrong) and bool(wrong) == (seed % 4 > 0)


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(12))
def test_random_shapes_against_all_short_documents(run, seed):
    rng = random.Random(seed)
    longest = 12
    while True:
        old, new = random_pair(rng.random())
        found = short_documents(old, longest)
        wrong = [text for text in found if not fits(new, text)]
        if all(one_of_a_kind(one, new) for one in new.values()) and is_worthwhile(seed, found, wrong):
            break
    expected = min(wrong, key=lambda text: (len(text), text), default=None)
    answer = compat(run, definitions(old), definitions(new))
    if expected is None and answer is not None:
        assert len(answer) > longest and fits(old, answer) and not fits(new, answer)
    else:
        assert answer == expected


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(2))
def test_the_answer_can_be_checked(run, seed):
    """Counterexamples fit the old shape only, smallest documents fit, and a shape is compatible with itself."""
    rng = random.Random(100 + seed)
    answer = None
    while answer is None:
        old, new = random_pair(rng.random())
        documents = short_documents(old, 10)
        if all(one_of_a_kind(one, new) for one in new.values()) and not all(fits(new, text) for text in documents):
            answer = compat(run, definitions(old), definitions(new))
    assert checked(run, definitions(old), answer) == []
    assert checked(run, definitions(new), answer) != []
    assert checked(run, definitions(old), smallest(run, definitions(old))[0]) == []
    assert compat(run, definitions(old), definitions(old)) is None


@pytest.mark.functionality
def test_twenty_definitions_of_twenty_members(run):
    def part(at):
        others = [f"m{k}?: [d{(at * 3 + k) % 20}](..1000) | int(0..{k}) | null" for k in range(18)]
        return f"d{at} = {{" + ", ".join([*others, f"s: d{at + 1} | string(3..)" if at < 19 else "s: string(@..)"]) + "}"

    def text(length, closing):
        return "\n".join(f"{part(at)}{closing};" for at in range(20)).replace("@", str(length))

    old = text(4, "")
    assert compat(run, old, text(5, ""), timeout=10) == '{"s":{"m16":[{"s":"    "}],"s":"   "}}'
    assert compat(run, old, text(4, " | string"), timeout=10) is None


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_shapes_that_are_not_supported(run):
    for old, new in [
        ("a = int where 1 = 1;", "b = int;"), ("a = int;", "b = int;\nc = any where x = 1;"), ("a = number(0..1);", "b = int;"),
        ("a = int;", "b = [c];\nc = {x?: number(..5.5)};"), ("a = any;", "b = any;"), ("a = {x?: [any]};", "b = any;"), ("a = {...};", "b = any;"),
        ("a = int;\nc = {x: int, ...};", "b = int;"), ("a = int;", "b = {} | {x: int};"), ("a = int;", "b = int;\nc = {x: [int | [int] | [null](..1)]};"),
        ("a = int;", "b = {} | x | y;\nx = [int] | null;\ny = [string];"), ("a = int;", "b = x | {};\nx = y;\ny = {x: int};"),
    ]:
        done = run("compat", "o", "n", files={"o": old, "n": new})
        assert_fails(done, "unsupported", (old, new))
    for shape in ["a = int where 1 = 1;", "a = [b];\nb = {x?: c};\nc = int where x = 1;", "a = null | number(0..1);"]:
        assert_fails(run("smallest", "s", files={"s": shape}), "unsupported", shape)


@pytest.mark.error
def test_which_error_is_reported(run):
    files = {"good": "a = int;", "odd": "a = any where x = 1;", "bad": "a =\n", "worse": "\n\na"}
    for code, arguments in [
        ("usage", ("compat", "good")), ("usage", ("compat", "good", "good", "good")), ("usage", ("smallest",)), ("usage", ("smallest", "good", "odd")),
        ("usage", ("smallest", "--nearest", "good")), ("usage", ("compat", "good", "--dance")), ("unreadable", ("compat", "none", "bad")),
        ("bad-shape at line 1", ("compat", "bad", "none")), ("unreadable", ("compat", "odd", "none")), ("bad-shape at line 3", ("compat", "odd", "worse")),
        ("unsupported", ("compat", "good", "odd")), ("bad-shape at line 1", ("smallest", "bad")), ("unreadable", ("smallest", "none")),
    ]:
        assert_fails(run(*arguments, files=files), code, arguments)


@pytest.mark.error
def test_a_dash_is_not_standard_input(run):
    assert_fails(run("smallest", "-", stdin="a = int;"), "unreadable")
    assert smallest(run, "a = int;") == ["0"]
