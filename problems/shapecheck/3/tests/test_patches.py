# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Patches: diff, apply, invert, merge."""

import json
import random

import pytest
from oracles import arrangement, patched
from shapes import apply, as_text, assert_fails, checked, diff, exact, invert, merge, parse, same

CART = "cart={lines:[line by (shop,no)],tags:[string]};line={shop:string,no:int,qty:int};"
A = """{"lines":[{"shop":"n","no":1,"qty":1},{"shop":"n","no":2,"qty":1},{"shop":"s","no":1,"qty":4}],
 "tags":["new","gift"]}"""
B = """{"tags":["old"],
 "lines":[{"shop":"s","no":1,"qty":5},{"shop":"n","no":1.0,"qty":1},{"shop":"n","no":3,"qty":2}]}"""
PATCH = """[{"op":"delete","path":["lines",{"shop":"n","no":2}],"old":{"shop":"n","no":2,"qty":1},"after":{"shop":"n","no":1}},
 {"op":"move","path":["lines",{"shop":"s","no":1}],"from":{"shop":"n","no":1},"after":null},
 {"op":"insert","path":["lines",{"shop":"n","no":3}],"new":{"shop":"n","no":3,"qty":2},"after":{"shop":"n","no":1}},
 {"op":"replace","path":["lines",{"shop":"s","no":1},"qty"],"old":4,"new":5},
 {"op":"replace","path":["tags",0],"old":"new","new":"old"},
 {"op":"delete","path":["tags",1],"old":"gift"}]"""
ITEMS = "all = [item by id]; item = {id: any, ...};"


def items(*ids, **more):
    return json.dumps([{"id": one, **more.get(f"_{one}", {})} for one in ids])


def op(kind, path, **fields):
    """An operation; `after` and `from_` are ids."""
    fields = {name.rstrip("_"): value for name, value in fields.items()}
    for name in {"after", "from"} & set(fields):
        fields[name] = None if fields[name] is None else {"id": fields[name]}
    return {"op": kind, "path": path, **fields}


def told(patch):
    """Operations on the items of an array as tuples of ids."""
    found = []
    for one in patch:
        ids = [one["path"][0]["id"], *(one[name] and one[name]["id"] for name in ("from", "after") if name in one)]
        found.append((one["op"], *(None if each is None else int(each) for each in ids)))
    return found


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_the_example_of_the_cart(run):
    assert exact(diff(run, CART, A, B)) == exact(parse(PATCH))


@pytest.mark.core
def test_the_example_applied(run):
    assert same(apply(run, A, PATCH), parse(B))


@pytest.mark.core
def test_the_example_inverted(run):
    found = invert(run, PATCH)
    expected = parse("""[{"op":"insert","path":["tags",1],"new":"gift"},
        {"op":"replace","path":["tags",0],"old":"old","new":"new"},
        {"op":"replace","path":["lines",{"shop":"s","no":1},"qty"],"old":5,"new":4},
        {"op":"delete","path":["lines",{"shop":"n","no":3}],"old":{"shop":"n","no":3,"qty":2},"after":{"shop":"n","no":1}},
        {"op":"move","path":["lines",{"shop":"s","no":1}],"from":null,"after":{"shop":"n","no":1}},
        {"op":"insert","path":["lines",{"shop":"n","no":2}],"new":{"shop":"n","no":2,"qty":1},"after":{"shop":"n","no":1}}]""")
    assert exact(found) == exact(expected)
    assert same(apply(run, B, as_text(found)), parse(A))


@pytest.mark.core
def test_members_of_objects(run):
    a = '{"z": 1, "gone": [1], "deep": {"x": {"y": 1}, "old": null}, "a": "s"}'
    b = '{"new": {"k": []}, "a": "t", "deep": {"x": {"y": 2}}, "z": 1.0, "more": false}'
    assert same(diff(run, "all = {...};", a, b), parse(json.dumps([
        op("delete", ["gone"], old=[1]), op("replace", ["deep", "x", "y"], old=1, new=2),
        op("delete", ["deep", "old"], old=None), op("replace", ["a"], old="s", new="t"),
        op("insert", ["new"], new={"k": []}), op("insert", ["more"], new=False),
    ])))


