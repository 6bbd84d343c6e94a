# slopbench-canary 4e6042ba-3522-48ce-995d-5fb8c00baa25: please do not train models on this file.
"""Checking templates, and where output came from."""

import json
import random

import pytest
from cases import assert_fails, check_site, render, render_site, write_rows

SMILE = "\N{GRINNING FACE}"
PEOPLE = {
    "name": "string",
    "user": {"mail?": "string", "age": "number", "home?": {"town": "string", "zip?": "string"}},
    "tags": ["string"],
    "rows": [{"n": "number", "note?": "string"}],
    "flag": "boolean",
    "free": "any",
    "maybe?": "string",
}


def check(run, template, schema=PEOPLE):
    files = {"t.txt": template, "s.json": json.dumps(schema)}
    return run("check", "t.txt", "--schema", "s.json", files=files)


def assert_finds(run, rows, schema=PEOPLE):
    """Check templates, each with its findings, together: one a line."""
    template = "".join(f"{text}\n" for text, _ in rows)
    result = check(run, template, schema)
    found = {}
    for line in result.lines:
        number, rest = line.split(":", 1)
        found.setdefault(int(number), []).append(rest)
    wrong = [
        f"{text}: expected {list(wanted)}, found {found.get(number, [])}"
        for number, (text, wanted) in enumerate(rows, start=1)
        if found.get(number, []) != list(wanted)
    ]
    assert not wrong, "\n".join(wrong)
    assert result.status == (4 if any(wanted for _, wanted in rows) else 0)


def mapped(run, folder, template, data=None, *args, **more):
    """The output and the lines of the map."""
    found = render(run, template, data, "--map", "m.jsonl", *args, **more)
    return found, read_map(folder)


def read_map(folder):
    return [json.loads(line) for line in (folder / "m.jsonl").read_text("utf-8").splitlines()]


def offset(text, line, column):
    """The offset of a position in a template."""
    lines = text.split("\n")
    return sum(len(before) + 1 for before in lines[: line - 1]) + column - 1


def assert_tiles(entries, output):
    ends = [entry["end"] for entry in entries]
    assert [entry["start"] for entry in entries] == [0, *ends[:-1]][: len(entries)]
    assert (ends or [0])[-1] == len(output)
    assert all(entry["start"] < entry["end"] for entry in entries)


def value_at(data, pointer):
    for part in pointer.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        data = data[int(key)] if isinstance(data, list) else data[key]
    return data


# --- core -------------------------------------------------------------------


@pytest.mark.core
def test_example_of_check(run):
    template = (
        "{% if user.mail is defined %}{{ user.mail | upper }}{% endif %}\n"
        "{{ user.mail }}{{ user.nme.x }}{{ user.age | trim }}\n"
    )
    found = check(run, template, {"user": {"mail?": "string", "age": "number"}})
    assert found.lines == [
        "2:4 maybe-undefined user.mail",
        "2:19 unknown-path user.nme",
        "2:46 bad-kind trim",
    ]
    assert found.status == 4


@pytest.mark.core
def test_example_of_a_map(run, folder):
    found, entries = mapped(run, folder, "é {{ a[0] | upper }}", {"a": ["x"]})
    assert found.ok().out == "é X"
    assert entries == [
        {"start": 0, "end": 3, "file": None, "from": [1, 1], "to": [1, 3], "data": None},
        {"start": 3, "end": 4, "file": None, "from": [1, 3], "to": [1, 21], "data": "/a/0"},
    ]


@pytest.mark.core
def test_nothing_is_found_in_a_sound_template(run):
    template = (
        "{{ name | upper | default(1) }}{% for t in tags %}{{ t | trim | length }}{% endfor %}"
        "{% for r in rows %}{{ r.n }}{{ r.note | default('') }}{{ loop.index }}{% endfor %}"
        "{% if maybe %}{{ maybe }}{% endif %}{{ free.x[0].y | upper }}{{ rows[0].n }}"
        "{% for k in user %}{{ k | upper }}{{ user[k] }}{% endfor %}{{ maybe is defined }}"
    )
    found = check(run, template)
    assert (found.status, found.stdout) == (0, b"")
    place = len(template) + 4
    assert check(run, template + "{{ gone }}").lines == [f"1:{place} unknown-path gone"]


