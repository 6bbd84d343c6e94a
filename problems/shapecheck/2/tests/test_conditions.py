# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Clauses, and the nearest alternative."""

import json
import random

import pytest
from shapes import assert_fails, check, checked

CLUB = """
club    = {people: [person], teams: [team], fees: number}
          where unique people[].id, teams[].lead in people[].id, fees = sum(people[].fee);
person  = {id: int, fee: number, phone?: string, city?: string} where phone needs city;
team    = {lead: int, rank: "a" | int(1..3)};
"""


def clause(at, shape, number, *pointers):
    found = {"at": at, "code": "clause", "shape": shape, "clause": number}
    return {**found, "pointers": list(pointers)}


def failed(run, clauses, doc, shape="any"):
    """The pointers of each failed clause of the whole document, by number."""
    found = check(run, f"all = {shape} where\n{clauses};", doc)
    assert all((one["at"], one["code"], one["shape"]) == ("", "clause", "all") for one in found)
    return {one["clause"]: one["pointers"] for one in found}


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_the_example_of_the_club(run):
    doc = """{"people":[{"id":7,"fee":0.1}, {"id":8,"fee":0.2},{"id":7.0,"fee":1e-1}],
              "teams":[{"lead":8,"rank":2},{"lead":9,"rank":"a"}],"fees":0.3}"""
    assert check(run, CLUB, doc) == [
        clause("", "club", 1, "/people/0/id", "/people/2/id"),
        clause("", "club", 2, "/teams/1/lead"),
        clause("", "club", 3, "/fees", "/people/0/fee", "/people/1/fee", "/people/2/fee"),
    ]


@pytest.mark.core
def test_the_example_of_the_nearest_alternative(run):
    doc = '{"people":[{"id":1,"fee":2,"phone":"5"}],"teams":[{"lead":1,"rank":4}],"fees":0}'
    assert check(run, CLUB, doc, "--nearest") == [
        clause("/people/0", "person", 1, "/people/0/phone"),
        {"at": "/teams/0/rank", "code": "alternative"},
        {"at": "/teams/0/rank", "code": "range"},
    ]


@pytest.mark.core
def test_unique_names_all_that_are_equal_to_another(run):
    doc = '{"a": [3, 1, 2, 1.0, 3, 30e-1], "b": ["x", "X"]}'
    assert failed(run, "unique a[], unique b[], unique c[]", doc) == {1: ["/a/0", "/a/1", "/a/3", "/a/4", "/a/5"]}


@pytest.mark.core
def test_unique_tuples_of_members(run):
    doc = """[{"shop": "n", "no": 1}, {"shop": "s", "no": 1}, {"shop": "n", "no": 1.0},
              {"shop": "1", "no": "n"}]"""
    assert failed(run, "unique [](no, shop), unique [].no", doc) == {1: ["/0", "/2"], 2: ["/0/no", "/1/no", "/2/no"]}


@pytest.mark.core
def test_values_that_occur_elsewhere(run):
    doc = """{"orders": [{"by": "ann", "shop": 1}, {"by": "bo", "shop": 2}, {"by": "cy", "shop": 1}],
              "people": [{"id": "bo", "at": 1}, {"id": "ann", "at": 1}]}"""
    assert failed(run, "orders[].by in people[].id, orders[](by, shop) in people[](id, at)", doc) == {
        1: ["/orders/2/by"], 2: ["/orders/1", "/orders/2"],
    }


@pytest.mark.core
def test_needs(run):
    shape = "all = [item]; item = any where a needs b, c.d needs a;"
    doc = '[{"a": 1}, {"a": 1, "b": null}, {"b": 1}, {"c": {"d": 0}}, {"c": {}}]'
    assert check(run, shape, doc) == [
        clause("/0", "item", 1, "/0/a"), clause("/3", "item", 2, "/3/c/d"),
    ]