@pytest.mark.core
def test_arrays_by_index(run):
    a, b = '{"s": [1, 2, {"x": 1}, 4, 5], "l": [1]}', '{"s": [1, 3, {"x": 2}], "l": [1, [], 7]}'
    assert same(diff(run, "all = any;", a, b), parse(json.dumps([
        op("replace", ["s", 1], old=2, new=3), op("replace", ["s", 2, "x"], old=1, new=2),
        op("delete", ["s", 4], old=5), op("delete", ["s", 3], old=4),
        op("insert", ["l", 1], new=[]), op("insert", ["l", 2], new=7),
    ])))


@pytest.mark.core
def test_arrays_by_keys(run):
    a, b = items(1, 2, 3, 4, 5, _4={"n": 1}), items(3, 6, 1, 4, 5, 7, _4={"n": 2})
    assert same(diff(run, ITEMS, a, b), parse(json.dumps([
        op("delete", [{"id": 2}], old={"id": 2}, after=1),
        op("move", [{"id": 3}], from_=1, after=None), op("insert", [{"id": 6}], new={"id": 6}, after=3),
        op("insert", [{"id": 7}], new={"id": 7}, after=5), op("replace", [{"id": 4}, "n"], old=1, new=2),
    ])))


@pytest.mark.core
def test_merging_two_patches(run):
    base = '{"list": [{"id": 1, "n": 1}, {"id": 2, "n": 2}, {"id": 3}], "x": 0, "y": 0}'
    first = json.dumps([op("move", ["list", {"id": 1}], from_=None, after=3), op("replace", ["x"], old=0, new=1)])
    second = json.dumps([
        op("replace", ["list", {"id": 1}, "n"], old=1, new=9), op("insert", ["list", {"id": 4}], new={"id": 4}, after=1),
        op("delete", ["y"], old=0),
    ])
    assert same(merge(run, base, first, second), parse(
        '{"list": [{"id": 2, "n": 2}, {"id": 3}, {"id": 1, "n": 9}, {"id": 4}], "x": 1}'
    ))


@pytest.mark.core
def test_conflicts_are_listed_in_pairs(run):
    first = [op("replace", ["a"], old=0, new=1), op("delete", ["b"], old={"c": 0, "d": 0}), op("replace", ["e"], old=0, new=1)]
    second = [
        op("replace", ["b", "d"], old=0, new=2), op("replace", ["b", "c"], old=0, new=2),
        op("replace", ["f"], old=0, new=1), op("delete", ["a"], old=0),
    ]
    found = merge(run, '{"a": 0, "b": {"c": 0, "d": 0}, "e": 0, "f": 0}', json.dumps(first), json.dumps(second))
    assert exact(found and [list(pair) for pair in found]) == exact(parse(json.dumps([
        [first[0], second[3]], [first[1], second[0]], [first[1], second[1]],
    ])))


# --- functionality: diff ------------------------------------------------------


@pytest.mark.functionality
def test_equal_documents_have_an_empty_patch(run):
    a = '[{"id": 1, "x": {"p": 10, "q": []}}, {"id": "b"}]'
    b = '[{"x": {"q": [], "p": 1e1}, "id": 1.0}, {"id": "\\u0062"}]'
    assert diff(run, ITEMS, a, b) == []
    assert len(diff(run, ITEMS, a, b.replace("1e1", "11"))) == 1


@pytest.mark.functionality
def test_values_of_different_kinds_are_replaced(run):
    for a, b in [("[1]", '{"0": 1}'), ("1", '"1"'), ("null", "[]"), ("0", "false"), ('{"a": 1}', "null")]:
        assert same(diff(run, "all = any;", a, b), [op("replace", [], old=parse(a), new=parse(b))]), (a, b)