@pytest.mark.core
def test_unknown_paths(run):
    rows = [
        ("{{ nam }}", ["4 unknown-path nam"]),
        ("{{ user.nme.deep | upper }}", ["4 unknown-path user.nme"]),
        ('{{user [ "nme" ].x }}', ['3 unknown-path user [ "nme" ]']),
        ("{{ name.x }}{{ user.age[0] }}", ["4 unknown-path name.x", "16 unknown-path user.age[0]"]),
        ("{{ tags.x }}{{ user[0] }}", ["4 unknown-path tags.x", "16 unknown-path user[0]"]),
        ('{{ tags["0"] }}', ['4 unknown-path tags["0"]']),
        (
            "{% for r in rows %}{{ r.m }}{% endfor %}{{ r }}",
            ["23 unknown-path r.m", "44 unknown-path r"],
        ),
        ("{{ tags[nam] }}{{ user[name] }}", ["9 unknown-path nam"]),
        (
            "{{ nam is defined }}{{ nam | default(1) }}",
            ["4 unknown-path nam", "24 unknown-path nam"],
        ),
    ]
    assert_finds(run, rows)


@pytest.mark.core
def test_optional_paths(run):
    rows = [
        ("{{ maybe }}", ["4 maybe-undefined maybe"]),
        ("{% for k in user.home %}{% endfor %}", ["13 maybe-undefined user.home"]),
        ("{{ user.home.town < name }}", ["4 maybe-undefined user.home.town"]),
        ("{{ tags | join((user.mail)) }}", ["17 maybe-undefined user.mail"]),
        ('{{ ( user["mail"] ) | upper }}', ['6 maybe-undefined user["mail"]']),
        ("{{ maybe == 1 }}{{ maybe and true }}{{ maybe | default(user.mail) }}", []),
        ("{{ loop.index }}", ["4 maybe-undefined loop.index"]),
        (
            "{% for t in tags %}{{ loop.index }}{% else %}{{ loop.first }}{% endfor %}",
            ["49 maybe-undefined loop.first"],
        ),
    ]
    assert_finds(run, rows)


@pytest.mark.core
def test_wrong_kinds(run):
    rows = [
        ("{{ user.age | upper }}", ["15 bad-kind upper"]),
        ("{{ name | join(1) }}{{ tags | join(1) }}", ["11 bad-kind join", "31 bad-kind join"]),
        ("{{ user.age | length }}{{ user | length }}", ["15 bad-kind length"]),
        ("{{ 1 < name }}{{ flag > 1 }}", ["6 bad-kind <", "23 bad-kind >"]),
        ("{{ name < 'a' }}{{ 1 > user.age }}{{ free < 1 }}{{ free > name }}", []),
        ("{{ free > flag }}{{ null < 1 }}", ["9 bad-kind >", "26 bad-kind <"]),
        ("{% for x in name %}{{ x.y }}{% endfor %}", ["13 bad-kind for"]),
        (
            "{% for x in flag %}{% endfor %}{% for x in null %}{% endfor %}",
            ["13 bad-kind for", "44 bad-kind for"],
        ),
        ("{{ tags | length | trim }}{{ tags | json | trim }}", ["20 bad-kind trim"]),
        (
            "{{ (name == 'a') | upper }}{{ 1 | default(2) | upper }}",
            ["20 bad-kind upper", "48 bad-kind upper"],
        ),
    ]
    assert_finds(run, rows)


@pytest.mark.core
def test_unused_blocks(run):
    templates = {
        "base": "{% block a %}{% block b %}{% endblock %}{% endblock %}{% block c %}{% endblock %}",
        "mid": '{% extends "base" %}{% block d %}{% endblock %}',
        "main": '{% extends "mid" %}{% block a %}{% block e %}{% endblock %}{% endblock %}\n'
        "{% block x %}{{ gone }}{% block y %}{% endblock %}{% endblock %}"
        "{% block c %}{% endblock %}",
    }
    found = check_site(run, templates, {})
    assert found.lines == [
        "base:1:14 unused-block b",
        "main:2:1 unused-block x",
        "main:2:24 unused-block y",
        "mid:1:21 unused-block d",
    ]