@pytest.mark.core
@pytest.mark.parametrize(
    ("sign", "wrong"),
    [("=", "02"), ("!=", "1"), ("<", "12"), ("<=", "2"), (">", "01"), (">=", "0")],
)
def test_comparisons_of_numbers_and_strings(run, sign, wrong):
    shape = f"all = [pair]; pair = {{a: any, b: any}} where a {sign} b;"
    doc = """[{"a": -3, "b": 2.5}, {"a": 10, "b": 1e1}, {"a": 10, "b": 9},
              {"a": "10", "b": "9"}, {"a": "x", "b": "x"}, {"a": "b", "b": "ab"}]"""
    rows = [int(one) + offset for offset in (0, 3) for one in wrong]
    assert check(run, shape, doc) == [
        clause(f"/{row}", "pair", 1, f"/{row}/a", f"/{row}/b") for row in rows
    ]


@pytest.mark.core
def test_sums_and_counts(run):
    doc = '{"n": 3, "total": 0.6, "parts": [{"p": 0.1}, {"p": 0.2}, {"p": "x"}, {"p": 0.3}]}'
    clauses = "total = sum(parts[].p), n = count(parts[].p), count(parts[]) > sum(parts[].p), 4 < n"
    parts = [f"/parts/{index}/p" for index in range(4)]
    assert failed(run, clauses, doc) == {2: ["/n", *parts], 4: ["/n"]}


# --- functionality: clauses --------------------------------------------------


@pytest.mark.functionality
def test_equal_values_of_all_kinds(run):
    doc = """[{"a": [1, {"x": "1", "y": null}]}, {"a": [1.0, {"y": null, "x": "1"}]}, [1, 2], [2, 1],
              {"b": 1}, {"b": "1"}, {"b": true}, "1", 1, true, false, 0, "", null, [], {}, [[]],
              {"a": [1, {"x": "1"}]}, {"b": 1, "b": 2}]"""
    found = check(run, "all = any where unique [];", doc)
    assert found == [
        {"at": "/18/b", "code": "duplicate"}, clause("", "all", 1, "/0", "/1", "/4", "/18"),
    ]


@pytest.mark.functionality
def test_strings_are_ordered_by_code_points(run):
    pairs = [("\uffee", "\U00010000"), ("Z", "a"), ("z", "é"), ("a", "a\u0000"), ("b", "aa")]
    doc = json.dumps([{"one": {"x": one}, "two": {"x": two}} for one, two in pairs])
    shape = "all = [pair]; pair = any where one.x < two.x;"
    assert check(run, shape, doc) == [clause("/4", "pair", 1, "/4/one/x", "/4/two/x")]


@pytest.mark.functionality
def test_values_of_different_kinds_are_only_unequal(run):
    shape = "all = [p]; p = any where a < b, a >= b, a = b, a != b;"
    doc = '[{"a": 1, "b": "2"}, {"a": null, "b": null}, {"a": [1], "b": [1.0]}, {"a": true, "b": false}]'
    found = [(one["at"], one["clause"]) for one in check(run, shape, doc)]
    expected = {"/0": [1, 2, 3], "/1": [1, 2, 4], "/2": [1, 2, 4], "/3": [1, 2, 3]}
    assert found == [(at, number) for at, numbers in expected.items() for number in numbers]


@pytest.mark.functionality
def test_paths_that_select_nothing(run):
    clauses = """unique none[].x, none[] in a[], none needs a, none = 5, 5 < none, a[](x) in none[](x),
                 0 = sum(none[].x), count(none) = 0, sum(a) = 0, sum(a[]) = 3, a[].x in none, 1 = 2"""
    assert failed(run, clauses, '{"a": [1, 2]}') == {12: []}


@pytest.mark.functionality
def test_a_step_leaves_behind_what_it_cannot_enter(run):
    doc = """{"o": [{"l": [{"p": 1}, {"p": 2}]}, {"l": {"p": 1}}, 1, null, {"l": [1, [{"p": 1}]]},
              {"l": [{"p": 1}]}], "0": {"l": [{"p": 1}]}}"""
    assert failed(run, "unique o[].l[].p", doc) == {1: ["/o/0/l/0/p", "/o/5/l/0/p"]}