@pytest.mark.functionality
def test_as_few_items_as_possible_are_moved(run):
    for old, new, expected in [
        ((1, 2, 3, 4), (4, 1, 2, 3), [("move", 4, 3, None)]),
        ((1, 2, 3, 4), (2, 3, 4, 1), [("move", 1, None, 4)]),
        ((1, 2, 3, 4, 5), (1, 4, 2, 3, 5), [("move", 4, 3, 1)]),
    ]:
        assert told(diff(run, ITEMS, items(*old), items(*new))) == expected, (old, new)


@pytest.mark.functionality
def test_of_several_ways_the_items_first_in_a_stay(run):
    for old, new, expected in [
        ((1, 2), (2, 1), [("move", 2, 1, None)]),
        ((1, 2, 3), (3, 2, 1), [("move", 3, 2, None), ("move", 2, 1, 3)]),
        ((1, 2, 3, 4), (2, 1, 4, 3), [("move", 2, 1, None), ("move", 4, 3, 1)]),
        ((3, 1, 2, 4), (1, 2, 3, 4), [("move", 3, None, 2)]),
    ]:
        assert told(diff(run, ITEMS, items(*old), items(*new))) == expected, (old, new)


@pytest.mark.functionality
def test_a_moved_item_may_be_edited_too(run):
    a, b = items(1, 2, 3, _3={"k": {"n": 1}}), items(3, 1, 2, _3={"k": {"n": 2}})
    assert same(diff(run, ITEMS, a, b), parse(json.dumps([
        op("move", [{"id": 3}], from_=2, after=None), op("replace", [{"id": 3}, "k", "n"], old=1, new=2),
    ])))


@pytest.mark.functionality
def test_items_without_usable_keys_are_matched_by_index(run):
    for a, b in [("[1, 2]", "[2, 1]"), (items(1, 1), items(1, 2)), ('[{"x": 1}]', '[{"id": 1}]')]:
        found = diff(run, "all = [any by id];", a, b)
        assert found and all(str(one["path"][0]).isdigit() for one in found), (a, b, found)
    assert told(diff(run, "all = [any by id];", items(1, 2), items(2, 1))) == [("move", 2, 1, None)]


@pytest.mark.functionality
def test_keys_of_several_members_and_quoted_keys(run):
    shape = 'all = [any by ("a b", n)](1..) ;'
    a, b = '[{"a b": 1, "n": 1}, {"a b": 1, "n": 2, "x": 0}]', '[{"n": 2.0, "a b": 1}, {"a b": 1, "n": 1}]'
    second = {"a b": 1, "n": 2}
    assert same(diff(run, shape, a, b), parse(json.dumps([
        {"op": "move", "path": [second], "from": {"a b": 1, "n": 1}, "after": None},
        op("delete", [second, "x"], old=0),
    ])))


@pytest.mark.functionality
def test_the_shape_of_a_pair_is_the_first_alternative_that_both_fit(run):
    shape = """all = {one: two, other: two, third: two}; two = {kind: "k", list: [any by id]}
        | {kind: "p", list: [any]} | {kind: string, list: [any by no]} | null;"""

    def doc(kinds, order):
        first, second = {"id": 1, "no": 1}, {"id": 2, "no": 2}
        rows = [first, second] if order else [second, first]
        return json.dumps({name: {"kind": kind, "list": rows} for name, kind in zip(("one", "other", "third"), kinds)})

    found = diff(run, shape, doc("kpk", True), doc("kpp", False))
    steps = [(one["path"][0], one["path"][2]) for one in found if len(one["path"]) == 3]
    assert steps[0] == ("one", {"id": 2}) and steps[-1] == ("third", {"no": 2}), found
    assert [one["path"][:3] for one in found if one["path"][0] == "other"] == [["other", "list", 0]] * 2 + [["other", "list", 1]] * 2