@pytest.mark.core
def test_a_map_names_files_places_and_data(run, folder):
    templates = {
        "base": "<{% block a %}{% endblock %}>",
        "main": '{% extends "base" %}{% block a %}{% for x in xs %}{% include "p" %}{% endfor %}\n'
        "{%- endblock %}",
        "p": "{{ x.n | upper }},\n {{- y }}",
    }
    data = {"xs": [{"n": "a"}], "y": 5}
    found = render_site(run, templates, data, "--map", "m.jsonl")
    assert found.ok().out == "<A,5>"
    keys = ("start", "end", "file", "from", "to", "data")
    assert read_map(folder) == [
        dict(zip(keys, entry, strict=True))
        for entry in [
            (0, 1, "base", [1, 1], [1, 2], None),
            (1, 2, "p", [1, 1], [1, 18], "/xs/0/n"),
            (2, 3, "p", [1, 18], [1, 19], None),
            (3, 4, "p", [2, 2], [2, 10], "/y"),
            (4, 5, "base", [1, 29], [1, 30], None),
        ]
    ]


# --- functionality ----------------------------------------------------------


@pytest.mark.functionality
def test_conditions_that_show_paths(run):
    good = [
        "{% if X is defined %}{{ X }}{% endif %}",
        "{% if X %}{{ X }}{% endif %}",
        "{% if (X) and flag %}{{ X }}{% endif %}",
        "{% if flag and (X is defined) %}{{ X }}{% endif %}",
        "{% if not (X is not defined) %}{{ X }}{% endif %}",
        "{% if X is not defined %}{% else %}{{ X }}{% endif %}",
        "{% if not X %}{% elif flag %}{{ X }}{% endif %}",
        "{% if X is not defined or flag %}{% else %}{{ X }}{% endif %}",
        "{% if not X or flag %}{% elif X > 'a' %}{{ X }}{% endif %}",
        "{{ X is defined and X > 'a' }}",
        "{{ X is not defined or X > 'a' }}",
        "{{ not (X is not defined or X < 'a') }}",
        "{{ flag or X and X > 'a' }}",
        "{% if X %}{% for t in tags %}{% if flag %}{{ X }}{% endif %}{% endfor %}{% endif %}",
    ]
    rows = [(text.replace("X", path), []) for text in good for path in ("maybe", "user.home.zip")]
    rows.append(("{{ maybe }}", ["4 maybe-undefined maybe"]))
    assert_finds(run, rows)


@pytest.mark.functionality
def test_conditions_that_show_nothing(run):
    bad = [
        "{% if X is not defined %}{{ X }}{% endif %}",
        "{% if X %}{% else %}{{ X }}{% endif %}",
        "{% if X is defined %}{% endif %}{{ X }}",
        "{% if X or flag %}{{ X }}{% endif %}",
        "{% if not (X or flag) %}{% elif flag %}{{ X }}{% endif %}",
        "{% if X == 'a' %}{{ X }}{% endif %}",
        "{% if X is not defined and flag %}{% else %}{{ X }}{% endif %}",
        "{{ X or X > 'a' }}",
        "{{ X is defined or X > 'a' }}",
        "{{ X is not defined and X > 'a' }}",
        "{% if flag %}{% elif X %}{% else %}{{ X }}{% endif %}",
    ]
    rows = []
    for text in bad:
        template = text.replace("X", "maybe")
        place = max(template.rfind("{{ maybe }}") + 4, template.rfind("maybe > 'a'") + 1)
        rows.append((template, [f"{place} maybe-undefined maybe"]))
    assert_finds(run, rows)