@pytest.mark.functionality
def test_paths_from_an_array_and_through_arrays_of_arrays(run):
    doc = '[[{"k": 1}, {"k": 2}], [{"k": 2}], [], [[{"k": 1}]]]'
    assert failed(run, 'unique [][].k, count([][]) = 4, [][][].k in [][].k, "k" = 1', doc) == {
        1: ["/0/1/k", "/1/0/k"],
    }


@pytest.mark.functionality
def test_keys_in_paths(run):
    doc = '{"sum": [1, 1], "a b": {"unique": 2, "~/": 3}, "in": 4, "count": 5, "where": {"sum": 6}}'
    clauses = """unique "sum"[], "a b".unique = "a b" . "~/", in needs "unique",
                 "count" = where.sum, unique where.sum"""
    assert failed(run, clauses, doc) == {
        1: ["/sum/0", "/sum/1"], 2: ["/a b/unique", "/a b/~0~1"], 3: ["/in"], 4: ["/count", "/where/sum"],
    }


@pytest.mark.functionality
def test_tuples_leave_out_what_lacks_a_key(run):
    doc = '[{"a": 1}, {"a": 1}, 5, 5, {"a": 1, "b": null}, {"b": null, "a": 1}, {"b": null}, {"b": null}]'
    assert failed(run, "unique [](a, b), [](b) in [](a), [](a, b) in [](b, a)", doc) == {
        1: ["/4", "/5"], 2: ["/4", "/5", "/6", "/7"], 3: ["/4", "/5"],
    }


@pytest.mark.functionality
def test_sums_are_exact(run):
    doc = json.dumps({"p": ["@"]}).replace('"@"', "1e1000, 1e-1000, -1e1000, 0.1, 0.2, -0.3")
    clauses = "sum(p[]) = 1e-1000, sum(p[]) < 1.1e-1000, sum(p[]) > 0.99e-1000, sum(p[]) <= 0"
    assert failed(run, clauses, doc) == {4: [f"/p/{index}" for index in range(6)]}


@pytest.mark.functionality
def test_clauses_are_judged_only_without_violations_within(run):
    shape = """all = [outer];
        outer = {n: int, in: [inner], ...} where n = 1;
        inner = {a: any, b: any} where a = b;"""
    doc = """[{"n": 2, "in": []}, {"n": "2", "in": []}, {"n": 2, "in": [{"a": 1, "b": 1}]},
              {"n": 2, "in": [{"a": 1, "b": 2}, {"a": 3}]}, {"n": 2, "in": [], "x": {"y": 1, "y": 1}}]"""
    assert check(run, shape, doc) == [
        clause("/0", "outer", 1, "/0/n"), {"at": "/1/n", "code": "type"},
        clause("/2", "outer", 1, "/2/n"), clause("/3/in/0", "inner", 1, "/3/in/0/a", "/3/in/0/b"),
        {"at": "/3/in/1/b", "code": "missing"}, {"at": "/4/x/y", "code": "duplicate"},
        clause("/4", "outer", 1, "/4/n"),
    ]


@pytest.mark.functionality
def test_names_that_lead_to_other_definitions_with_clauses(run):
    shape = """all = [a]; a = b where x = 1; b = c where x > 0, y needs z; c = {x: int, y?: any, z?: any} where x < 9;"""
    doc = '[{"x": 1}, {"x": 2}, {"x": -1, "y": 0}, {"x": 9, "y": 0}, {"x": 1, "y": 2}]'
    assert check(run, shape, doc) == [
        clause("/1", "a", 1, "/1/x"), clause("/2", "b", 1, "/2/x"), clause("/2", "b", 2, "/2/y"),
        clause("/3", "c", 1, "/3/x"), clause("/4", "b", 2, "/4/y"),
    ]