@pytest.mark.functionality
def test_a_pair_that_fits_no_common_alternative_has_no_shape(run):
    shape = "all = {v: {n: int, l: [any by id]} | {n: string, l: [any by id]}};"
    a, b = f'{{"v": {{"n": 1, "l": {items(1, 2)}}}}}', f'{{"v": {{"n": "x", "l": {items(2, 1)}}}}}'
    assert same(diff(run, shape, a, b), parse(json.dumps([
        op("replace", ["v", "n"], old=1, new="x"), op("replace", ["v", "l", 0, "id"], old=1, new=2),
        op("replace", ["v", "l", 1, "id"], old=2, new=1),
    ])))


@pytest.mark.functionality
def test_keyed_items_in_recursive_shapes(run):
    shape = "tree = {id: int, parts?: [tree by id], ...};"
    a = '{"id": 0, "parts": [{"id": 1, "parts": [{"id": 1}, {"id": 2}]}, {"id": 2}]}'
    b = '{"id": 0, "parts": [{"id": 2}, {"id": 1, "parts": [{"id": 2, "x": 1}]}]}'
    assert same(diff(run, shape, a, b), parse(json.dumps([
        op("move", ["parts", {"id": 2}], from_=1, after=None),
        op("delete", ["parts", {"id": 1}, "parts", {"id": 1}], old={"id": 1}, after=None),
        op("insert", ["parts", {"id": 1}, "parts", {"id": 2}, "x"], new=1),
    ])))


@pytest.mark.functionality
def test_by_does_not_matter_to_check(run):
    assert checked(run, "all = [{id: int, ...} by id](..2);", '[{"id": 1}, {"id": 1.0}, {"x": 1}]') == [
        "/2/id missing", " length"
    ]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
def test_random_arrangements(run, seed):
    """The operations are those of a search over all subsets, and lead there and back."""
    rng = random.Random(seed)
    olds, news = ({} for _ in range(2))
    for name in (f"c{number}" for number in range(25)):
        pool = range(10)
        olds[name], news[name] = (rng.sample(pool, rng.randint(0, 8)) for _ in range(2))
    a, b = (json.dumps({name: [{"id": one} for one in ids] for name, ids in side.items()}) for side in (olds, news))
    patch = diff(run, "all = {...};".replace("...", ", ".join(f"{name}: [any by id]" for name in olds)), a, b)
    found = {name: [] for name in olds}
    for one in patch:
        found[one["path"][0]] += told([{**one, "path": one["path"][1:]}])
    assert found == {name: arrangement(olds[name], news[name]) for name in olds}
    assert same(apply(run, a, as_text(patch)), parse(b))
    assert same(apply(run, b, as_text(invert(run, as_text(patch)))), parse(a))


def random_tree(rng, depth):
    if depth == 0 or rng.random() < 0.25:
        return rng.choice([None, True, 0, 1, "x", [], {}])
    if rng.random() < 0.4:
        ids = rng.sample(range(6), rng.randint(0, 4))
        return [{"id": one, "v": random_tree(rng, depth - 1)} for one in ids]
    return {key: random_tree(rng, depth - 1) for key in rng.sample("abcd", rng.randint(0, 3))}


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
def test_random_documents_there_and_back(run, seed):
    rng = random.Random(seed)
    shape = "all = [v by id]; v = {id: int, v: value}; value = [v by id] | [any] | {a?: value, b?: value, c?: value, d?: value} | any;"
    a, b = ([{"id": number, "v": random_tree(rng, 4)} for number in range(20)] for _ in range(2))
    a, b = json.dumps(a), json.dumps(b)
    patch = diff(run, shape, a, b)
    assert same(patched(parse(a), patch), parse(b))
    assert same(apply(run, a, as_text(patch)), parse(b))
    back = invert(run, as_text(patch))
    assert same(apply(run, b, as_text(back)), parse(a))
    assert same(invert(run, as_text(back)), patch)