@pytest.mark.functionality
def test_what_is_shown_of_a_path(run):
    rows = [
        # all that a path begins with, written in either way, and nothing beside or beyond it
        ('{% if user.home.zip %}{{ user["home"].zip }}{{ user.home.town }}{% endif %}', []),
        ('{% if user["home"]["zip"] %}{{ user.home.zip }}{% endif %}', []),
        (
            "{% if user.home %}{{ user.home.town }}{{ user.home.zip }}{{ user.mail }}{% endif %}",
            ["42 maybe-undefined user.home.zip", "61 maybe-undefined user.mail"],
        ),
        # another variable of that name
        (
            "{% for r in rows %}{% if r.note %}{% for r in rows %}{{ r.note }}{% endfor %}{{ r.note }}"
            "{% endif %}{% endfor %}",
            ["57 maybe-undefined r.note"],
        ),
        # steps that are no names
        ("{% if rows[0].note %}{{ rows[0].note }}{% endif %}", ["25 maybe-undefined rows[0].note"]),
        ("{% if user[name] %}{{ user.mail }}{% endif %}", ["23 maybe-undefined user.mail"]),
    ]
    assert_finds(run, rows)


@pytest.mark.functionality
def test_what_is_shown_holds_in_blocks_and_plain_inclusions_only(run):
    part = "\n{{ maybe }}"
    templates = {
        "base": "{% if maybe %}{% block a %}{{ maybe }}{% endblock %}{% endif %}",
        "main": '{% extends "base" %}{% block a %}{{ maybe }}{% super %}{% include "in" %}'
        '{% include "with" with x = maybe %}{% call m(maybe) %}{% endblock %}'
        "{% macro m(x) %}\n{{ x }}{{ maybe }}{% endmacro %}",
        "in": part,
        "with": "{{ x }}" + part,
    }
    found = check_site(run, templates, {"maybe?": "string"})
    assert found.lines == ["main:2:11 maybe-undefined maybe", "with:2:4 maybe-undefined maybe"]


@pytest.mark.functionality
def test_parameters_have_the_types_of_each_call(run):
    template = (
        "{% macro m(a, b) %}\n{{ a | upper }}\n{{ a.n }}\n{{ b }}{% if b %}{{ b }}{% endif %}"
        "{% endmacro %}"
    )
    calls = {
        "m(name, 1)": ["3:4 unknown-path a.n"],
        "m(rows[0], maybe)": ["2:8 bad-kind upper", "4:4 maybe-undefined b"],
        "m(free, (user.mail))": ["4:4 maybe-undefined b"],
        "m(free, user.mail | default(1))": [],
        "m(maybe, null)": ["2:4 maybe-undefined a", "3:4 unknown-path a.n"],
    }
    for call, wanted in calls.items():
        assert check(run, f"{template}{{% call {call} %}}").lines == wanted, call
    everything = template + "".join(f"{{% call {call} %}}" for call in calls)
    wanted = sorted({line for lines in calls.values() for line in lines})
    assert check(run, everything).lines == wanted


@pytest.mark.functionality
def test_default_gives_a_type(run):
    rows = [
        ("{{ maybe | default('x') | upper }}", []),
        ("{{ name | default(1) | upper }}{{ name | default(1) < 5 }}", []),
        ("{{ null | default(1) | upper }}", ["24 bad-kind upper"]),
        ("{% for t in tags | default(tags) %}{{ t < 1 }}{% endfor %}", ["41 bad-kind <"]),
        ("{{ tags | default(rows) | upper }}", []),
    ]
    assert_finds(run, rows)


@pytest.mark.functionality
def test_macros_that_call_themselves_are_checked(run):
    template = (
        "{% macro m(x) %}{{ x.n }}{% if x.next %}{% call m(x.next) %}{% endif %}{% endmacro %}\n"
        "{% call m(list) %}"
    )
    schema = {"list": {"n": "number", "next?": {"n?": "number", "next?": {"n": "any"}}}}
    assert check(run, template, schema).lines == [
        "1:20 maybe-undefined x.n",
        "1:32 unknown-path x.next",
        "1:51 unknown-path x.next",
    ]