@pytest.mark.functionality
def test_a_failed_clause_stands_at_the_end_of_its_value(run):
    shape = """all = {list: list, last: int, gone: int};
        list = [{k: int}] where unique [].k, count([]) < 3;"""
    doc = '{"list": [{"k": 1}, {"k": 2}, {"k": 1, "k": 3}], "last": null}'
    assert check(run, shape, doc) == [
        {"at": "/list/2/k", "code": "duplicate"}, clause("/list", "list", 1, "/list/0/k", "/list/2/k"),
        clause("/list", "list", 2, "/list/0", "/list/1", "/list/2"),
        {"at": "/last", "code": "type"}, {"at": "/gone", "code": "missing"},
    ]


@pytest.mark.functionality
def test_clauses_decide_which_alternative_fits(run):
    shape = """all = [span | mark | null] where unique [].from; mark = {from: int};
        span = {from: int, to: int} where from < to;"""
    doc = '[{"from": 1, "to": 2}, {"from": 2}, {"from": 3, "to": 3}]'
    assert checked(run, shape, doc) == ["/2 alternative"]
    assert check(run, shape, doc.replace('3, "to": 3', "2.0")) == [
        clause("", "all", 1, "/1/from", "/2/from")
    ]


@pytest.mark.functionality
def test_clauses_of_recursive_definitions(run):
    shape = """tree = {value: int, parts: [tree]} where value = count(parts[]), unique parts[].value;"""
    doc = """{"value": 2, "parts": [{"value": 1, "parts": [{"value": 0, "parts": []}]},
              {"value": 1, "parts": [{"value": 0, "parts": []}]}]}"""
    assert check(run, shape, doc) == [clause("", "tree", 2, "/parts/0/value", "/parts/1/value")]
    bad = doc.replace('"value": 0', '"value": 1', 1)
    assert check(run, shape, bad) == [clause("/parts/0/parts/0", "tree", 1, "/parts/0/parts/0/value")]


@pytest.mark.functionality
def test_white_space_between_the_tokens_of_clauses(run):
    clauses = "unique\n[ ] . k # x\n\t,[].k in[].j,count([])<=2,count ( [ ] )!=3"
    assert failed(run, clauses, '[{"k": 1, "j": 1}, {"k": 1, "j": 2}, {"k": 3}]') == {
        1: ["/0/k", "/1/k"], 2: ["/2/k"], 3: ["/0", "/1", "/2"], 4: ["/0", "/1", "/2"],
    }


@pytest.mark.functionality
def test_fifty_thousand_values_are_compared(run):
    ids = [index * 7 % 50_000 for index in range(49_000)]
    ids[48_999] = ids[0]
    known = list(range(50_000))
    known.remove(ids[7])
    shape = "all = any where unique ids[], ids[] in known[];"
    assert check(run, shape, json.dumps({"ids": ids, "known": known}), timeout=10) == [
        clause("", "all", 1, "/ids/0", "/ids/48999"), clause("", "all", 2, "/ids/7"),
    ]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
def test_random_documents_against_all_pairs(run, seed):
    rng = random.Random(seed)
    pool = ["1", "1.0", "2", '"1"', "null", "true", "[1]", "[1.00]", '{"a":1,"b":2}', '{"b":2.0,"a":1}', "[]", "{}"]
    equal = [{"1", "1.0"}, {"[1]", "[1.00]"}, {'{"a":1,"b":2}', '{"b":2.0,"a":1}'}]

    def same(one, other):
        return one == other or any({one, other} <= group for group in equal)

    docs, expected = [], []
    for row in range(40):
        left, right = ([rng.choice(pool) for _ in range(rng.randint(0, 6))] for _ in range(2))
        docs.append(f'{{"l": [{",".join(left)}], "r": [{",".join(right)}]}}')
        twice = [f"/{row}/l/{at}" for at, one in enumerate(left)
                 if any(same(one, other) for other in left[:at] + left[at + 1:])]
        alone = [f"/{row}/l/{at}" for at, one in enumerate(left)
                 if not any(same(one, other) for other in right)]
        expected += [clause(f"/{row}", "p", 1, *twice)] * bool(twice)
        expected += [clause(f"/{row}", "p", 2, *alone)] * bool(alone)
    shape = "all = [p]; p = {l: [any], r: [any]} where unique l[], l[] in r[];"
    assert check(run, shape, f"[{','.join(docs)}]") == expected