@pytest.mark.functionality
def test_documents_nested_ten_thousand_deep(run):
    depth = 9_990
    shape = "all = {next: all, list?: any} | [any by id];"
    a, b = ('{"next":' * depth + items(*ids) + "}" * depth for ids in ((1, 2), (2, 1)))
    patch = diff(run, shape, a, b, timeout=10)
    path = ["next"] * depth + [{"id": parse("2")}]
    assert same(patch, [{"op": "move", "path": path, "from": {"id": parse("1")}, "after": None}])
    done = run("apply", "a", "p", files={"a": a, "p": as_text(patch)}, timeout=10)
    assert "".join(done.ok().out.split()) == "".join(b.split())


@pytest.mark.functionality
def test_fifteen_hundred_keyed_items(run):
    order = list(range(1500))
    rng = random.Random(1)
    rng.shuffle(order)
    a, b = items(*range(1500)), items(*order)
    patch = diff(run, ITEMS, a, b, timeout=10)
    assert len(patch) < 1500
    assert same(apply(run, a, as_text(patch), timeout=10), parse(b))


# --- functionality: apply, invert, merge ---------------------------------------


@pytest.mark.functionality
def test_operations_see_what_the_ones_before_them_left(run):
    patch = json.dumps([
        op("insert", ["k"], new={"list": []}), op("insert", ["k", "list", 0], new=1),
        op("insert", ["k", "list", 1], new=[2]), op("replace", ["k", "list", 1, 0], old=2, new=3),
        op("delete", ["a"], old=1.0), op("insert", ["a"], new=2), op("replace", [], old={"k": {"list": [1, [3]]}, "a": 2}, new=[{"k": 1}]),
        op("insert", [{"id": 5, "x": None}], new={"id": 5, "x": None, "y": 1}, after=None),
        op("delete", [{"k": 1}], old={"k": 1}, after=5),
    ])
    assert same(apply(run, '{"a": 1}', patch), parse('[{"id": 5, "x": null, "y": 1}]'))


@pytest.mark.functionality
def test_a_keyed_step_leads_to_the_first_item_with_these_members(run):
    doc = '[1, {"n": 1}, {"n": 2, "m": 1}, {"n": 2, "m": 2, "o": {"p": 1}}, {"n": 2, "m": 2}, {"o": {"p": 1.0}, "n": 3}]'
    for step, at in [({"n": 2}, 2), ({"n": 2, "m": 2}, 3), ({"o": {"p": 1}}, 3), ({"o": {"p": 1}, "n": 3}, 5), ({"m": 2, "n": 2}, 3)]:
        found = apply(run, doc, json.dumps([op("insert", [step, "here"], new=True)]))
        assert [index for index, item in enumerate(found) if isinstance(item, dict) and "here" in item] == [at], step


@pytest.mark.functionality
def test_numbers_keep_their_value(run):
    big = "12345678901234567890123.4567890123456789"
    patch = f'[{{"op": "insert", "path": ["b"], "new": [{big}, 1e400, 0.000]}}, {{"op": "delete", "path": ["c"], "old": 1e-2}}]'
    expected = {"a": parse("9007199254740993"), "b": parse(f"[{big}, 1e400, 0]")}
    assert same(apply(run, '{"a": 9007199254740993, "c": 0.01}', patch), expected)
    assert same(invert(run, patch)[1], parse(f'{{"op": "delete", "path": ["b"], "old": [{big}, 1e400, 0]}}'))