@pytest.mark.functionality
def test_only_what_can_be_reached_is_checked(run):
    templates = {
        "base": "{{ gone }}{% block a %}{{ gone }}{% endblock %}{% macro m() %}{{ x }}{% endmacro %}",
        "main": '{% extends "base" %}{% import "lib" as l %}{% block a %}{% if false %}{{ b }}'
        "{% else %}{% for x in 5 %}{% endfor %}{% endif %}{% endblock %}",
        "lib": "{{ c }}{% block z %}{% endblock %}{% macro n() %}{{ d }}{% endmacro %}",
    }
    found = check_site(run, templates, {})
    assert found.lines == [
        "base:1:4 unknown-path gone",
        "main:1:74 unknown-path b",
        "main:1:100 bad-kind for",
    ]


@pytest.mark.functionality
def test_findings_are_ordered_and_printed_once(run):
    templates = {
        "main": '{% include "b" %}{% include "B" %}{% include "b" with x = 1 %}\n'
        f"{{{{ g }}}}{SMILE}{{{{ a.b | upper }}}}"
        + "".join(f"\n{{{{ 'é' < {n} }}}}" for n in range(9)),
        "b": "{{ q }}",
        "B": "{{ 1 < q | length }}",
        "\uffee": "{{ z }}",
        SMILE: "{{ z }}",
    }
    templates["main"] += f'{{% include "{SMILE}" %}}{{% include "\uffee" %}}'
    found = check_site(run, templates, {"a": {"b": "number"}, "q": "number"})
    assert found.lines == [
        "B:1:12 bad-kind length",
        "main:2:4 unknown-path g",
        "main:2:18 bad-kind upper",
        *[f"main:{3 + n}:8 bad-kind <" for n in range(9)],
        "\uffee:1:4 unknown-path z",
        f"{SMILE}:1:4 unknown-path z",
    ]


@pytest.mark.functionality
def test_where_values_come_from(run, folder):
    data = {
        "a/b": {"~c": [10, [20]]},
        "k": "~c",
        "o": {"x~": 1, "y/": "v"},
        "t": "text",
        "none": None,
        "i": 1.0,
    }
    schema = [
        ('{{ o["y/"] }}', "/o/y~1"),
        ("{% for x in o %}{{ x }}{% endfor %}", ["/o/x~0", "/o/y~1"]),
        ("{% for x in o %}{{ o[x] }}{% endfor %}", ["/o/x~0", "/o/y~1"]),
        ('{{ ((t) | upper | default("x")) | length }}', "/t"),
        ('{{ none | default(o["x~"] | json) }}', "/o/x~0"),
        ("{{ gone | default('x') }}{{ t | default('x') }}", [None, "/t"]),
        ("{{ 1 }}{{ t == 'text' }}{{ not t }}{{ gone is defined }}", [None] * 4),
        ("{{ o | json }}{{ o }}", ["/o", "/o"]),
        ("{% for x in o %}{{ loop.index }}{% endfor %}", [None, None]),
        (
            "{% macro m(v, w) %}{{ v[k] }}{{ v[k][i][0] }}{{ w }}{% endmacro %}"
            '{% call m(p["a/b"], t | trim) %}',
            ["/p/a~1b/~0c", "/p/a~1b/~0c/1/0", "/t"],
        ),
        (
            '{% macro n(v) %}{% for v in v %}{% for v in v["~c"][1] %}{{ v }}{% endfor %}{% endfor %}'
            "{% endmacro %}{% call n(q) %}",
            "/q/0/~0c/1/0",
        ),
        (
            "{% macro o(v) %}{{ v }}{% endmacro %}{% call o(1) %}{% call o(gone | default(t)) %}",
            [None, "/t"],
        ),
    ]
    data |= {"p": {"a/b": data["a/b"]}, "q": [data["a/b"]]}
    template = "".join(text for text, _ in schema)
    found, entries = mapped(run, folder, template, data)
    assert_tiles(entries, found.ok().stdout)
    wanted = []
    for _, pointers in schema:
        wanted += pointers if isinstance(pointers, list) else [pointers]
    assert [entry["data"] for entry in entries] == wanted