# --- functionality: nearest ---------------------------------------------------


def nearest(run, alternatives, *values, more="", **others):
    """For each value the violations behind its `alternative`, without its pointer."""
    found = check(run, f"all = [one]; one = {alternatives}; {more}", f"[{','.join(values)}]", "--nearest", **others)
    rows = [[] for _ in values]
    for one in found:
        at, _, rest = one["at"][1:].partition("/")
        rows[int(at)].append(f"{rest} {one['code']}".strip())
    assert all(row[:1] in ([], ["alternative"]) for row in rows), rows
    return [row[1:] for row in rows]


@pytest.mark.functionality
def test_the_alternative_with_the_fewest_violations_is_nearest(run):
    shape = "{a: int, b: int, c: int} | {a: int, d: int} | {a: string, b: int, c: int, d: int}"
    assert nearest(run, shape, '{"a": 1, "b": 1}', '{"a": 1, "e": 1}', '{"a": "x", "b": 0, "d": "x"}', '{"d": null}') == [
        ["c missing"], ["e unknown", "d missing"], ["d type", "c missing"], ["d type", "a missing"],
    ]


@pytest.mark.functionality
def test_alternatives_of_another_kind_come_last(run):
    shape = 'null | int(1..2) | "x" | string(3..) | {a: int, b: int, c: int} | [int](2..)'
    assert nearest(run, shape, "{}", "[null]", '"y"', "true", "1.5", "7") == [
        ["a missing", "b missing", "c missing"], ["0 type", "length"], ["length"], ["value"], ["whole"], ["range"],
    ]


@pytest.mark.functionality
def test_of_equally_near_alternatives_the_first_is_taken(run):
    assert nearest(run, "int(5..) | int(..2) | number(9..)", "3", "2.5") == [["range"], ["whole"]]
    assert nearest(run, "{x: int, ...} | {y: int, ...}", "{}") == [["x missing"]]


@pytest.mark.functionality
def test_alternatives_among_the_nearest_are_followed_too(run):
    more = "two = {k: int(1..1) | int(3..3), l: null | {m: int}};"
    assert nearest(run, "two | [two] | null", '{"k": 2, "l": {}}', "[]", '[{"k": 1, "l": {"m": "x"}}]', more=more) == [
        ["k alternative", "k range", "l alternative", "l/m missing"], [],
        ["0/l alternative", "0/l/m type"],
    ]


@pytest.mark.functionality
def test_an_inner_alternative_counts_as_one(run):
    more = "a = {k: {x: int, y: int, z: int} | null}; b = {k: any, l: int, m: int};"
    assert nearest(run, "b | a", '{"k": {}}', more=more) == [
        ["k alternative", "k/x missing", "k/y missing", "k/z missing"]
    ]


@pytest.mark.functionality
def test_a_named_alternative_is_one_alternative(run):
    more = "pair = {x: int, y: int} | {x: string}; "
    assert nearest(run, "pair | {w: int, v?: int, u: int}", '{"w": "1"}', '{"x": null}', more=more) == [
        ["alternative", "w unknown", "x missing"], ["alternative", "x type"],
    ]


@pytest.mark.functionality
def test_repeats_stay_where_they_are(run):
    shape = "all = [{a: [int], b: int} | null];"
    doc = '[{"a": [{"x": 1, "x": 1}, 1], "b": 1, "b": "x"}]'
    assert checked(run, shape, doc, "--nearest") == [
        "/0/a/0/x duplicate", "/0/b duplicate", "/0 alternative", "/0/a/0 type",
    ]