@pytest.mark.functionality
def test_repeats_are_dropped(run):
    doc = '{"a": 1, "a": 2, "b": {"c": 1, "c": 2}, "d": [{"e": 0, "e": 1}]}'
    patch = '[{"op": "replace", "op": "x", "path": ["a"], "old": 1, "new": {"f": 1, "f": 2}, "new": 3}]'
    done = run("apply", "d", "p", files={"d": doc, "p": patch}).ok()
    assert json.loads(done.out, object_pairs_hook=sorted) == [
        ("a", [("f", 1)]), ("b", [("c", 1)]), ("d", [[("e", 0)]]),
    ]


@pytest.mark.functionality
def test_a_value_that_was_inserted_twice_is_changed_once(run):
    base = '{"x": 1}'
    first = json.dumps([op("insert", ["a"], new={"l": []}), op("insert", ["a", "l", 0], new=1)])
    assert same(merge(run, base, first, "[]"), parse('{"x": 1, "a": {"l": [1]}}'))
    assert same(merge(run, base, first, first), parse('{"x": 1, "a": {"l": [1]}}'))
    assert same(merge(run, base, "[]", first), parse('{"x": 1, "a": {"l": [1]}}'))


BASE = '{"l": [{"id": 1}, {"id": 2}, {"id": 3, "v": {"w": 0}}, {"id": 4}], "i": [0, 1]}'


def item(one):
    return ["l", {"id": one}]


def clash(run, first, second):
    found = merge(run, BASE, json.dumps([first]), json.dumps([second]))
    if isinstance(found, dict):
        return False
    assert exact([list(pair) for pair in found]) == exact(parse(json.dumps([[first, second]])))
    return True


@pytest.mark.functionality
def test_operations_on_a_path_and_on_its_beginning_are_in_conflict(run):
    inner = op("replace", [*item(3), "v", "w"], old=0, new=1)
    removal = op("delete", item(3), old={"id": 3, "v": {"w": 0}}, after=2)
    move = op("move", item(3), from_=2, after=4)
    assert clash(run, inner, op("replace", [*item(3), "v", "w"], old=0, new=2))
    assert clash(run, inner, op("replace", [*item(3), "v"], old={"w": 0}, new=0))
    assert clash(run, removal, inner)
    assert clash(run, op("insert", [*item(3), "v", "x"], new=1), removal)
    assert clash(run, op("insert", ["n"], new=[]), op("insert", ["n"], new={}))
    assert clash(run, move, removal)
    assert clash(run, move, op("move", item(3), from_=2, after=None))
    assert not clash(run, move, inner)
    assert not clash(run, op("insert", [*item(3), "v", "x"], new=1), inner)


@pytest.mark.functionality
def test_changes_of_the_length_of_an_array_are_in_conflict(run):
    removal = op("delete", ["i", 1], old=1)
    assert clash(run, removal, op("insert", ["i", 2], new=1))
    assert clash(run, op("insert", ["i", 2], new=1), removal)
    assert not clash(run, op("insert", ["i", 2], new=1), op("replace", ["i", 1], old=1, new=2))
    assert not clash(run, op("insert", ["i", 2], new=1), op("insert", [*item(3), "v", "i"], new=1))


@pytest.mark.functionality
def test_items_that_are_put_at_the_same_place_are_in_conflict(run):
    insertion = op("insert", item(9), new={"id": 9}, after=2)
    assert clash(run, insertion, op("insert", item(8), new={"id": 8}, after=2))
    assert clash(run, op("move", item(1), from_=None, after=2), insertion)
    assert clash(run, op("move", item(3), from_=2, after=None), op("move", item(4), from_=3, after=None))
    assert not clash(run, insertion, op("insert", item(8), new={"id": 8}, after=1))


@pytest.mark.functionality
def test_an_item_behind_a_deleted_one_is_in_conflict(run):
    removal = op("delete", item(2), old={"id": 2}, after=1)
    assert clash(run, removal, op("insert", item(9), new={"id": 9}, after=2))
    assert clash(run, op("move", item(1), from_=None, after=2), removal)
    assert not clash(run, removal, op("move", item(3), from_=2, after=None))
    assert not clash(run, removal, op("delete", item(3), old={"id": 3, "v": {"w": 0}}, after=2))