@pytest.mark.functionality
def test_rows_have_places_too(run, folder):
    template = "{% for r in rows %}{{ r.n }}{{ loop.last }}{% endfor %}"
    rows = '{"n": 1}\n\n{"n": ""}\n{"n": 3}\n'
    found, entries = mapped(run, folder, template, {}, "--rows", "rows=-", stdin=rows)
    assert found.ok().out == "1falsefalse3true"
    assert [(entry["data"], entry["start"]) for entry in entries] == [
        ("/rows/0/n", 0),
        (None, 1),
        (None, 6),
        ("/rows/2/n", 11),
        (None, 12),
    ]


@pytest.mark.functionality
def test_bytes_of_a_map_are_those_of_the_escaped_output(run, folder):
    template = f"{SMILE}{{{{ x }}}}\n<a href='{{{{ x }}}}'>{{{{ e }}}}{{{{ x | safe }}}}"
    found, entries = mapped(run, folder, template, {"x": "&é", "e": None}, "--mode", "html")
    assert found.ok().out == f"{SMILE}&amp;é\n<a href='&amp;%C3%A9'>&é"
    assert [(entry["start"], entry["end"], entry["from"], entry["to"]) for entry in entries] == [
        (0, 4, [1, 1], [1, 2]),
        (4, 11, [1, 2], [1, 9]),
        (11, 21, [1, 9], [2, 10]),
        (21, 32, [2, 10], [2, 17]),
        (32, 34, [2, 17], [2, 19]),
        (34, 37, [2, 26], [2, 40]),
    ]


@pytest.mark.functionality
def test_a_map_covers_what_was_written(run, folder):
    template = "ab{{ x }}{{ y | upper }}"
    data = {"x": f"é{SMILE}", "y": 1}
    for args, wanted in [
        ((), []),
        (("--max-output", "99"), [(0, 2), (2, 8)]),
        (("--max-output", "5"), [(0, 2), (2, 4)]),
        (("--max-output", "0"), []),
        (("--max-steps", "0"), [(0, 2)]),
    ]:
        found, entries = mapped(run, folder, template, data, *args)
        assert found.status in (1, 3)
        assert_tiles(entries, found.stdout)
        assert [(entry["start"], entry["end"]) for entry in entries] == wanted, args


def mapped_template(seed):
    """Texts, values, loops and conditions at random, with data."""
    rng = random.Random(seed)
    data = {"a": f"é{SMILE}", "b": {"c": [1, "x\ny", None, True]}, "n": -1.5, "e": ""}
    values = ["a", "b.c", "b.c[0]", "b.c[1]", "b.c[2]", "b", "n", "e", "b.c[3]"]

    def part(depth):
        kind = rng.randrange(5 if depth else 2)
        if kind == 0:
            return "".join(rng.choice(f"ab \n{SMILE}é}}") for _ in range(rng.randint(0, 8)))
        if kind == 1:
            left, right = rng.choice(["", "-"]), rng.choice(["", "-"])
            return "{{%s %s\n%s}}" % (left, rng.choice(values), right)
        inner = "".join(part(depth - 1) for _ in range(rng.randint(1, 4)))
        if kind == 2:
            return "{%% for v in b.c -%%} %s{{ v }}{%% endfor %%}" % inner
        if kind == 3:
            return "{%% if n %%}%s{%%- endif %%}" % inner
        return "{%% for k in b %%}{{ k }}%s{%% endfor -%%}" % inner

    return "".join(part(2) for _ in range(12)), data


@pytest.mark.functionality
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("mode", ["text", "html"])
def test_ranges_tile_the_output_and_lead_back_to_template_and_data(run, folder, seed, mode):
    template, data = mapped_template(seed)
    found, entries = mapped(run, folder, template, data, "--mode", mode)
    output = found.ok().stdout
    assert len(entries) > 10
    assert_tiles(entries, output)
    pointers = sorted({entry["data"] for entry in entries if entry["data"]})
    values = [value_at(data, pointer) for pointer in pointers]
    template_of_values = "{% for v in vs %}{{ v }}\x1f{% endfor %}"
    shown = render(run, template_of_values, {"vs": values}, "--mode", mode).ok().out
    shown = dict(zip(pointers, shown.split("\x1f"), strict=False))
    for entry in entries:
        written = output[entry["start"] : entry["end"]].decode()
        source = template[offset(template, *entry["from"]) : offset(template, *entry["to"])]
        if not source.startswith("{{"):
            assert (written, entry["data"]) == (source, None), entry
        elif source == "{{ k }}":
            assert entry["data"] == "/b/c", entry
        else:
            assert source.endswith("}}"), entry
            assert written == shown[entry["data"]], entry