@pytest.mark.functionality
def test_failed_clauses_of_the_nearest_alternative(run):
    shape = """all = [span | null]; span = {from: int, to: int} where from < to, from > 0, to needs x;"""
    doc = '[{"from": 3, "to": 3}, {"from": 0, "to": 3}, {"from": "0", "to": 3}]'
    found = check(run, shape, doc, "--nearest", "--nearest")
    assert found == [
        {"at": "/0", "code": "alternative"}, clause("/0", "span", 1, "/0/from", "/0/to"),
        clause("/0", "span", 3, "/0/to"),
        {"at": "/1", "code": "alternative"}, clause("/1", "span", 2, "/1/from"), clause("/1", "span", 3, "/1/to"),
        {"at": "/2", "code": "alternative"}, {"at": "/2/from", "code": "type"},
    ]


@pytest.mark.functionality
def test_nearest_alternatives_nested_in_one_another(run):
    depth = 300
    shape = 'term = {arg: term, op: "not"} | {arg: term, op: "neg"} | {arg: term, op: "abs"} | int;'
    doc = '{"arg":' * depth + "true" + ',"op":"neg"}' * depth
    expected = [f"{'/arg' * level} alternative" for level in range(depth + 1)]
    assert checked(run, shape, doc, "--nearest", timeout=10) == [*expected, "/arg" * depth + " type"]


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_clauses_that_do_not_follow_the_grammar(run):
    for line, clauses in [
        (3, "unique\n;"), (4, "unique a\n\nb"), (3, "a in\n(b)"), (3, "a.\n[]"), (3, "a\n[1]"), (3, "a needs\n3"), (3, "3\nin a"),
        (3, "x =\n= 1"), (3, "sum(\n)"), (3, "a(b)\n= 3"), (3, "a needs b\n(c)"), (3, "unique\nsum(a)"), (3, "x < 3\n< 4"),
        (3, "a in b,\nsum(a) in b"),
    ]:
        shape = f"all = any where\n{clauses};"
        assert_fails(
            run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"}),
            f"bad-shape at line {line}", shape,
        )


@pytest.mark.error
def test_paths_that_are_not_allowed_where_they_stand(run):
    for line, clauses in [
        (3, "unique x,\na[] = 1"), (3, "1 =\na[].b"), (3, "a\n[] needs b"), (3, "a needs b.c\n[]"),
        (3, "x in\nsum.a"), (3, "unique a,\ncount.b needs a"), (3, "x <\nunique"), (3, "a needs\nsum"),
    ]:
        shape = f"all = any where\n{clauses};"
        assert_fails(
            run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"}),
            f"bad-shape at line {line}", shape,
        )


@pytest.mark.error
def test_sides_with_different_numbers_of_keys(run):
    for clauses in ["a[](x, y)\nin b[](x)", "a[]\nin b[](x)", "a[](x)\nin b[]"]:
        shape = f"all = any where\n{clauses};"
        assert_fails(
            run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"}),
            "bad-shape at line 3", shape,
        )


@pytest.mark.error
def test_faults_of_clauses_come_before_those_of_names(run):
    shape = "all = b where\n unique a;\nc = all where\n c = ;"
    assert_fails(
        run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"}), "bad-shape at line 4"
    )
    shape = "all = [b] where\n unique a;\nb = c where\n 1 = 1;"
    assert_fails(
        run("check", "s.shape", "d.json", files={"s.shape": shape, "d.json": "1"}), "bad-shape at line 3"
    )


@pytest.mark.error
def test_wrong_options(run):
    files = {"s.shape": "all = any where\n 1 = 2;", "d.json": "1"}
    known = run("check", "--nearest", "s.shape", "--nearest", "d.json", files=files)
    assert (known.status, known.json) == (1, clause("", "all", 1))
    for arguments in [("--dance", "s.shape", "d.json"), ("--nearest", "s.shape"), ("--nearest=1", "s.shape", "d.json")]:
        assert_fails(run("check", *arguments, files=files), "usage", arguments)