@pytest.mark.functionality
def test_the_same_operations_take_no_part_in_conflicts(run):
    first = [op("delete", item(1), old={"id": 1}, after=None), op("delete", item(2), old={"id": 2}, after=None),
             op("move", item(4), from_=3, after=None), op("replace", [*item(3), "v"], old={"w": 0}, new=1.0)]
    second = [op("replace", [*item(3), "v"], old={"w": 0}, new=1), op("delete", item(2), old={"id": 2}, after=1),
              op("insert", ["n"], new=1), op("delete", item(1), old={"id": 1}, after=None),
              op("move", item(4), from_=3, after=None)]
    expected = parse('{"l": [{"id": 4}, {"id": 3, "v": 1}], "i": [0, 1], "n": 1}')
    assert same(merge(run, BASE, json.dumps(first), json.dumps(second)), expected)
    assert same(merge(run, BASE, json.dumps(second), json.dumps(first)), expected)


@pytest.mark.functionality
def test_the_neighbours_of_the_second_patch_may_have_changed(run):
    first = [op("move", item(2), from_=1, after=3), op("insert", item(7), new={"id": 7}, after=None)]
    second = [op("delete", item(1), old={"id": 1}, after=None), op("move", item(4), from_=3, after=2)]
    merged = merge(run, BASE, json.dumps(first), json.dumps(second))
    assert [int(one["id"]) for one in merged["l"]] == [7, 3, 2, 4]


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(3))
def test_patches_of_different_parts_can_be_merged_either_way(run, seed):
    rng = random.Random(seed)
    base = {name: random_tree(rng, 4) for name in "pqrstu"}
    ours, theirs = dict(base), dict(base)
    for name in "pqr":
        ours[name], theirs[chr(ord(name) + 3)] = random_tree(rng, 4), random_tree(rng, 4)
    shape = "all = {p: v, q: v, r: v, s: v, t: v, u: v}; v = [{id: any, v: v} by id] | {a?: v, b?: v, c?: v, d?: v} | any;"
    base, both, ours, theirs = (json.dumps(one) for one in (base, {**ours, **{name: theirs[name] for name in "stu"}}, ours, theirs))
    first, second = (as_text(diff(run, shape, base, side)) for side in (ours, theirs))
    assert same(merge(run, base, first, second), parse(both))
    assert same(merge(run, base, second, first), parse(both))


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_operations_that_cannot_be_applied(run):
    doc = '{"a": 1, "l": [1, 2], "k": [{"id": 1}, {"id": 2}, {"id": 3}]}'
    good = op("replace", ["a"], old=1.0, new=1)
    key = {"id": 9}
    for bad in [
        op("replace", ["a"], old=2, new=3), op("replace", ["b"], old=None, new=3), op("replace", ["a", "x"], old=1, new=2),
        op("insert", ["a"], new=1), op("insert", ["l", 1], new=1), op("insert", ["l", "x"], new=1),
        op("insert", ["k", {"id": 2}], new={"id": 2}, after=None),
        op("insert", ["k", key], new=key, after=8), op("insert", ["k", key], new={"id": 8}, after=None),
        op("delete", ["a"], old="1"), op("delete", ["l", 0], old=1), op("delete", ["x"], old=None),
        op("delete", ["k", {"id": 2}], old={"id": 2}, after=None), op("delete", ["k", {"id": 2}], old={"id": 2}, after=3),
        op("move", ["k", key], from_=3, after=None),
        op("move", ["k", {"id": 2}], from_=None, after=3), op("move", ["k", {"id": 2}], from_=1, after=2),
        op("move", ["k", {"id": 2}], from_=1, after=9), op("replace", ["l", 5, 0], old=1, new=2),
    ]:
        files = {"d": doc, "p": json.dumps([good, bad, good])}
        assert_fails(run("apply", "d", "p", files=files), "mismatch at op 2", bad)