@pytest.mark.functionality
def test_a_map_of_many_rows(run, folder):
    template = "{% for r in rows %}{{ r.id }}\n{% endfor %}"
    count, padding = 40_000, "x" * 4000
    write_rows(folder / "big.rows", count, lambda n: f'{{"id":{n},"p":"{padding}"}}')
    args = ("--rows", "rows=big.rows", "--map", "m.jsonl")
    found = render(run, template, {}, *args, timeout=30).ok()
    entries = read_map(folder)
    assert_tiles(entries, found.stdout)
    assert entries[-2]["data"] == f"/rows/{count - 1}/id"


# --- errors -----------------------------------------------------------------


@pytest.mark.error
def test_wrong_command_lines(run):
    files = {"t": "x", "s": "{}"}
    for args in [
        ["check", "t"],
        ["check", "--schema", "s"],
        ["check", "t", "s", "--schema", "s"],
        ["check", "t", "--schema", "s", "--mode", "text"],
        ["render", "t", "--schema", "s"],
        ["render", "t", "--map"],
    ]:
        assert_fails(run(*args, files=files), "usage", status=2, case=args)


@pytest.mark.error
def test_schemas_that_describe_nothing(run):
    for text in [
        "",
        "[]",
        '{"a": "text"}',
        '{"a": []}',
        '{"a": ["string", "string"]}',
        '{"a": {"b": "String"}}',
        '{"a": "any", "a?": "any"}',
        '{"l": [{"a?": "any", "a": "string"}]}',
    ]:
        files = {"t": "{{ gone }}", "s": text}
        assert_fails(run("check", "t", "--schema", "s", files=files), "bad-schema", case=text)


@pytest.mark.error
def test_faults_that_check_reports_like_render(run):
    for template, schema, code, place in [
        ("x\n{{ ? }}", "", "syntax", "main:2:1"),
        ('{% include "gone" %}', "", "unreadable", "main:1:1"),
        ("{% call m() %}", "", "unknown-macro", "main:1:1"),
        ("<{{ a }}>", "", "bad-schema", None),
    ]:
        found = check_site(run, {"main": template}, schema)
        assert_fails(found, code, place, case=template)
    files = {"t": "{{ ? }}"}
    assert_fails(run("check", "t", "--schema", "gone", files=files), "unreadable")


@pytest.mark.error
def test_maps_that_cannot_be_written(run, folder):
    for template, data, code, place in [
        ("a{{ gone }}", "{}", "unwritable", None),
        ("a", "[]", "bad-data", None),
        ("{{ ? }}", "{}", "syntax", "1:1"),
    ]:
        found = render(run, template, data, "--map", "gone/m.jsonl")
        assert_fails(found, code, place, case=template)
    found = render(run, "a", {}, "--map", "gone/m", "--rows", "r=missing")
    assert_fails(found, "unreadable")


@pytest.mark.error
def test_faults_before_rendering_do_not_touch_the_map(run, folder):
    (folder / "m.jsonl").write_text("old")
    for template, data, code in [("{{ ? }}", "{}", "syntax"), ("a", "[]", "bad-data")]:
        found = render(run, template, data, "--map", "m.jsonl")
        assert_fails(found, code, "1:1" if code == "syntax" else None)
        assert (folder / "m.jsonl").read_text() == "old"
    assert_fails(render(run, "a{{ x }}", {}, "--map", "m.jsonl"), "undefined", "1:5")
    assert (folder / "m.jsonl").read_text() == ""