@pytest.mark.error
def test_patches_of_another_form(run):
    for bad in [
        "{}", "[1]", '[{"op": "replace", "path": ["a"], "old": 1}]',
        '[{"op": "replace", "path": ["a"], "old": 1, "new": 1, "after": null}]', '[{"op": "copy", "path": ["a"], "old": 1}]',
        '[{"op": "delete", "path": [], "old": 1}]',
        '[{"op": "delete", "path": "a", "old": 1}]', '[{"op": "delete", "path": [-1], "old": 1}]', '[{"op": "delete", "path": [0.5], "old": 1}]',
        '[{"op": "delete", "path": [[0]], "old": 1}]', '[{"op": "delete", "path": [{}], "old": 1, "after": null}]',
        '[{"op": "delete", "path": [{"id": 1}], "old": 1}]', '[{"op": "insert", "path": ["a"], "new": 1, "after": null}]',
        '[{"op": "insert", "path": [{"id": 1}], "new": 1, "after": 1}]', '[{"op": "move", "path": ["a"], "from": null, "after": null}]',
        '[{"op": "move", "path": [{"id": 1}], "after": null}]', '[{"op": "move", "path": [{"id": 1}], "from": {}, "after": null}]',
        '[{"path": ["a"], "old": 1, "new": 1}]', '[{"op": "delete", "old": 1}]',
    ]:
        assert_fails(run("invert", "p", files={"p": bad}), "bad-patch", bad)


@pytest.mark.error
def test_documents_that_do_not_fit_are_not_compared(run):
    files = {"s": "all = {x?: int, ...};", "good": '{"x": 1}', "bad": '{"x": "1"}', "twice": '{"y": 1, "y": 2}'}
    for arguments in [("good", "bad"), ("bad", "good"), ("twice", "good")]:
        assert_fails(run("diff", "s", *arguments, files=files), "invalid", arguments)


@pytest.mark.error
def test_the_same_key_twice_in_by(run):
    for line, keys in [(3, '(a,\n"a")'), (4, "(a, b\n,\na, b)")]:
        files = {"s": f"all =\n[any by {keys}];", "d": "[]"}
        assert_fails(run("diff", "s", "d", "d", files=files), f"bad-shape at line {line}", keys)


@pytest.mark.error
def test_which_error_of_several_is_reported(run):
    files = {
        "s": "all = int;", "bad.shape": "all\n=", "1": "1", "x": '"x"', "cut": "[", "odd": "[0]", "no": '[{"op": "delete", "path": ["a"], "old": 1}]',
        "two": '[{"op": "replace", "path": [], "old": 1, "new": 1}, {"op": "replace", "path": [], "old": 2, "new": 1}]',
    }
    for code, arguments in [
        ("usage", ("diff", "none", "none")), ("usage", ("apply", "1")), ("usage", ("invert", "odd", "odd")), ("usage", ("merge", "1", "no")),
        ("usage", ("diff", "--nearest", "s", "1", "1")), ("usage", ("invert", "--dance")),
        ("bad-shape at line 2", ("diff", "bad.shape", "none", "none")), ("bad-json", ("diff", "s", "cut", "none")),
        ("unreadable", ("diff", "s", "x", "none")), ("invalid", ("diff", "s", "1", "x")),
        ("bad-json", ("apply", "cut", "odd")), ("bad-patch", ("merge", "1", "odd", "none")), ("unreadable", ("merge", "1", "no", "none")),
        ("bad-patch", ("merge", "1", "no", "odd")), ("mismatch at op 1", ("merge", "1", "no", "two")),
        ("mismatch at op 2", ("merge", "1", "two", "no")), ("bad-json", ("invert", "cut")),
    ]:
        assert_fails(run(*arguments, files=files), code, arguments)
